import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, onTestFinished } from 'vitest';
import type { Golden } from '../../../protocol/engine.ts';
import { builtServer } from '../../../serve/builtServer.ts';
import { buildProgram } from '../../../serve/testBuild.ts';
import type { ResolvedModel } from '../../../workspace/types.ts';
import type { Deployer } from '../../deployer.ts';
import { goldenOf, makeDeployer, makeWorkspace, type TestOptions } from '../../testing.ts';
import { isLight } from '../registry.ts';

/** The target of every scene. */
export const name = 'staging';
/** Shares of a second and more, decided by few requests. */
const quickRollout =
  '{ steps: [0.3, 0.6], interval: 0.01, patience: 1, requests: 40, success: { min: 0.8, worse: 0.15 }, latency: { worse: 0.6 } }';

/** A workspace of its own, with a target on which nothing is. */
export interface Scene {
  readonly root: string;
  readonly deployer: Deployer;
  readonly version: (name: string) => Promise<ResolvedModel>;
  /** Another deployer on the same workspace, as of another window. */
  readonly another: (options: TestOptions) => Promise<Deployer>;
  /** A deployer to the same target in a workspace of its own, as of another machine. */
  readonly elsewhere: (options: TestOptions) => Promise<Deployer>;
}

export interface SceneSubject {
  /** One line of YAML: the settings. */
  readonly settings: string;
  /** Ends what a deployment left running. */
  readonly clean: (root: string, target: string, distDir: string) => Promise<void>;
}

export interface SceneOptions extends TestOptions {
  /** In place of the subject's. */
  readonly settings?: string;
  /** Further settings of the target, such as `, keep: 1`. */
  readonly more?: string;
}

export interface Scenes {
  readonly scene: (options?: SceneOptions) => Promise<Scene>;
  /** Where the programs lie that are deployed. */
  readonly distDir: () => string;
}

/** Builds what is deployed, once for all tests of the file. @param divides whether versions share the requests */
export function scenes(subject: SceneSubject, divides: boolean): Scenes {
  const distDir = builtServer();
  beforeAll(async () => {
    await buildProgram('src/deploy/testDeploy.ts', join(distDir(), 'deploy.js'));
    if (!isLight(/\bkind: "?(\w+)/.exec(subject.settings)![1]!))
      await buildProgram('src/deploy/targets/heavy.ts', join(distDir(), 'targets.js'));
  });

  const scene = async ({ settings: own, more = '', ...options }: SceneOptions = {}): Promise<Scene> => {
    const root = await mkdtemp(join(tmpdir(), 'slipway-deploy-'));
    onTestFinished(async () => {
      await subject.clean(root, name, distDir());
      await rm(root, { recursive: true, force: true });
    });
    const rollout = divides ? `, rollout: ${quickRollout}` : '';
    const settings = `${own ?? subject.settings}${rollout}${more}`;
    await makeWorkspace(root, { name, settings });
    const { deployer, workspace } = await makeDeployer(root, distDir(), options);
    return {
      root,
      deployer,
      version: async version => await workspace.resolve(`credit-risk@${version}`),
      another: async other => (await makeDeployer(root, distDir(), other)).deployer,
      elsewhere: async other => {
        const far = await mkdtemp(join(tmpdir(), 'slipway-elsewhere-'));
        onTestFinished(() => rm(far, { recursive: true, force: true }));
        await makeWorkspace(far, { name, settings });
        return (await makeDeployer(far, distDir(), other)).deployer;
      },
    };
  };
  return { scene, distDir };
}

/** Names of what is live, of a target that nothing is wrong with. */
export async function liveVersions({ deployer }: Scene): Promise<readonly (string | null)[]> {
  const { live, drift, interrupted } = await deployer.status(name);
  expect({ drift, interrupted }).toEqual({ drift: null, interrupted: null });
  return live.map(({ version }) => version);
}

/** One row that the model takes. */
export async function goldenInputs(root: string, model: ResolvedModel): Promise<Golden['inputs']> {
  return (await goldenOf(model, join(root, 'data/holdout.csv'), 1)).inputs;
}
