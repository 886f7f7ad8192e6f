import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { makeDeployer, makeWorkspace } from '../testing.ts';
import { targetKinds, type TargetSettings } from './schemas.ts';

/** What each kind cannot be without. */
const least: Readonly<Record<TargetSettings['kind'], string>> = {
  local: 'port: 0',
  folder: 'path: out',
  docker: 'port: 8700',
  oci: 'repository: registry.example/models/credit-risk',
  ssh: 'host: box, port: 8700',
  mlflow: 'url: "http://localhost:5000", model: credit-risk',
  triton: 'repository: out, model: credit-risk',
  kubernetes: 'model: credit-risk, image: server, storage: "s3://models/here"',
  kserve: 'model: credit-risk, image: server, storage: "s3://models/here"',
};

test.each(targetKinds)(
  'a misspelt setting of a %s target stops every change, with the right key',
  async kind => {
    const root = await mkdtemp(join(tmpdir(), 'slipway-deploy-'));
    onTestFinished(() => rm(root, { recursive: true, force: true }));
    await makeWorkspace(root, { name: 'staging', settings: `kind: ${kind}, ${least[kind]}, keeep: 1` });
    const { deployer, workspace } = await makeDeployer(root, root);
    expect(deployer.targets()).toMatchObject([{ name: 'staging', kind }]);
    const model = await workspace.resolve('credit-risk@1.0.0');
    for (const change of [
      () => deployer.deploy('staging', model),
      () => deployer.deploy('staging', model, { dryRun: true }),
      () => deployer.promote('staging'),
      () => deployer.rollback('staging'),
      () => deployer.remove('staging'),
      () => deployer.follow('staging'),
      () => deployer.recover('staging'),
      () => deployer.resume('staging'),
    ])
      await expect(change()).rejects.toMatchObject({
        code: 'target-settings',
        message:
          'Nothing is changed on staging until slipway.yaml is mended: `targets.staging` has no key `keeep`. Did you mean `keep`?',
      });
  },
);
