import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { golden } from '../../engine/tasks/golden.ts';
import type { Golden } from '../../protocol/engine.ts';
import type { ResolvedModel } from '../../workspace/types.ts';
import { buildProgram, buildServer } from '../../serve/testServer.ts';
import type { Deployer } from '../deployer.ts';
import { isActive } from '../rollout/state.ts';
import type { DeployEvent } from '../services.ts';
import { addFragile, fragileAge, makeDeployer, makeWorkspace, type TestOptions } from '../testing.ts';
import { isLight } from './registry.ts';

/** What a kind of target brings to the scenarios that every kind must pass. */
export interface ContractSubject {
  /** One line of YAML: the settings. */
  readonly settings: string;
  /** Changes the target behind the journal's back, so that it serves nothing. */
  readonly meddle: (root: string, target: string) => Promise<void>;
  /** Ends what a deployment left running. */
  readonly clean: (root: string, target: string, distDir: string) => Promise<void>;
  /** Slow targets are killed after every so many records only; 1 without it. */
  readonly killEvery?: number;
  /** Of a kind whose versions share the requests; without it, a canary must be refused. */
  readonly canary?: CanarySubject;
}

export interface CanarySubject {
  /** Sends one request to whichever version has its turn; false when it was not answered. */
  readonly send: (endpoint: string, inputs: Golden['inputs']) => Promise<boolean>;
}

const name = 'staging';
/** A canary has some fifty records, and each kill takes seconds: every fourth, or with this variable each. */
const stride = process.env['SLIPWAY_EVERY_RECORD'] === undefined ? 4 : 1;
/** Shares of a second and more, decided by few requests. */
const quickRollout =
  '{ steps: [0.3, 0.6], interval: 0.01, patience: 1, requests: 40, success: { min: 0.8, worse: 0.15 }, latency: { worse: 0.6 } }';

interface Scene {
  readonly root: string;
  readonly deployer: Deployer;
  readonly version: (name: string) => Promise<ResolvedModel>;
  /** Another deployer on the same workspace, as of another window. */
  readonly another: (options: TestOptions) => Promise<Deployer>;
}

