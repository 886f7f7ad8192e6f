import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Store } from '../../../src/deploy/objectStore/s3Store.ts';
import { buildServer } from '../../../src/serve/testServer.ts';
import { startKubeNode, type KubeNode } from './kubeNode.ts';
import { startControlPlane, type ControlPlane } from './kubernetes.ts';
import { startMoto } from './moto.ts';

/** A cluster with one node, and a store that its pods fetch from. */
export interface TestCluster {
  readonly plane: ControlPlane;
  readonly node: KubeNode;
  readonly store: S3Store;
  /** Where the programs lie that pods run and that deploy. */
  readonly distDir: string;
  /** Settings that every kind of target in it has: one model, `risk` by name. */
  readonly settings: string;
  readonly emptyStore: () => Promise<void>;
  stop(): Promise<void>;
}

/** The environment names it: KUBECONFIG, and MODELS_KEY for the store. */
export async function startTestCluster(): Promise<TestCluster> {
  const [moto, plane] = await Promise.all([startMoto(), startControlPlane()]);
  const built = await mkdtemp(join(tmpdir(), 'slipway-dist-'));
  const distDir = await buildServer(built);
  const emptyStore = (): Promise<void> => moto.emptyBucket('models');
  await emptyStore();
  const store = new S3Store(
    { bucket: 'models', prefix: '', endpoint: moto.url, region: null },
    { credentials: { accessKeyId: 'AKIATEST', secretAccessKey: 'secret' } },
  );
  process.env['MODELS_KEY'] = 'AKIATEST:secret';
  process.env['KUBECONFIG'] = plane.kubeconfig;
  const node = await startKubeNode(plane, join(distDir, 'server.js'), store);
  return {
    ...{ plane, node, store, distDir, emptyStore },
    settings: [
      `model: credit-risk, image: registry.test/slipway@sha256:${'0'.repeat(64)}, name: risk`,
      `storage: 's3://${moto.url}/models/pods', credentials: MODELS_KEY`,
    ].join(', '),
    stop: async () => {
      await node.stop();
      await plane.stop();
      await moto.stop();
      await rm(built, { recursive: true, force: true });
    },
  };
}
