import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { S3Store } from '../../src/deploy/objectStore/s3Store.ts';
import { sendInfer, targetContract } from '../../src/deploy/targets/contract.ts';
import type { Deployer } from '../../src/deploy/deployer.ts';
import { makeDeployer, makeWorkspace } from '../../src/deploy/testing.ts';
import { buildServer } from '../../src/serve/testServer.ts';
import type { ResolvedModel } from '../../src/workspace/types.ts';
import { startKubeNode, type KubeNode } from './servers/kubeNode.ts';
import { startControlPlane } from './servers/kubernetes.ts';
import { startMoto } from './servers/moto.ts';

const moto = await startMoto();
const plane = await startControlPlane();
const built = await mkdtemp(join(tmpdir(), 'slipway-dist-'));
const distDir = await buildServer(built);
const credentials = { accessKeyId: 'AKIATEST', secretAccessKey: 'secret' };
const store = new S3Store(
  { bucket: 'models', prefix: '', endpoint: moto.url, region: null },
  { credentials },
);
process.env['MODELS_KEY'] = 'AKIATEST:secret';
process.env['KUBECONFIG'] = plane.kubeconfig;

let node: KubeNode;
beforeAll(async () => {
  await moto.emptyBucket('models');
  node = await startKubeNode(plane, join(distDir, 'server.js'), store);
});
afterAll(async () => {
  await node.stop();
  await plane.stop();
  await moto.stop();
  await rm(built, { recursive: true, force: true });
});

const settings = [
  `kind: kubernetes, model: credit-risk, image: registry.test/slipway@sha256:${'0'.repeat(64)}`,
  `storage: 's3://${moto.url}/models/pods', credentials: MODELS_KEY, name: risk`,
].join(', ');
const configMap = '/api/v1/namespaces/default/configmaps/risk';

async function clean(): Promise<void> {
  for (const path of [
    '/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers/risk',
    '/apis/apps/v1/namespaces/default/deployments/risk',
    '/api/v1/namespaces/default/services/risk',
    configMap,
  ])
    await plane.ask('DELETE', path).catch(() => undefined);
  await moto.emptyBucket('models');
}

targetContract('kubernetes', {
  settings,
  meddle: async () => {
    await plane.ask('DELETE', configMap);
  },
  clean,
  canary: {
    // As the Service does, which answers within a cluster only: any pod that is ready.
    send: async (_, inputs) => {
      const ready = node.addresses();
      const address = ready[Math.floor(Math.random() * ready.length)] ?? 'nowhere';
      return await sendInfer(`http://${address}:8080`, inputs);
    },
  },
});

async function scene(more = ''): Promise<{
  readonly root: string;
  readonly deployer: Deployer;
  readonly version: (name: string) => Promise<ResolvedModel>;
}> {
  const root = await mkdtemp(join(tmpdir(), 'slipway-deploy-'));
  onTestFinished(async () => {
    await clean();
    await rm(root, { recursive: true, force: true });
  });
  await makeWorkspace(root, { name: 'cluster', settings: `${settings}${more}` });
  const { deployer, workspace } = await makeDeployer(root, distDir);
  return { root, deployer, version: name => workspace.resolve(`credit-risk@${name}`) };
}

describe('in the cluster', () => {
  test('the autoscaler owns the number of pods, and the manifests are written as applied', async () => {
    const { root, deployer, version } = await scene(
      ', replicas: { min: 1, max: 4 }, manifests: deploy/kubernetes',
    );
    expect(await deployer.deploy('cluster', await version('1.1.0'))).toMatchObject({ state: 'live' });
    const text = await readFile(join(root, 'deploy/kubernetes/risk.yaml'), 'utf8');
    const objects = parseAllDocuments(text).map(document => document.toJS() as { readonly kind: string });
    expect(objects.map(({ kind }) => kind)).toEqual([
      'ConfigMap',
      'Deployment',
      'Service',
      'HorizontalPodAutoscaler',
    ]);
    const made = (await plane.ask('GET', '/apis/apps/v1/namespaces/default/deployments/risk')) as {
      readonly metadata: {
        readonly managedFields: readonly { readonly manager: string; readonly operation: string }[];
      };
    };
    expect(made.metadata.managedFields).toContainEqual(
      expect.objectContaining({ manager: 'slipway', operation: 'Apply' }),
    );
    expect(text).not.toContain('replicas: 1\n  selector');
  });

  test('who may not, is not let in, or asks a cluster that is not there is told before anything changes', async () => {
    const guest = await scene(', context: guest');
    await expect(guest.deployer.deploy('cluster', await guest.version('1.0.0'))).rejects.toMatchObject({
      message: expect.stringMatching(/answered 403: .*"guest" cannot \w+ resource/) as string,
    });
    const nobody = await scene(', context: nobody');
    await expect(nobody.deployer.deploy('cluster', await nobody.version('1.0.0'))).rejects.toMatchObject({
      message: expect.stringMatching(/answered 401: .*Sign in again/) as string,
    });
    const nowhere = await scene(', context: nowhere');
    await expect(nowhere.deployer.deploy('cluster', await nowhere.version('1.0.0'))).rejects.toMatchObject({
      message: expect.stringMatching(/no context nowhere\. It has admin, guest, nobody\./) as string,
    });
    const { KUBECONFIG, HOME } = process.env;
    Object.assign(process.env, { KUBECONFIG: '', HOME: nowhere.root });
    onTestFinished(() => void Object.assign(process.env, { KUBECONFIG, HOME }));
    const none = await scene();
    expect((await none.deployer.status('cluster')).sentence).toMatch(/^There is no kubeconfig/);
  });

  test('a field that another manager owns is not taken from it', async () => {
    const { deployer, version } = await scene();
    await deployer.deploy('cluster', await version('1.0.0'));
    await plane.ask(
      'PATCH',
      '/apis/apps/v1/namespaces/default/deployments/risk?fieldManager=gitops',
      { spec: { template: { spec: { terminationGracePeriodSeconds: 90 } } } },
      'application/merge-patch+json',
    );
    const release = await deployer.deploy('cluster', await version('1.1.0'));
    expect(release.state).not.toBe('live');
    expect(release.plan.find(({ name }) => name === 'roll')?.detail).toMatch(
      /answered 409: .*conflict with "gitops"/,
    );
  });
});
