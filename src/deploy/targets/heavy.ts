import { DockerTarget } from './docker/target.ts';
import { KserveTarget } from './kserve/target.ts';
import { KubernetesTarget } from './kubernetes/target.ts';
import { MlflowTarget } from './mlflow/target.ts';
import type { Opener } from './opener.ts';
import type { LightKind } from './registry.ts';
import type { TargetSettings } from './schemas.ts';
import { SshTarget } from './ssh/target.ts';
import { TritonTarget } from './triton/target.ts';

type HeavyKind = Exclude<TargetSettings['kind'], LightKind>;

/**
 * Kinds of target with client libraries of their own. This file is a bundle (dist/targets.js) that is loaded
 * when such a target is first used, so that the editor and the terminal start as quickly without it.
 */
export const heavyTargets = {
  docker: (name, settings, context) => new DockerTarget(name, settings, context),
  kserve: (name, settings, context) => new KserveTarget(name, settings, context),
  kubernetes: (name, settings, context) => new KubernetesTarget(name, settings, context),
  mlflow: (name, settings, context) => new MlflowTarget(name, settings, context),
  ssh: (name, settings, context) => new SshTarget(name, settings, context),
  triton: (name, settings, context) => new TritonTarget(name, settings, context),
} satisfies { readonly [K in HeavyKind]: Opener<K> };
