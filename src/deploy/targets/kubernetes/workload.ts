import * as z from 'zod';
import { serving as servingSchema, type Serving } from '../../../serve/serving.ts';
import type { TargetContext } from '../../types.ts';
import type { Cluster, KubeObject, PodTemplate } from './cluster.ts';
import { autoscaler, configMap, deployment, heldBy, service, servingKey } from './manifests.ts';
import { secretsOf } from './secrets.ts';
import type { KubernetesSettings } from './settings.ts';
import { podAddress } from './storage.ts';

/** What is made in the cluster, as it stands there. */
export interface Standing {
  /** What the servers are told to serve; null: nothing that can be read. */
  readonly serving: Serving | null;
  /** Versions that the pods fetch; null: there is no Deployment. */
  readonly held: readonly string[] | null;
  /** How many pods there shall be. */
  readonly replicas: number;
  /** Why the cluster lets no more pods in, in its words; null: it does, or was not asked yet. */
  readonly refusal: string | null;
}

/** The objects of one target in a cluster: Secrets, a config map, a Deployment, a Service, an autoscaler. */
export class Workload {
  readonly #cluster: Cluster;
  readonly #name: string;
  readonly #settings: KubernetesSettings;
  readonly #context: TargetContext;

  constructor(cluster: Cluster, name: string, settings: KubernetesSettings, context: TargetContext) {
    this.#cluster = cluster;
    this.#name = name;
    this.#settings = settings;
    this.#context = context;
  }

  async read(signal: AbortSignal): Promise<Standing> {
    const [map, made] = await Promise.all([
      this.#cluster.read('ConfigMap', this.#name, signal),
      this.#cluster.read('Deployment', this.#name, signal),
    ]);
    return {
      serving: map === null || made === null ? null : servingOf(map),
      held: made === null ? null : heldOf(made),
      replicas: made === null ? 1 : ((made['spec'] as { readonly replicas?: number }).replicas ?? 1),
      refusal: made === null ? null : refusalOf(made),
    };
  }

  /** All but the Secrets. */
  objects(digests: readonly string[], serving: Serving, secrets = ''): readonly KubeObject[] {
    const name = this.#name;
    const settings = this.#settings;
    const addressOf = (digest: string): string => podAddress(settings.storage, name, digest);
    const scaler = autoscaler(name, settings);
    return [
      configMap(name, serving),
      deployment({ name, settings, digests, addressOf, secrets }),
      service(name, settings),
      ...(scaler === null ? [] : [scaler]),
    ];
  }

  async apply(digests: readonly string[], serving: Serving, signal: AbortSignal): Promise<void> {
    const map = await this.#applyOne(configMap(this.#name, serving), signal);
    const states: string[] = [];
    for (const secret of await secretsOf(this.#name, this.#settings, this.#context)) {
      // They go when the config map goes, also when the settings no longer name them.
      const made = await this.#applyOne(ownedBy(secret, map), signal);
      states.push(made.metadata.resourceVersion ?? '');
    }
    for (const object of this.objects(digests, serving, states.join(' ')))
      if (object.kind !== 'ConfigMap') await this.#applyOne(object, signal);
  }

  /** Gives the servers other shares. */
  async share(serving: Serving, signal: AbortSignal): Promise<void> {
    await this.#applyOne(configMap(this.#name, serving), signal);
  }

  /** What the server says to all that a deployment would apply. @returns the kinds */
  async dryRun(serving: Serving, signal: AbortSignal): Promise<readonly string[]> {
    const secrets = await secretsOf(this.#name, this.#settings, this.#context);
    const objects = [...secrets, ...this.objects(['0'.repeat(64)], serving)];
    for (const object of objects) await this.#cluster.apply(object, { dryRun: true, force: true }, signal);
    return objects.map(({ kind }) => kind);
  }

  /** Whether the namespace has room for one pod more. @returns false when one may not ask that @throws BadInput */
  async dryRunPod(serving: Serving, signal: AbortSignal): Promise<boolean> {
    const made = this.objects(['0'.repeat(64)], serving).find(({ kind }) => kind === 'Deployment');
    const { template } = made!['spec'] as { readonly template: PodTemplate };
    return await this.#cluster.dryRunPod(this.#name, template, signal);
  }

  async delete(signal: AbortSignal): Promise<void> {
    for (const kind of ['HorizontalPodAutoscaler', 'Deployment', 'Service', 'ConfigMap'] as const)
      await this.#cluster.delete(kind, this.#name, signal);
  }

  /** Whether the shares were changed by others is asked before a deployment: they are ours alone, as secrets are. */
  async #applyOne(object: KubeObject, signal: AbortSignal): Promise<KubeObject> {
    const force = object.kind === 'ConfigMap' || object.kind === 'Secret';
    return await this.#cluster.apply(object, { force }, signal);
  }
}

function ownedBy(
  object: KubeObject,
  { apiVersion, kind, metadata: { name, uid = '' } }: KubeObject,
): KubeObject {
  const ownerReferences = [{ apiVersion, kind, name, uid }];
  return { ...object, metadata: { ...object.metadata, ownerReferences } };
}

/** The serving file of a config map; null when it holds none that can be read. */
function servingOf(map: KubeObject): Serving | null {
  const data = map['data'] as Readonly<Record<string, string>> | undefined;
  try {
    return servingSchema.parse(JSON.parse(data?.[servingKey] ?? ''));
  } catch {
    return null;
  }
}

const conditions = z.object({
  metadata: z.object({ generation: z.number().default(0) }),
  status: z.object({
    observedGeneration: z.number().default(0),
    conditions: z
      .array(z.object({ type: z.string(), status: z.string(), message: z.string().default('') }))
      .default([]),
  }),
});

/** What is said of pods of a Deployment that could not be made; nothing of a state that is not looked at yet. */
export function refusalOf(made: KubeObject): string | null {
  const { data } = conditions.safeParse(made);
  if (data === undefined || data.status.observedGeneration < data.metadata.generation) return null;
  const refused = data.status.conditions.find(
    ({ type, status }) => type === 'ReplicaFailure' && status === 'True',
  );
  return refused?.message ?? null;
}

/** The versions that the pods of a Deployment fetch. */
export function heldOf(made: KubeObject): readonly string[] {
  const { template } = made['spec'] as { readonly template?: Pick<KubeObject, 'metadata'> };
  return (template?.metadata.annotations?.[heldBy] ?? '').split(' ').filter(digest => digest !== '');
}
