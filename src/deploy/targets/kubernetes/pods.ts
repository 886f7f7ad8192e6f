import { z } from 'zod';
import { BadInput } from '../../../core/failure.ts';
import type { Golden } from '../../../protocol/engine.ts';
import type { Cluster, KubeObject } from './cluster.ts';
import { heldBy, labelsOf, port } from './manifests.ts';

const podParts = z.object({
  status: z
    .object({
      phase: z.string().default('Unknown'),
      podIP: z.string().optional(),
      conditions: z
        .array(z.object({ type: z.string(), status: z.string(), message: z.string().optional() }))
        .default([]),
      initContainerStatuses: z
        .array(z.looseObject({ name: z.string(), state: z.looseObject({}).default({}) }))
        .default([]),
      containerStatuses: z
        .array(z.looseObject({ name: z.string(), state: z.looseObject({}).default({}) }))
        .default([]),
    })
    .default({ phase: 'Unknown', conditions: [], initContainerStatuses: [], containerStatuses: [] }),
});

const waiting = z.object({ waiting: z.object({ reason: z.string(), message: z.string().optional() }) });
const value = z.union([z.number(), z.string(), z.boolean(), z.null()]);
const answer = z.object({
  outputs: z.array(
    z.object({ name: z.string(), datatype: z.string(), shape: z.array(z.number()), data: z.array(value) }),
  ),
});
const metadata = z.object({ traffic: z.array(z.object({ version: z.string(), weight: z.number() })) });

/** A pod of ours, as far as a deployment looks at it. */
export interface Pod {
  readonly name: string;
  /** Versions whose bytes it fetched. */
  readonly digests: readonly string[];
  readonly running: boolean;
  readonly ready: boolean;
  /** Why it does not run, in the cluster's words; null when there is nothing to say. */
  readonly trouble: string | null;
}

/** The pods that answer, asked through the API server. */
export class Pods {
  readonly #cluster: Cluster;
  readonly #name: string;

  constructor(cluster: Cluster, name: string) {
    this.#cluster = cluster;
    this.#name = name;
  }

  /** Those that are not on their way out. */
  async list(signal: AbortSignal): Promise<readonly Pod[]> {
    const labels = Object.entries(labelsOf(this.#name)).map(([key, word]) => `${key}=${word}`);
    const found = await this.#cluster.pods(labels.join(','), signal);
    return found.filter(({ metadata: meta }) => !('deletionTimestamp' in meta)).map(podOf);
  }

  /** Shares that a pod gives its versions; null while it serves none. */
  async traffic(
    pod: string,
    model: string,
    signal: AbortSignal,
  ): Promise<readonly { readonly digest: string; readonly weight: number }[] | null> {
    const { status, text } = await this.#cluster.askPod(pod, port, pathOf(model), null, signal);
    if (status !== 200) return null;
    const { traffic } = metadata.parse(JSON.parse(text));
    return traffic.map(({ version, weight }) => ({ digest: version, weight }));
  }

  async isLoaded(pod: string, model: string, digest: string, signal: AbortSignal): Promise<boolean> {
    const path = `${pathOf(model)}/versions/${digest}/ready`;
    return (await this.#cluster.askPod(pod, port, path, null, signal)).status === 200;
  }

  async infer(
    pod: string,
    model: string,
    digest: string,
    inputs: Golden['inputs'],
    signal: AbortSignal,
  ): Promise<Golden['outputs']> {
    const path = `${pathOf(model)}/versions/${digest}/infer`;
    const { status, text } = await this.#cluster.askPod(pod, port, path, { inputs }, signal);
    if (status !== 200)
      throw new BadInput('target-answer', `Pod ${pod} answered ${status}: ${text.slice(0, 300)}`);
    return answer.parse(JSON.parse(text)).outputs;
  }

  async metrics(pod: string, signal: AbortSignal): Promise<string | null> {
    const { status, text } = await this.#cluster.askPod(pod, port, '/metrics', null, signal);
    return status === 200 ? text : null;
  }
}

function podOf(object: KubeObject): Pod {
  const { status } = podParts.parse(object);
  const held = object.metadata.annotations?.[heldBy] ?? '';
  const is = (type: string): boolean =>
    status.conditions.some(found => found.type === type && found.status === 'True');
  const stuck = [...status.initContainerStatuses, ...status.containerStatuses].flatMap(({ name, state }) => {
    const found = waiting.safeParse(state).data?.waiting;
    return found === undefined || /^(PodInitializing|ContainerCreating)$/.test(found.reason)
      ? []
      : [`${name}: ${found.reason}${found.message === undefined ? '' : ` (${found.message})`}`];
  });
  const unplaced = status.conditions.find(
    ({ type, status: word }) => type === 'PodScheduled' && word === 'False',
  );
  return {
    name: object.metadata.name,
    digests: held.split(' ').filter(digest => digest !== ''),
    running: status.phase === 'Running' && status.podIP !== undefined,
    ready: is('Ready'),
    trouble: stuck[0] ?? unplaced?.message ?? null,
  };
}

function pathOf(model: string): string {
  return `/v2/models/${encodeURIComponent(model)}`;
}
