import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { BadInput } from '../../../core/failure.ts';
import { addCounts, type Measurement } from '../../../core/rollout/counts.ts';
import type { Golden } from '../../../protocol/engine.ts';
import { throughProxy } from '../../../serve/http/access.ts';
import type { StepContext } from '../../types.ts';
import { readPrometheus, versionCounts } from '../prometheus.ts';
import type { Answer, Cluster, KubeObject } from './cluster.ts';
import { heldBy, port } from './manifests.ts';

const pollMs = 500;
/** Kubernetes waits ever longer between the starts of a container: this many take it over a minute. */
const failedStarts = 3;

const containerStatus = z.looseObject({
  name: z.string(),
  restartCount: z.number().default(0),
  state: z.looseObject({}).default({}),
});
const podParts = z.object({
  status: z
    .object({
      phase: z.string().default('Unknown'),
      podIP: z.string().optional(),
      conditions: z
        .array(z.object({ type: z.string(), status: z.string(), message: z.string().optional() }))
        .default([]),
      initContainerStatuses: z.array(containerStatus).default([]),
      containerStatuses: z.array(containerStatus).default([]),
    })
    .default({ phase: 'Unknown', conditions: [], initContainerStatuses: [], containerStatuses: [] }),
});

/** How our server begins to say that it refuses. */
const ownRefusal = /^\{"error":/;
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
  readonly labels: Readonly<Record<string, string>>;
  /** Versions whose bytes it fetched. */
  readonly digests: readonly string[];
  readonly running: boolean;
  readonly ready: boolean;
  /** Why it does not run, in the cluster's words; null when there is nothing to say. */
  readonly trouble: string | null;
  /** Whether a container of it ended again and again. */
  readonly crashes: boolean;
}

export interface PodsOptions {
  /** Labels that the pods carry. */
  readonly labels: Readonly<Record<string, string>>;
  readonly model: string;
  /** The token that the servers ask for; null: none. */
  readonly token: (() => Promise<string>) | null;
  readonly https: boolean;
}

/** What is waited for. */
interface Waiting {
  /** For the sentence when it is late. */
  readonly what: string;
  /** Milliseconds. */
  readonly limit: number;
  /** Why the cluster lets no more pods in; null: it does. */
  readonly refusal?: () => Promise<string | null>;
  /** Pods that were there before: how they fare says nothing of what is made now. All, without it. */
  readonly earlier?: readonly Pod[];
}

/** The pods that answer, each a server of ours, asked through the API server. */
export class Pods {
  readonly #cluster: Cluster;
  readonly #options: PodsOptions;

  constructor(cluster: Cluster, options: PodsOptions) {
    this.#cluster = cluster;
    this.#options = options;
  }

  /** Those that are not on their way out. */
  async list(signal: AbortSignal): Promise<readonly Pod[]> {
    const found = await this.#cluster.list('Pod', this.#options.labels, signal);
    return found.filter(({ metadata: meta }) => !('deletionTimestamp' in meta)).map(podOf);
  }

  /** Shares that a pod gives its versions; null while it serves none. */
  async traffic(
    pod: string,
    signal: AbortSignal,
  ): Promise<readonly { readonly digest: string; readonly weight: number }[] | null> {
    const { status, text } = await this.#ask(pod, this.#model, null, signal);
    if (status !== 200) return null;
    const { traffic } = metadata.parse(JSON.parse(text));
    return traffic.map(({ version, weight }) => ({ digest: version, weight }));
  }

