import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Golden } from '../../protocol/engine.ts';
import type { DeployEvent } from '../services.ts';
import { accessContract, type AccessSubject } from './contract/access.ts';
import { canaryContract, type CanarySubject } from './contract/canary.ts';
import { callContract, faultContract, type CallSubject, type FaultSubject } from './contract/faults.ts';
import { liveVersions, name, scenes, type SceneSubject } from './contract/scene.ts';

/** What a kind of target brings to the scenarios that every kind must pass. */
export interface ContractSubject extends SceneSubject {
  /** Changes the target behind the journal's back, so that it serves nothing. */
  readonly meddle: (root: string, target: string) => Promise<void>;
  /** Slow targets are killed after every so many records only; 1 without it. */
  readonly killEvery?: number;
  /** Of a kind whose versions share the requests; without it, a canary must be refused. */
  readonly canary?: CanarySubject;
  /** Whether the target itself keeps who is changing it. */
  readonly holds?: boolean;
  /** Whether a release that finds the live version's name moved since it was planned leaves it so. */
  readonly points?: boolean;
  /** Of a kind whose server can ask for a token and for certificates. */
  readonly access?: AccessSubject;
  /** Of a kind that is reached over a line. */
  readonly faults?: FaultSubject;
  /** Of a kind that is asked over HTTP. */
  readonly calls?: CallSubject;
}

/** The scenarios that every kind of target must pass, against the real server. */
export function targetContract(kind: string, subject: ContractSubject): void {
  const { killEvery = 1 } = subject;
  const all = scenes(subject, subject.canary !== undefined);
  const { scene } = all;

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

    if (subject.holds === true)
      test('who deploys from another machine is told who holds the target, and since when', async () => {
        const at = await scene();
        const far = await at.elsewhere({ by: 'Grace' });
        const version = await at.version('1.0.0');
        const told: Promise<unknown>[] = [];
        const release = await at.deployer.deploy(name, version, {
          onEvent: event => {
            if (event.kind !== 'record' || event.record.type !== 'begin') return;
            told.push(
              far.deploy(name, version).catch((error: unknown) => error),
              far.status(name),
            );
          },
        });
        expect(release, JSON.stringify(release.plan)).toMatchObject({ state: 'live' });
        const [refused, status] = await Promise.all(told);
        const sentence = /^Ada \(process \d+ on \S+\) has been deploying since 2/;
        expect(refused).toMatchObject({
          code: 'target-busy',
          message: expect.stringMatching(sentence) as string,
        });
        expect(status).toMatchObject({ busy: expect.stringMatching(sentence) as string });
        expect(await far.history(name)).toEqual([]);
        expect(await far.status(name)).toMatchObject({ busy: null });
        await at.deployer.remove(name);
        expect(await far.deploy(name, version)).toMatchObject({ state: 'live' });
        await far.remove(name);
      });

    if (subject.points === true)
      test('who finds the live name moved while deploying is told, and leaves it as it is', async () => {
        const at = await scene();
        await at.deployer.deploy(name, await at.version('1.0.0'));
        const meddling: Promise<void>[] = [];
        const release = await at.deployer.deploy(name, await at.version('1.1.0'), {
          onEvent: event => {
            if (event.kind !== 'record' || event.record.type !== 'step') return;
            if (event.record.step.startsWith('verify') && meddling.length === 0)
              meddling.push(subject.meddle(at.root, name));
          },
        });
        await Promise.all(meddling);
        expect(release).toMatchObject({ state: 'undone' });
        expect(release.plan.find(({ name: step }) => step === 'promote')?.detail).toMatch(
          /^Someone else moved the .* meanwhile: it names nothing, not /,
        );
        expect(await at.deployer.status(name)).toMatchObject({
          live: [],
          drift: expect.stringMatching(/it serves nothing, but r-0001 made it 1\.0\.0/) as string,
        });
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
            [join(all.distDir(), 'deploy.js'), at.root, all.distDir(), name, '1.1.0', String(records)],
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
          join(all.distDir(), 'deploy.js'),
          at.root,
          all.distDir(),
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
  else canaryContract(kind, all, subject.canary, killEvery);
  if (subject.access !== undefined) accessContract(kind, all, subject.access);
  if (subject.faults !== undefined) faultContract(kind, all, subject.faults);
  if (subject.calls !== undefined) callContract(kind, all, subject.calls);
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