/** The scenarios that every kind of target must pass, against the real server. */
export function targetContract(kind: string, subject: ContractSubject): void {
  const { killEvery = 1 } = subject;
  let built: string;
  let distDir: string;

  beforeAll(async () => {
    built = await mkdtemp(join(tmpdir(), 'slipway-dist-'));
    distDir = await buildServer(built);
    await buildProgram('src/deploy/testDeploy.ts', join(distDir, 'deploy.js'));
    if (!isLight(/\bkind: "?(\w+)/.exec(subject.settings)![1]!))
      await buildProgram('src/deploy/targets/heavy.ts', join(distDir, 'targets.js'));
  });
  afterAll(() => rm(built, { recursive: true, force: true }));

  async function scene(options: TestOptions = {}, settings = ''): Promise<Scene> {
    const root = await mkdtemp(join(tmpdir(), 'slipway-deploy-'));
    onTestFinished(async () => {
      await subject.clean(root, name, distDir);
      await rm(root, { recursive: true, force: true });
    });
    const rollout = subject.canary === undefined ? '' : `, rollout: ${quickRollout}`;
    await makeWorkspace(root, { name, settings: `${subject.settings}${rollout}${settings}` });
    const { deployer, workspace } = await makeDeployer(root, distDir, options);
    return {
      root,
      deployer,
      version: async version => await workspace.resolve(`credit-risk@${version}`),
      another: async other => (await makeDeployer(root, distDir, other)).deployer,
    };
  }

  async function liveVersions({ deployer }: Scene): Promise<readonly (string | null)[]> {
    const { live, drift, interrupted } = await deployer.status(name);
    expect({ drift, interrupted }).toEqual({ drift: null, interrupted: null });
    return live.map(({ version }) => version);
  }

  describe(`${kind} target`, () => {
    test('a plan and a dry run change nothing', async () => {
      const at = await scene();
      const plan = await at.deployer.deploy(name, await at.version('1.0.0'), { dryRun: true });
      expect(plan).toMatchObject({ release: 'r-0001', state: 'planned', dryRun: true, previous: null });
      expect(plan.plan.map(step => step.state)).toEqual(plan.plan.map(() => 'planned'));
      expect(await at.deployer.history(name)).toEqual([]);
      expect(await at.deployer.status(name)).toMatchObject({ healthy: false, live: [], drift: null });
    });

    test('first version, second version, rollback, removal', async () => {
      const at = await scene();
      const first = await at.deployer.deploy(name, await at.version('1.0.0'));
      expect(first).toMatchObject({ state: 'live', previous: null, golden: { rows: 8 } });
      expect(first.plan.every(step => step.state === 'done')).toBe(true);
      expect(await liveVersions(at)).toEqual(['1.0.0']);
      expect((await at.deployer.status(name)).healthy).toBe(true);

      const second = await at.deployer.deploy(name, await at.version('1.1.0'));
      expect(second).toMatchObject({ state: 'live', previous: first.model.digest });
      expect(await liveVersions(at)).toEqual(['1.1.0']);

      const back = await at.deployer.rollback(name);
      expect(back).toMatchObject({ state: 'live', action: 'rollback', previous: second.model.digest });
      expect(back.plan.some(step => step.name.startsWith('copy'))).toBe(false);
      expect(await liveVersions(at)).toEqual(['1.0.0']);
      await expect(at.deployer.rollback(name)).rejects.toMatchObject({ code: 'no-earlier-release' });
      await expect(at.deployer.rollback(name, { to: 'r-9999' })).rejects.toMatchObject({
        code: 'unknown-release',
      });
      expect(await at.deployer.rollback(name, { to: 'r-0002' })).toMatchObject({ state: 'live' });
      expect(await liveVersions(at)).toEqual(['1.1.0']);

      expect(await at.deployer.remove(name)).toMatchObject({ state: 'removed', action: 'remove' });
      expect(await at.deployer.status(name)).toMatchObject({ healthy: false, live: [], current: null });
      const history = await at.deployer.history(name);
      expect(history.map(release => release.action)).toEqual([
        'remove',
        'rollback',
        'rollback',
        'deploy',
        'deploy',
      ]);
      await expect(at.deployer.remove(name)).rejects.toMatchObject({ code: 'nothing-deployed' });
    });

    test('a version that answers otherwise than the local runtime is undone, the live one stays', async () => {
      const at = await scene();
      await at.deployer.deploy(name, await at.version('1.0.0'));
      const before = await at.deployer.status(name);
      const spoilt = await at.another({
        spoil: golden => ({
          ...golden,
          outputs: golden.outputs.map(output => ({
            ...output,
            data: output.data.map(value => (typeof value === 'number' ? value + 0.25 : value)),
          })),
        }),
      });
      const release = await spoilt.deploy(name, await at.version('1.1.0'));
      expect(release).toMatchObject({ state: 'undone', golden: null });
      const verify = release.plan.find(step => step.name.startsWith('verify'));
      expect(verify?.detail).toMatch(/does not answer as the local runtime does: value 0 of/);
      expect(await at.deployer.status(name)).toMatchObject({ live: before.live, healthy: true, drift: null });
      expect(await liveVersions(at)).toEqual(['1.0.0']);
    });

    test('a failed policy refuses, an override is recorded with its reason', async () => {
      const verdict = {
        status: 'fail' as const,
        sentence: 'roc_auc is 0.61, below 0.7.',
        failed: ['roc_auc'],
        warned: [],
        inconclusive: [],
      };
      const at = await scene({ verdict });
      const version = await at.version('1.0.0');
      await expect(at.deployer.deploy(name, version)).rejects.toMatchObject({ code: 'policy-failed' });
      await expect(at.deployer.deploy(name, version, { override: { reason: ' ' } })).rejects.toMatchObject({
        code: 'no-reason',
      });
      expect(await at.deployer.history(name)).toEqual([]);
      const release = await at.deployer.deploy(name, version, { override: { reason: 'drill' } });
      expect(release).toMatchObject({ state: 'live', verdict, override: { reason: 'drill', by: 'Ada' } });
    });

    test('a cancel before the switch undoes what was made', async () => {
      const at = await scene();
      const stop = new AbortController();
      const release = await at.deployer.deploy(name, await at.version('1.0.0'), {
        signal: stop.signal,
        onEvent: (event: DeployEvent) => {
          if (event.kind === 'record' && event.record.type === 'step' && event.record.phase === 'done')
            stop.abort();
        },
      });
      expect(release.state).toBe('undone');
      expect(await at.deployer.status(name)).toMatchObject({ live: [], healthy: false, drift: null });
    });

    test('of two at once one is told who holds the target', async () => {
      const at = await scene();
      const other = await at.another({ by: 'Grace' });
      const version = await at.version('1.0.0');
      const settled = await Promise.allSettled([
        at.deployer.deploy(name, version),
        other.deploy(name, version),
      ]);
      const refused = settled.filter(result => result.status === 'rejected');
      expect(refused).toHaveLength(1);
      expect(refused[0]?.reason).toMatchObject({
        code: 'target-busy',
        message: expect.stringMatching(/(Ada|Grace) \(process|just starting/) as string,
      });
      expect(await liveVersions(at)).toEqual(['1.0.0']);
    });

    test('what someone else changed is shown, and replaced only for a reason', async () => {
      const at = await scene();
      await at.deployer.deploy(name, await at.version('1.0.0'));
      await subject.meddle(at.root, name);
      const { drift } = await at.deployer.status(name);
      expect(drift).toMatch(
        /staging was changed by something else: it serves nothing, but r-0001 made it 1\.0\.0/,
      );
      await expect(at.deployer.deploy(name, await at.version('1.1.0'))).rejects.toMatchObject({
        code: 'drift',
      });
      await at.deployer.deploy(name, await at.version('1.1.0'), { override: { reason: 'ours again' } });
      expect(await liveVersions(at)).toEqual(['1.1.0']);
    });

    test(
      'killed after any journal record, the next run finishes or undoes it',
      { timeout: 300_000 },
      async () => {
        const at = await scene();
        await at.deployer.deploy(name, await at.version('1.0.0'));
        for (let records = killEvery === 1 ? 1 : 2; ; records += killEvery) {
          const child = spawn(
            process.execPath,
            [join(distDir, 'deploy.js'), at.root, distDir, name, '1.1.0', String(records)],
            { stdio: ['ignore', 'ignore', 'pipe'] },
          );
          let said = '';
          child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
          const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
          expect({ code, said: code === null ? '' : said }).toEqual({
            code: signal === null ? 0 : null,
            said: '',
          });
          const cut = (await at.deployer.status(name)).interrupted;
          const recovered = await at.deployer.recover(name);
          expect(recovered === null).toBe(cut === null);
          const [last] = await at.deployer.history(name);
          const [live] = await liveVersions(at);
          expect((await at.deployer.status(name)).healthy).toBe(true);
          expect(live).toBe(last?.state === 'live' ? '1.1.0' : '1.0.0');
          expect(['live', 'undone']).toContain(last?.state);
          if (signal === null) break;
          if (live === '1.1.0') await at.deployer.rollback(name);
        }
        const journal = await readFile(join(at.root, '.slipway/releases', `${name}.jsonl`), 'utf8');
        expect(journal.endsWith('\n')).toBe(true);
      },
    );

    test('a first deployment that was killed leaves nothing once undone', { timeout: 300_000 }, async () => {
      for (let records = 2; records <= 6; records += killEvery) {
        const at = await scene();
        const child = spawn(process.execPath, [
          join(distDir, 'deploy.js'),
          at.root,
          distDir,
          name,
          '1.0.0',
          String(records),
        ]);
        await once(child, 'close');
        expect((await at.deployer.status(name)).interrupted).toMatch(/r-0001 was cut off at/);
        expect(await at.deployer.recover(name)).toMatchObject({ state: 'undone' });
        expect(await at.deployer.status(name)).toMatchObject({ live: [], healthy: false, interrupted: null });
        expect(await at.deployer.deploy(name, await at.version('1.0.0'))).toMatchObject({ state: 'live' });
        // The next workspace may mean the same place.
        await at.deployer.remove(name);
      }
    });
  });

  if (subject.canary === undefined)
    test(`${kind} target: a canary is refused, since versions do not share its requests`, async () => {
      const at = await scene();
      await at.deployer.deploy(name, await at.version('1.0.0'));
      await expect(
        at.deployer.deploy(name, await at.version('1.1.0'), { canary: true }),
      ).rejects.toMatchObject({ code: 'undivided' });
      expect(await liveVersions(at)).toEqual(['1.0.0']);
    });
  else
    canaryContract(kind, {
      ...{ scene, liveVersions, subject: subject.canary, distDir: () => distDir },
      killEvery: stride * killEvery,
    });
}

interface CanaryScenes {
  readonly scene: (options?: TestOptions, settings?: string) => Promise<Scene>;
  readonly liveVersions: (scene: Scene) => Promise<readonly (string | null)[]>;
  readonly subject: CanarySubject;
  readonly distDir: () => string;
  readonly killEvery: number;
}

function canaryContract(
  kind: string,
  { scene, liveVersions, subject, distDir, killEvery }: CanaryScenes,
): void {
  /** Asks the target without end; `age` is in every row. */
  async function load({ root, deployer, version }: Scene, age: number): Promise<Load> {
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

  async function beginCanary(at: Scene, version: string): Promise<void> {
    await at.deployer.deploy(name, await at.version('1.0.0'));
    const release = await at.deployer.deploy(name, await at.version(version), { canary: true });
    expect(release).toMatchObject({
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
    test('a shadow is asked copies, answers nobody, and goes with its setting', async () => {
      const at = await scene({}, ', shadow: { version: 2.0.0, share: 0.5 }');
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
      await expect
        .poll(async () => (await at.deployer.status(name)).shadow, { timeout: 15_000 })
        .toEqual({
          ...{ digest: shadow.ref.digest, version: '2.0.0', share: 0.5 },
          counts: { asked: 5, differing: 5, failed: 0, dropped: 0 },
        });
      // What is live is no shadow; going back leaves the shadow as it is.
      await at.deployer.deploy(name, shadow);
      expect((await at.deployer.status(name)).shadow).toBeNull();
      expect(await at.deployer.rollback(name)).toMatchObject({ state: 'live', shadow: plan.shadow });
      expect((await at.deployer.status(name)).shadow).toMatchObject({ version: '2.0.0' });
      const file = join(at.root, 'slipway.yaml');
      await writeFile(file, (await readFile(file, 'utf8')).replace(/, shadow: \{.*?\}/, ''));
      const without = await at.another({});
      expect(await without.deploy(name, await at.version('1.1.0'))).toMatchObject({ shadow: null });
      expect((await without.status(name)).shadow).toBeNull();
    });

    test('a shadow that is not there is told before anything is done', async () => {
      const at = await scene({}, ', shadow: { version: 9.9.9 }');
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
      const { end } = await load(at, 30);
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
            const rollout = went ? await at.deployer.follow(name) : null;
            if (rollout !== null)
              expect({ records, state: rollout.state }).toEqual({ records, state: 'promoted' });
            if (begun === null || (!went && begun.state !== 'promoted'))
              expect(await liveVersions(at)).toEqual(['1.0.0']);
          }
          expect((await at.deployer.status(name)).healthy).toBe(true);
          if (signal === null) break;
          if ((await liveVersions(at))[0] === '1.1.0') await at.deployer.rollback(name);
        }
        expect(await liveVersions(at)).toEqual(['1.1.0']);
      },
    );
  });
}

interface Load {
  readonly counts: { sent: number; failed: number };
  /** Waits for the requests under way. */
  readonly end: () => Promise<Load['counts']>;
}

async function goldenInputs(root: string, model: ResolvedModel): Promise<Golden['inputs']> {
  const data = { file: join(root, 'data/holdout.csv'), path: 'data/holdout.csv' };
  return (await golden({ model: model.source, data, rows: 1 })).inputs;
}

/** Asks a server of ours, or another that speaks the Open Inference Protocol. */
export async function sendInfer(endpoint: string, inputs: Golden['inputs']): Promise<boolean> {
  const response = await fetch(`${endpoint}/v2/models/credit-risk/infer`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ inputs }),
  }).catch(() => null);
  await response?.arrayBuffer();
  return response?.ok ?? false;
}
