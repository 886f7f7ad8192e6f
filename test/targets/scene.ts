import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Deployer } from '../../src/deploy/deployer.ts';
import { makeDeployer, makeWorkspace, type TestTarget } from '../../src/deploy/testing.ts';
import type { ResolvedModel } from '../../src/workspace/types.ts';

/** A workspace of its own with one target. */
export interface TargetScene {
  readonly root: string;
  readonly deployer: Deployer;
  readonly version: (name: string) => Promise<ResolvedModel>;
}

/** @param clean ends what a deployment left running, when the test ends */
export async function targetScene(
  distDir: string,
  target: TestTarget,
  clean: () => Promise<void>,
): Promise<TargetScene> {
  const root = await mkdtemp(join(tmpdir(), 'slipway-deploy-'));
  await makeWorkspace(root, target);
  const { deployer, workspace } = await makeDeployer(root, distDir);
  onTestFinished(async () => {
    await deployer.dispose();
    await clean();
    await rm(root, { recursive: true, force: true });
  });
  return { root, deployer, version: async name => await workspace.resolve(`credit-risk@${name}`) };
}
