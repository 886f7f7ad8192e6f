import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { buildServer } from '../../src/serve/testServer.ts';
import { makeDeployer, makeWorkspace } from '../../src/deploy/testing.ts';

/**
 * First version, second version, rollback and removal on one target: for places whose kind passes the whole
 * contract elsewhere.
 */
export async function deployAndReturn(settings: string): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), 'slipway-deploy-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  await makeWorkspace(join(root, 'work'), { name: 'staging', settings });
  const { deployer, workspace } = await makeDeployer(join(root, 'work'), await buildServer(root));
  const live = async (): Promise<readonly (string | null)[]> => {
    const status = await deployer.status('staging');
    expect(status).toMatchObject({ drift: null, healthy: true });
    return status.live.map(({ version }) => version);
  };
  for (const version of ['1.0.0', '1.1.0']) {
    const release = await deployer.deploy('staging', await workspace.resolve(`credit-risk@${version}`));
    expect(release).toMatchObject({ state: 'live', golden: { rows: 8 } });
    expect(await live()).toEqual([version]);
  }
  expect(await deployer.rollback('staging')).toMatchObject({ state: 'live' });
  expect(await live()).toEqual(['1.0.0']);
  expect(await deployer.remove('staging')).toMatchObject({ state: 'removed' });
  expect(await deployer.status('staging')).toMatchObject({ live: [], drift: null });
}
