import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Golden } from '../../../protocol/engine.ts';
import type { Rollout } from '../../../protocol/results/rollout.ts';
import { isActive } from '../../rollout/state.ts';
import { addFragile, fragileAge } from '../../testing.ts';
import { goldenInputs, liveVersions, name, type Scene, type Scenes } from './scene.ts';

export interface CanarySubject {
  /** False where versions answer from servers of their own, none of which sees the requests of another. */
  readonly shadows?: boolean;
  /** How many servers share the requests; 1 without it. Each rounds its share of them. */
  readonly servers?: number;
  /** Sends one request to whichever version has its turn; false when it was not answered. */
  readonly send: (endpoint: string, inputs: Golden['inputs']) => Promise<boolean>;
}

/** A canary has some fifty records, and each kill takes seconds: every fourth, or with this variable each. */
const stride = process.env['SLIPWAY_EVERY_RECORD'] === undefined ? 4 : 1;

/** Of a kind whose versions share the requests. @param every targets are killed after every so many records */
export function canaryContract(
  kind: string,
  { scene, distDir }: Scenes,
  subject: CanarySubject,
  every: number,
): void {
  const killEvery = stride * every;
  const shadowTest = test.skipIf(subject.shadows === false);

  /**
   * Asks the target without end; `age` is in every row.
   * @param pause milliseconds after each answer: hundreds of requests a second are enough to decide by, and without
   *   one, both processors work at requests alone
   */
  async function load({ root, deployer, version }: Scene, age: number, pause = 5): Promise<Load> {
    const { endpoint } = await deployer.status(name);
    const rows = await goldenInputs(root, await version('1.0.0'));
    const inputs = rows.map(input =>
      input.name === 'age' ? { ...input, data: input.data.map(() => age) } : input,
    );
    const counts = { sent: 0, failed: 0 };
    const stop = new AbortController();
    const senders = Array.from({ length: 4 }, async () => {
      while (!stop.signal.aborted) {
        const answered = await subject.send(endpoint!, inputs);
        counts.sent++;
        if (!answered) counts.failed++;
        if (pause > 0) await new Promise(resolve => setTimeout(resolve, pause));
      }
    });
    const end = async (): Promise<Load['counts']> => {
      stop.abort();
      await Promise.all(senders);
      return counts;
    };
    onTestFinished(async () => {
      await end();
    });
    return { counts, end };
  }

  /** To its end: on a busy machine the requests that a decision needs come later than these short intervals. */
  async function ledOn({ deployer }: Scene): Promise<Rollout> {
    for (;;) {
      const rollout = await deployer.follow(name);
      if (!isUndecided(rollout)) return rollout;
    }
  }

  async function beginCanary(at: Scene, version: string): Promise<void> {
    await at.deployer.deploy(name, await at.version('1.0.0'));
    const release = await at.deployer.deploy(name, await at.version(version), { canary: true });
    expect(release, JSON.stringify(release.plan)).toMatchObject({
      state: 'live',
      action: 'deploy',
      rollout: { began: 'r-0002', step: 0, steps: [0.3, 0.6] },
      traffic: [
        { model: { version: '1.0.0' }, weight: 0.7 },
        { model: { version }, weight: 0.3 },
      ],
    });
    expect(await liveVersions(at)).toEqual(['1.0.0', version]);
  }

  describe(`${kind} target, canary`, () => {
    shadowTest('a shadow is asked copies, answers nobody, and goes with its setting', async () => {
      const at = await scene({ more: ', shadow: { version: 2.0.0, share: 0.5 }' });
      const shadow = await at.version('2.0.0');
      const plan = await at.deployer.plan(name, await at.version('1.0.0'));
      expect(plan).toMatchObject({ shadow: { model: { version: '2.0.0' }, share: 0.5 } });
      expect(plan.plan.map(({ sentence }) => sentence).join(' ')).toContain(
        '1.0.0 at 100 %; copies of 50 % to 2.0.0',
      );
      const release = await at.deployer.deploy(name, await at.version('1.0.0'));
      expect(release, JSON.stringify(release.plan)).toMatchObject({ state: 'live', shadow: plan.shadow });
      expect(await liveVersions(at)).toEqual(['1.0.0']);
      const { endpoint } = await at.deployer.status(name);
      const inputs = await goldenInputs(at.root, await at.version('1.0.0'));
      for (let request = 0; request < 10; request++) expect(await subject.send(endpoint!, inputs)).toBe(true);
      // Each server copies less than one more or less than its share.
      const off = (subject.servers ?? 1) - 1;
      await expect
        .poll(async () => (await at.deployer.status(name)).shadow?.counts?.asked, { timeout: 15_000 })
        .toSatisfy(asked => Math.abs(Number(asked) - 5) <= off);
      const { counts, ...is } = (await at.deployer.status(name)).shadow!;
      expect(is).toEqual({ digest: shadow.ref.digest, version: '2.0.0', share: 0.5 });
      expect(counts).toEqual({ asked: counts!.asked, differing: counts!.asked, failed: 0, dropped: 0 });
      // What is live is no shadow; going back leaves the shadow as it is.
      await at.deployer.deploy(name, shadow);
      expect((await at.deployer.status(name)).shadow).toBeNull();
      expect(await at.deployer.rollback(name)).toMatchObject({ state: 'live', shadow: plan.shadow });
      expect((await at.deployer.status(name)).shadow).toMatchObject({ version: '2.0.0' });
      const file = join(at.root, 'slipway.yaml');
      await writeFile(file, (await readFile(file, 'utf8')).replace(/, shadow: \{.*?\}/, ''));
      const without = await at.another({});
      const journal = join(at.root, '.slipway/releases', `${name}.jsonl`);
      const before = await readFile(journal, 'utf8');
      expect(await without.deploy(name, await at.version('1.0.0'))).toMatchObject({ shadow: null });
      expect(await without.status(name)).toMatchObject({ shadow: null, drift: null });
      // The journal of a checkout that does not know of it.
      await writeFile(journal, before);
      expect((await without.status(name)).drift).toMatch(
        /it serves 1\.0\.0 .* at 100 %, but r-0003 made it 1\.0\.0 .* at 100 %; copies of 50 % to 2\.0\.0/,
      );
    });

    shadowTest('a shadow that is not there is told before anything is done', async () => {
      const at = await scene({ more: ', shadow: { version: 9.9.9 }' });
      await expect(at.deployer.deploy(name, await at.version('1.0.0'))).rejects.toThrow(/9\.9\.9/);
      expect(await at.deployer.history(name)).toEqual([]);
    });

    test('without a version to compare with, or beside another canary, it is refused', async () => {
      const at = await scene();
      await expect(
        at.deployer.deploy(name, await at.version('1.0.0'), { canary: true }),
      ).rejects.toMatchObject({ code: 'no-stable' });
      await expect(at.deployer.promote(name)).rejects.toMatchObject({ code: 'no-canary' });
      await beginCanary(at, '1.1.0');
      for (const canary of [true, false])
        await expect(at.deployer.deploy(name, await at.version('2.0.0'), { canary })).rejects.toMatchObject({
          code: 'canary-under-way',
        });
      expect(await at.deployer.status(name)).toMatchObject({ rollout: { share: 0.3, state: 'observing' } });
    });

    test('what answers as well goes from share to share by itself; no request fails', async () => {
      const at = await scene();
      await beginCanary(at, '1.1.0');
      const { end } = await load(at, 30, 0);
      const rollout = await at.deployer.follow(name);
      expect(rollout).toMatchObject({ state: 'promoted', share: 1, step: 2 });
      expect(
        rollout.judgements.map(({ outcome }) => outcome).filter(outcome => outcome !== 'inconclusive'),
      ).toEqual(['pass', 'pass']);
      expect((await end()).failed).toBe(0);
      expect(await liveVersions(at)).toEqual(['1.1.0']);
      const [last, second] = await at.deployer.history(name);
      expect(last).toMatchObject({ action: 'promote', traffic: [{ weight: 1 }], rollout: { step: 2 } });
      expect(second).toMatchObject({ action: 'promote', traffic: [{ weight: 0.4 }, { weight: 0.6 }] });
      expect(await at.deployer.rollback(name)).toMatchObject({ state: 'live', model: { version: '1.0.0' } });
    });

    test('what fails where the stable version answers is rolled back by itself, requests first', async () => {
      const at = await scene();
      await addFragile(at.root);
      await beginCanary(at, '3.0.0');
      await load(at, fragileAge + 1);
      const rollout = await at.deployer.follow(name);
      expect(rollout).toMatchObject({ state: 'rolled-back', share: 0 });
      expect(rollout.sentence).toMatch(/^The canary failed\. It answered 0 % /);
      expect(await liveVersions(at)).toEqual(['1.0.0']);
      const [back] = await at.deployer.history(name);
      expect(back).toMatchObject({ action: 'rollback', state: 'live', reason: rollout.sentence });
      const phases = (back?.plan ?? []).map(step => step.name);
      expect(phases.findIndex(step => step.startsWith('verify'))).toBeGreaterThan(0);
      expect(back?.golden).not.toBeNull();
      await expect(at.deployer.rollback(name)).rejects.toMatchObject({ code: 'no-earlier-release' });
    });

    test('without requests nothing is decided: it pauses, and someone may promote', async () => {
      const at = await scene();
      await beginCanary(at, '1.1.0');
      const rollout = await at.deployer.follow(name);
      expect(rollout).toMatchObject({ state: 'paused', share: 0.3 });
      expect(rollout.judgements.map(({ outcome }) => outcome)).toEqual(['inconclusive', 'inconclusive']);
      expect(rollout.sentence).toMatch(/^Not decided in the time that was given\. .*0 requests/);
      expect(await liveVersions(at)).toEqual(['1.0.0', '1.1.0']);
      expect(await at.deployer.promote(name, { from: 0 })).toMatchObject({
        state: 'live',
        traffic: [{ weight: 0.4 }, { weight: 0.6 }],
      });
      await expect(at.deployer.promote(name, { full: true, from: 0 })).rejects.toMatchObject({
        code: 'moved-on',
        message: expect.stringMatching(/^1\.1\.0 has 60 % of the requests of staging meanwhile/) as string,
      });
      expect(await at.deployer.promote(name, { full: true })).toMatchObject({ traffic: [{ weight: 1 }] });
      expect(await at.deployer.rollout(name)).toMatchObject({ state: 'promoted' });
      expect(await liveVersions(at)).toEqual(['1.1.0']);
    });

    test('a rollback is not held up by a canary that waits or is paused', async () => {
      const at = await scene();
      await beginCanary(at, '1.1.0');
      const following = at.deployer.follow(name);
      const other = await at.another({ by: 'Grace' });
      expect(await other.rollback(name)).toMatchObject({ state: 'live', model: { version: '1.0.0' } });
      expect(await following).toMatchObject({ state: 'rolled-back', sentence: 'r-0003 by Grace ended it.' });
      expect(await liveVersions(at)).toEqual(['1.0.0']);

      await at.deployer.deploy(name, await at.version('1.1.0'), { canary: true });
      expect(await at.deployer.pause(name, 'lunch')).toMatchObject({ state: 'paused', sentence: 'lunch' });
      expect(await other.rollback(name)).toMatchObject({ state: 'live', model: { version: '1.0.0' } });
      expect(await liveVersions(at)).toEqual(['1.0.0']);
    });

    test('shares that someone else changed pause it', async () => {
      const at = await scene();
      await beginCanary(at, '1.1.0');
      const { end } = await load(at, 30);
      const journal = join(at.root, '.slipway/releases', `${name}.jsonl`);
      const before = await readFile(journal, 'utf8');
      await at.deployer.promote(name);
      await end();
      // The journal of a checkout that does not know of the promotion.
      await writeFile(journal, before);
      expect((await at.deployer.status(name)).drift).toMatch(
        /it serves 1\.0\.0 .* at 40 %, 1\.1\.0 .* at 60 %, but r-0002 made it 1\.0\.0 .* at 70 %, 1\.1\.0 .* at 30 %/,
      );
      await expect(at.deployer.promote(name)).rejects.toMatchObject({ code: 'drift' });
      expect(await at.deployer.rollback(name)).toMatchObject({ state: 'live' });
      expect(await liveVersions(at)).toEqual(['1.0.0']);
    });

    test(
      'killed after any journal record, another process leads it to its end',
      { timeout: 900_000 },
      async () => {
        const at = await scene();
        await at.deployer.deploy(name, await at.version('1.0.0'));
        await load(at, 30);
        for (let records = killEvery; ; records += killEvery) {
          const child = spawn(
            process.execPath,
            [join(distDir(), 'deploy.js'), at.root, distDir(), name, '1.1.0', String(records), 'canary'],
            { stdio: ['ignore', 'ignore', 'inherit'] },
          );
          const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
          expect({ records, code }).toEqual({ records, code: signal === null ? 0 : null });
          if (signal !== null) {
            await at.deployer.recover(name);
            const begun = await at.deployer.rollout(name);
            const went = begun !== null && isActive(begun);
            const rollout = went ? await ledOn(at) : null;
            if (rollout !== null)
              expect({ records, state: rollout.state }, rollout.sentence).toEqual({
                records,
                state: 'promoted',
              });
            if (begun === null || (!went && begun.state !== 'promoted'))
              expect(await liveVersions(at)).toEqual(['1.0.0']);
          }
          expect((await at.deployer.status(name)).healthy).toBe(true);
          if (signal === null) break;
          if ((await liveVersions(at))[0] === '1.1.0') await at.deployer.rollback(name);
        }
        // Where too few requests came in the time of its looks, it paused.
        const last = (await at.deployer.rollout(name))!;
        const { sentence } = isUndecided(last) ? await ledOn(at) : last;
        expect(await liveVersions(at), sentence).toEqual(['1.1.0']);
      },
    );
  });
}

function isUndecided({ state, sentence }: Rollout): boolean {
  return state === 'paused' && sentence.startsWith('Not decided in the time that was given.');
}

interface Load {
  readonly counts: { sent: number; failed: number };
  /** Waits for the requests under way. */
  readonly end: () => Promise<Load['counts']>;
}