  async isLoaded(pod: string, digest: string, signal: AbortSignal): Promise<boolean> {
    return (await this.#ask(pod, `${this.#model}/versions/${digest}/ready`, null, signal)).status === 200;
  }

  /** What the version answers, in any pod that holds it. @throws BadInput `version-gone`, `target-answer` */
  async infer(digest: string, inputs: Golden['inputs'], signal: AbortSignal): Promise<Golden['outputs']> {
    const path = `${this.#model}/versions/${digest}/infer`;
    let said = new BadInput('version-gone', `No pod holds ${digest.slice(0, 12)}. Deploy it again.`);
    for (const { name, running, digests } of await this.list(signal)) {
      if (!running || !digests.includes(digest)) continue;
      const { status, text } = await this.#ask(name, path, { inputs }, signal);
      if (status === 200) return answer.parse(JSON.parse(text)).outputs;
      said = new BadInput('target-answer', `Pod ${name} answered ${status}: ${text.slice(0, 300)}`);
      // One that was started with another token is on its way out; of one that has gone, the API server answers.
      if (status !== 401 && ownRefusal.test(text)) break;
    }
    throw said;
  }

  /** The counts of all pods that run, together; null when none can be had. */
  async measure(signal: AbortSignal): Promise<Measurement | null> {
    const running = (await this.list(signal)).filter(pod => pod.running);
    const asked = await Promise.all(
      running.map(async ({ name }) => {
        const { status, text } = await this.#ask(name, '/metrics', null, signal);
        return { name, samples: status === 200 ? readPrometheus(text) : [] };
      }),
    );
    if (asked.every(({ samples }) => samples.length === 0)) return null;
    const begun = asked.map(({ name, samples }) => {
      const started = samples.find(sample => sample.name === 'process_start_time_seconds');
      return `${name} ${started?.value ?? ''}`;
    });
    return {
      at: new Date().toISOString(),
      // With a pod that came, went or started anew, all counts begin anew.
      epoch: begun.sort().join('\n'),
      versions: addCounts(asked.flatMap(({ samples }) => versionCounts(samples, this.#options.model))),
    };
  }

  /** The last lines of each container of the name, and what keeps pods from running. */
  async logs(container: string, lines: number, signal: AbortSignal): Promise<readonly string[]> {
    const pods = await this.list(signal);
    const all = await Promise.all(
      pods.map(async ({ name, trouble }) => [
        ...(trouble === null ? [] : [`${name}: ${trouble}`]),
        ...(await this.#cluster.podLog(name, container, lines, signal)).map(line => `${name}: ${line}`),
      ]),
    );
    return all.flat().slice(-lines);
  }

  /**
   * Looks again and again until each of the pods that are chosen is as it shall be.
   * @throws BadInput `kube-slow` with what keeps the pods, `kube-refused` with why none is let in, `kube-crash`
   */
  async until(
    { signal, log }: Pick<StepContext, 'signal' | 'log'>,
    { what, limit, refusal, earlier }: Waiting,
    choose: (pods: readonly Pod[]) => readonly Pod[],
    isSo: (pod: Pod) => Promise<boolean>,
  ): Promise<void> {
    let said = '';
    for (const end = Date.now() + limit; ;) {
      const pods = await this.list(signal);
      const chosen = choose(pods);
      // A pod that is just starting or ending may not answer.
      const so = await Promise.all(chosen.map(async pod => await isSo(pod).catch(() => false)));
      if (chosen.length > 0 && so.every(Boolean)) return;
      const state = `${so.filter(Boolean).length} of ${pods.length} pods`;
      requireLetIn(what, (await refusal?.()) ?? null);
      if (earlier !== undefined) requireStarts(what, pods, earlier);
      const trouble = pods.find(pod => pod.trouble !== null)?.trouble ?? null;
      const words = trouble === null ? state : `${state}; ${trouble}`;
      if (words !== said) log(words);
      said = words;
      if (Date.now() > end)
        throw new BadInput('kube-slow', `${what} did not get there in ${limit / 60_000} minutes: ${words}.`);
      await sleep(pollMs, undefined, { signal });
    }
  }

  get #model(): string {
    return `/v2/models/${encodeURIComponent(this.#options.model)}`;
  }

  async #ask(pod: string, path: string, body: unknown, signal: AbortSignal): Promise<Answer> {
    const { token, https } = this.#options;
    const headers: Readonly<Record<string, string>> =
      token === null ? {} : { [throughProxy]: `Bearer ${await token()}` };
    return await this.#cluster.askPod(pod, { port, path, body, https, headers }, signal);
  }
}

/** @param refusal why no more pods are let in; null: they are. @throws BadInput `kube-refused` */
export function requireLetIn(what: string, refusal: string | null): void {
  if (refusal === null) return;
  throw new BadInput(
    'kube-refused',
    `The cluster lets no more pods of ${what} in: ${refusal.replace(/\.?$/, '.')} Free some room in the namespace, or ask for a larger quota.`,
  );
}

/** @throws BadInput `kube-crash` for a pod that came since and ended again and again */
export function requireStarts(what: string, pods: readonly Pod[], earlier: readonly Pod[]): void {
  const bad = pods.find(pod => pod.crashes && !earlier.some(({ name }) => name === pod.name));
  if (bad === undefined) return;
  throw new BadInput(
    'kube-crash',
    `${what} does not start: pod ${bad.name} ended ${failedStarts} times and more; ${bad.trouble ?? ''}.`,
  );
}

function podOf(object: KubeObject): Pod {
  const { status } = podParts.parse(object);
  const held = object.metadata.annotations?.[heldBy] ?? '';
  const is = (type: string): boolean =>
    status.conditions.some(found => found.type === type && found.status === 'True');
  const containers = [...status.initContainerStatuses, ...status.containerStatuses];
  const stuck = containers.flatMap(({ name, state }) => {
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
    labels: object.metadata.labels ?? {},
    digests: held.split(' ').filter(digest => digest !== ''),
    running: status.phase === 'Running' && status.podIP !== undefined,
    ready: is('Ready'),
    trouble: stuck[0] ?? unplaced?.message ?? null,
    crashes: containers.some(
      ({ restartCount, state }) =>
        restartCount >= failedStarts && waiting.safeParse(state).data?.waiting.reason === 'CrashLoopBackOff',
    ),
  };
}
