import { describe, expect, test } from 'vitest';
import { liveVersions, name, type Scenes } from './scene.ts';

export interface FaultSubject {
  /** As of the subject, through a line that can be cut. */
  readonly settings: string;
  readonly cut: () => void;
  readonly mend: () => void;
}

/** Of a kind that is reached over a line. */
export function faultContract(kind: string, { scene }: Scenes, subject: FaultSubject): void {
  describe(`${kind} target, faults`, () => {
    test(
      'a line that breaks in the middle is told soon; what was begun is undone or finished once it is back',
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
        await at.deployer.remove(name);
      },
    );
  });
}
