import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { builtServer } from '../../src/serve/builtServer.ts';
import { makeDeployer, makeWorkspace } from '../../src/deploy/testing.ts';
import type { Deployer } from '../../src/deploy/deployer.ts';
import type { ResolvedModel } from '../../src/workspace/types.ts';
import { startTriton, type Triton } from './servers/triton.ts';

/** A repository in a folder, read by NVIDIA's own server. */

const distDir = builtServer();

interface Scene {
  readonly root: string;
  readonly triton: Triton;
  readonly deployer: Deployer;
  readonly version: (name: string) => Promise<ResolvedModel>;
}

async function scene(mode: 'explicit' | 'poll', more = ''): Promise<Scene> {
  const root = await mkdtemp(join(tmpdir(), 'slipway-deploy-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  const triton = await startTriton(join(root, 'out/models'), mode);
  onTestFinished(() => triton.stop());
  const settings = `kind: triton, repository: out/models, model: credit-risk, url: '${triton.url}'${more}`;
  await makeWorkspace(root, { name: 'triton', settings });
  const { deployer, workspace } = await makeDeployer(root, distDir());
  return { root, triton, deployer, version: name => workspace.resolve(`credit-risk@${name}`) };
}

/** Versions that Triton serves. */
async function ready({ triton }: Scene): Promise<readonly string[]> {
  const response = await fetch(`${triton.url}/v2/repository/index`, {
    method: 'POST',
    body: '{"ready":true}',
  });
  const index = (await response.json()) as readonly { readonly version: string }[];
  return index.map(({ version }) => version);
}

describe('Triton told to load', () => {
  test('serves what is deployed, goes back, and serves nothing after removal', async () => {
    const at = await scene('explicit', ', batch: { rows: 32, delay: 2 }');
    const { deployer } = at;
    const first = await deployer.deploy('triton', await at.version('1.0.0'));
    expect(first).toMatchObject({ state: 'live', endpoint: at.triton.url, golden: { rows: 8 } });
    expect(await ready(at)).toEqual(['1']);
    expect(await deployer.deploy('triton', await at.version('1.1.0'))).toMatchObject({ state: 'live' });
    expect(await ready(at)).toEqual(['2']);
    const config = await fetch(`${at.triton.url}/v2/models/credit-risk/config`);
    expect(await config.json()).toMatchObject({
      max_batch_size: 32,
      dynamic_batching: { max_queue_delay_microseconds: 2000 },
      parameters: { 'slipway.digest': { string_value: (await at.version('1.1.0')).ref.digest } },
    });
    expect(await deployer.rollback('triton')).toMatchObject({ state: 'live' });
    expect(await ready(at)).toEqual(['1']);
    const [finding] = (await deployer.doctor('triton')).filter(({ what }) => what.includes('Triton answers'));
    expect(finding?.ok).toBe(true);
    expect(await deployer.status('triton')).toMatchObject({ healthy: true, drift: null });

    expect(await deployer.remove('triton')).toMatchObject({ state: 'removed' });
    expect(await ready(at)).toEqual([]);
  });

  test('what Triton cannot load is undone, with its words; the live version stays', async () => {
    const at = await scene('explicit', ', config: own.pbtxt');
    await writeFile(join(at.root, 'own.pbtxt'), 'instance_group [ { count: 2 kind: KIND_CPU } ]\n');
    expect(await at.deployer.deploy('triton', await at.version('1.0.0'))).toMatchObject({ state: 'live' });
    await writeFile(join(at.root, 'own.pbtxt'), 'instance_group [ { count: 2 kind: KIND_GPU } ]\n');
    const release = await at.deployer.deploy('triton', await at.version('1.1.0'));
    expect(release.state).toBe('undone');
    expect(release.plan.find(({ name }) => name === 'publish')?.detail).toMatch(
      /^Triton at .* answered 400: .*instance group credit-risk_0 .*GPU/s,
    );
    expect(await ready(at)).toEqual(['1']);
    expect(await readFile(join(at.root, 'out/models/credit-risk/config.pbtxt'), 'utf8')).toContain(
      'KIND_CPU',
    );
    expect(await at.deployer.status('triton')).toMatchObject({ healthy: true, drift: null });
  });

  test('a Triton that is down is no drift; a deployment waits for it to come back', async () => {
    const at = await scene('explicit');
    await at.deployer.deploy('triton', await at.version('1.0.0'));
    await at.triton.stop();
    const status = await at.deployer.status('triton');
    expect(status).toMatchObject({ healthy: false, drift: null });
    expect(status.sentence).toMatch(/does not answer \(/);
    await expect(at.deployer.deploy('triton', await at.version('1.1.0'))).rejects.toMatchObject({
      code: 'not-fit',
    });
  });
});

test('a Triton that polls takes the version over by itself', async () => {
  const at = await scene('poll');
  expect(await at.deployer.deploy('triton', await at.version('1.1.0'))).toMatchObject({ state: 'live' });
  expect(await ready(at)).toEqual(['1']);
});
