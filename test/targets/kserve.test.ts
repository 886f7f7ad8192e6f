import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { S3Store } from '../../src/deploy/objectStore/s3Store.ts';
import { sendInfer, targetContract } from '../../src/deploy/targets/contract.ts';
import type { CanarySubject } from '../../src/deploy/targets/contract/canary.ts';
import type { Deployer } from '../../src/deploy/deployer.ts';
import { makeDeployer, makeWorkspace } from '../../src/deploy/testing.ts';
import { buildServer } from '../../src/serve/testServer.ts';
import type { ResolvedModel } from '../../src/workspace/types.ts';
import { startKserve, type TestKserve } from './servers/kserve.ts';
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
let kserve: TestKserve;
beforeAll(async () => {
  await moto.emptyBucket('models');
  node = await startKubeNode(plane, join(distDir, 'server.js'), store);
  kserve = await startKserve(plane);
}, 120_000);
afterAll(async () => {
  await kserve.stop();
  await node.stop();
  await plane.stop();
  await moto.stop();
  await rm(built, { recursive: true, force: true });
});

const settings = [
  `kind: kserve, model: credit-risk, image: registry.test/slipway@sha256:${'0'.repeat(64)}`,
  `storage: 's3://${moto.url}/models/pods', credentials: MODELS_KEY, name: risk`,
].join(', ');
const service = '/apis/serving.kserve.io/v1beta1/namespaces/default/inferenceservices/risk';

async function meddle(): Promise<void> {
  await plane.ask('DELETE', service);
}

async function clean(): Promise<void> {
  await plane.ask('DELETE', service).catch(() => undefined);
  // The pods of one scene are none of the next.
  while (node.addresses().length > 0) await new Promise(resolve => setTimeout(resolve, 100));
  await moto.emptyBucket('models');
}

const canary: CanarySubject = {
  shadows: false,
  // As KServe's gateway does, which is none of this machine: by the shares, then any pod that is ready.
  send: async (_, inputs) => {
    let left = Math.random() * 100;
    const part = kserve.route('risk').find(({ share }) => (left -= share) < 0);
    const ready = part === undefined ? [] : node.addresses(part.labels);
    const address = ready[Math.floor(Math.random() * ready.length)] ?? 'nowhere';
    return await sendInfer(`http://${address}:8080`, inputs);
  },
};

for (const form of ['standard', 'serverless'])
  targetContract(`kserve, ${form}`, {
    settings: `${settings}, form: ${form}`,
    holds: true,
    meddle,
    clean,
    canary,
    killEvery: 2,
  });

async function scene(more: string): Promise<{
  readonly root: string;
  readonly deployer: Deployer;
  readonly version: (name: string) => Promise<ResolvedModel>;
}> {
  const root = await mkdtemp(join(tmpdir(), 'slipway-deploy-'));
  onTestFinished(async () => {
    await clean();
    await rm(root, { recursive: true, force: true });
  });
  await makeWorkspace(root, { name: 'kserve', settings: `${settings}${more}` });
  const { deployer, workspace } = await makeDeployer(root, distDir);
  return { root, deployer, version: name => workspace.resolve(`credit-risk@${name}`) };
}

interface Written {
  readonly metadata: { readonly annotations: Readonly<Record<string, string>> };
  readonly spec: {
    readonly predictor: { readonly name?: string; readonly canaryTrafficPercent?: number };
    readonly canary?: readonly {
      readonly trafficPercent: number;
      readonly predictor: { readonly name: string };
    }[];
  };
}

describe('in KServe', () => {
  test('a canary is written as each form has it, in the cluster and in the file for GitOps', async () => {
    const written: Record<string, Written> = {};
    for (const form of ['standard', 'serverless']) {
      const { root, deployer, version } = await scene(`, form: ${form}, manifests: deploy`);
      await deployer.deploy('kserve', await version('1.0.0'));
      const release = await deployer.deploy('kserve', await version('1.1.0'), { canary: true });
      expect(release).toMatchObject({
        state: 'live',
        endpoint: expect.stringContaining('http://risk') as string,
      });
      written[form] = parse(await readFile(join(root, 'deploy/risk.yaml'), 'utf8')) as Written;
      const { spec } = (await plane.ask('GET', service)) as Written;
      expect(spec).toMatchObject(written[form].spec);
      expect(await deployer.remove('kserve')).toMatchObject({ state: 'removed' });
      await expect(plane.ask('GET', service)).rejects.toThrow(' 404 ');
      await expect(readFile(join(root, 'deploy/risk.yaml'))).rejects.toThrow('ENOENT');
      expect(await store.list('pods/', new AbortController().signal)).toEqual([]);
    }
    expect(written['standard']!.spec.canary).toMatchObject([{ trafficPercent: 5 }]);
    expect(written['standard']!.spec.predictor).not.toHaveProperty('canaryTrafficPercent');
    expect(written['serverless']!.spec.predictor.canaryTrafficPercent).toBe(5);
    expect(written['serverless']!.spec).not.toHaveProperty('canary');
  });

  test('a share that is no whole percent, and who may not, are told before anything changes', async () => {
    const { deployer, version } = await scene(', rollout: { steps: [0.055] }');
    await deployer.deploy('kserve', await version('1.0.0'));
    await expect(deployer.deploy('kserve', await version('1.1.0'), { canary: true })).rejects.toMatchObject({
      code: 'kserve-share',
    });
    const guest = await scene(', context: guest');
    expect((await guest.deployer.doctor('kserve')).at(-1)?.what).toBeDefined();
    expect(await guest.deployer.doctor('kserve')).toContainEqual(
      expect.objectContaining({
        ok: false,
        what: expect.stringMatching(
          /^In namespace default one may not .*get pods\/proxy.*patch inferenceservices/,
        ) as string,
      }),
    );
  });

  test('what the doctor sees where KServe is, and the condition that does not hold is what the status says', async () => {
    const { deployer, version } = await scene('');
    const found = await deployer.doctor('kserve');
    expect(found.filter(({ ok }) => !ok)).toEqual([]);
    expect(found.map(({ what }) => what)).toContain(
      'The cluster would take the InferenceService, with a canary (standard).',
    );
    await deployer.deploy('kserve', await version('1.0.0'));
    expect(await deployer.status('kserve')).toMatchObject({
      healthy: true,
      sentence: 'ready, 1 of 1 pods ready',
      cost: '1 pod, each asking for 500m of a processor and 512Mi of memory.',
    });
    const conditions = [
      { type: 'Ready', status: 'False', reason: 'PredictorReady' },
      {
        type: 'PredictorReady',
        status: 'False',
        reason: 'Unschedulable',
        message: '0/3 nodes are available',
      },
    ];
    const stopped = kserve.pause();
    await plane.ask('PATCH', `${service}/status`, { status: { conditions } }, 'application/merge-patch+json');
    expect(await deployer.status('kserve')).toMatchObject({
      healthy: false,
      sentence: '1 of 1 pods ready; PredictorReady is False (Unschedulable: 0/3 nodes are available)',
    });
    stopped();
  });
});
