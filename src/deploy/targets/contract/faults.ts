import { describe, expect, onTestFinished, test } from 'vitest';
import { liveVersions, name, type Scene, type Scenes } from './scene.ts';

export interface FaultSubject {
  /** As of the subject, through a line that can be cut. */
  readonly settings: string;
  readonly cut: () => void;
  readonly mend: () => void;
  /** From now on each piece that goes through the line takes so many milliseconds. */
  readonly slow: (milliseconds: number) => void;
}

/** Of a kind that is reached over a line. */
export function faultContract(kind: string, { scene }: Scenes, subject: FaultSubject): void {
  describe(`${kind} target, faults`, () => {
    test(
      'a line that breaks in the middle is told soon; what was begun is undone or finished once it is back; a slow one is waited for',
      { timeout: 300_000 },
      async () => {
        const at = await scene({ settings: subject.settings });
        await at.deployer.deploy(name, await at.version('1.0.0'));
        for (const place of ['copy', 'switch']) {
          const cut = await at.deployer.deploy(name, await at.version('1.1.0'), {
            onEvent: event => {
              if (event.kind !== 'record' || event.record.type !== 'step') return;
              const { step, phase } = event.record;
              if (step.startsWith(place) && phase === 'intent') subject.cut();
            },
          });
          expect({ place, state: cut.state }).toEqual({ place, state: 'failed' });
          expect(cut.plan.map(({ detail }) => detail ?? '').join(' ')).toMatch(
            /broke off|cannot be reached|answers on|did not/,
          );
          expect(await at.deployer.status(name)).toMatchObject({ healthy: false });
          await expect(at.deployer.deploy(name, await at.version('1.1.0'))).rejects.toMatchObject({
            code: 'unreachable',
          });
          subject.mend();
          const version = await at.version(place === 'copy' ? '1.0.0' : '1.1.0');
          const again = await at.deployer.deploy(name, version, { override: { reason: 'the line is back' } });
          expect(again, JSON.stringify(again.plan)).toMatchObject({ state: 'live' });
          expect(await liveVersions(at)).toEqual([version.ref.version]);
        }
        subject.slow(20);
        onTestFinished(() => subject.slow(0));
        const slow = await at.deployer.deploy(name, await at.version('2.0.0'));
        expect(slow, JSON.stringify(slow.plan)).toMatchObject({ state: 'live' });
        subject.slow(0);
        await at.deployer.remove(name);
      },
    );
  });
}

/**
 * What each call meets from now on: its connection is cut, it is answered so (with `writes`: only one that writes),
 * or late. null: nothing.
 */
export type CallFault =
  | 'cut'
  | { readonly status: number; readonly writes?: boolean }
  | { readonly after: number }
  | null;

export interface CallSubject {
  /** As of the subject, through what lets calls fail. */
  readonly settings: string;
  readonly meet: (fault: CallFault) => void;
}

/** Of a kind that is asked over HTTP. */
export function callContract(kind: string, { scene }: Scenes, subject: CallSubject): void {
  const scenario = async (): Promise<Scene> => {
    onTestFinished(() => subject.meet(null));
    return await scene({ settings: subject.settings });
  };

  describe(`${kind} target, calls that fail`, () => {
    test('slow ones are waited for', { timeout: 300_000 }, async () => {
      const at = await scenario();
      subject.meet({ after: 100 });
      const release = await at.deployer.deploy(name, await at.version('1.0.0'));
      expect(release, JSON.stringify(release.plan)).toMatchObject({ state: 'live' });
    });

    test.each([
      ['the network is cut', 'cut', /cannot be reached|does not answer/],
      ['credentials expire', { status: 401 }, /credentials|secret|Sign in/],
      ['a right is taken away', { status: 403 }, /does not allow|may not|right/],
    ] as const)(
      '%s in the middle: said, and made good by the next run',
      { timeout: 300_000 },
      async (_, fault, sentence) => {
        const at = await scenario();
        await at.deployer.deploy(name, await at.version('1.0.0'));
        let met = false;
        const release = await at.deployer.deploy(name, await at.version('1.1.0'), {
          onEvent: event => {
            if (met || event.kind !== 'record' || event.record.type !== 'step') return;
            if (event.record.phase !== 'done') return;
            met = true;
            subject.meet(fault);
          },
        });
        expect(release.state).not.toBe('live');
        expect(release.plan.map(({ detail }) => detail ?? '').join('\n')).toMatch(sentence);
        expect(await at.deployer.status(name)).toMatchObject({
          healthy: false,
          sentence: expect.stringMatching(sentence) as string,
        });
        subject.meet(null);
        await at.deployer.recover(name);
        expect(await liveVersions(at)).toEqual(['1.0.0']);
        expect(await at.deployer.deploy(name, await at.version('1.1.0'))).toMatchObject({ state: 'live' });
        expect(await liveVersions(at)).toEqual(['1.1.0']);
      },
    );

    test('a place without room is told, and what was begun is undone', { timeout: 300_000 }, async () => {
      const at = await scenario();
      await at.deployer.deploy(name, await at.version('1.0.0'));
      const release = await at.deployer.deploy(name, await at.version('1.1.0'), {
        onEvent: event => {
          if (event.kind === 'record' && event.record.type === 'begin')
            subject.meet({ status: 507, writes: true });
        },
      });
      subject.meet(null);
      expect(release, JSON.stringify(release.plan)).toMatchObject({ state: 'undone' });
      expect(release.plan.map(({ detail }) => detail ?? '').join('\n')).toMatch(/has no room/);
      expect(await liveVersions(at)).toEqual(['1.0.0']);
    });
  });
}
