import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stringify } from 'yaml';
import type { Measurement } from '../../../core/rollout/counts.ts';
import { BadInput } from '../../../core/failure.ts';
import type { Golden } from '../../../protocol/engine.ts';
import type { ModelRef } from '../../../protocol/results/shared.ts';
import { serving as servingSchema, type Serving } from '../../../serve/serving.ts';
import { writeAtomic } from '../../../workspace/atomic.ts';
import { verifyStep, versionLabel } from '../../golden.ts';
import { heldModels } from '../../history.ts';
import type { ObjectStore } from '../../objectStore/objectStore.ts';
import { storeBySecret } from '../../objectStore/open.ts';
import { inOrder } from '../../order.ts';
import type { Desired, Finding, Observed, Step, StepContext, Target, TargetContext } from '../../types.ts';
import { readPrometheus, versionCounts } from '../prometheus.ts';
import { idle, shadowOf, sharesInWords, wantedVersions } from '../servingStates.ts';
import { Cluster, type KubeObject } from './cluster.ts';
import { autoscaler, configMap, deployment, heldBy, service, servingKey } from './manifests.ts';
import { Pods, type Pod } from './pods.ts';
import type { KubernetesSettings } from './settings.ts';
import { ModelStorage, podAddress } from './storage.ts';

/** A kubelet may take over a minute to see that a config map changed. */
const shiftMs = 240_000;
const rollMs = 900_000;
/** A step gets more than what it waits for, so that its own sentence, with the trouble of the pods, is what is said. */
const marginMs = 30_000;
const pollMs = 500;

/**
 * One Deployment of our server, which holds the live version, the new one and those kept, and one config map
 * that says which share each gets. Pods start anew for other bytes only: a canary, a promotion and a rollback
 * change the config map, which the servers follow; shares are exact with any number of pods.
 */
export class KubernetesTarget implements Target {
  readonly kind = 'kubernetes';
  readonly divides = true;
  readonly name: string;
  readonly #settings: KubernetesSettings;
  readonly #context: TargetContext;
  readonly #own: string;
  readonly #store: () => Promise<ObjectStore>;

  constructor(name: string, settings: KubernetesSettings, context: TargetContext) {
    this.name = name;
    this.#settings = settings;
    this.#context = context;
    const { storage, credentials = null, region = null } = settings;
    const { root, secret } = context;
    this.#store = storeBySecret(storage, { root, region, credentials, secret });
    this.#own = settings.name ?? name.toLowerCase().replaceAll(/[^a-z0-9-]/g, '-');
  }

  async doctor(signal: AbortSignal): Promise<readonly Finding[]> {
    const looks = [
      async () => {
        const cluster = this.#cluster();
        return `At ${cluster.server}, namespace ${cluster.namespace}, as ${await cluster.whoAmI(signal)}.`;
      },
      async () => {
        const made = await this.#dryRun(signal);
        return `The cluster would take ${made.join(', ')}.`;
      },
      async () => {
        await (await this.#models()).probe(signal);
        return `${this.#settings.storage} can be listed, written and deleted in.`;
      },
    ];
    const findings: Finding[] = [];
    for (const look of looks) {
      try {
        findings.push({ ok: true, what: await look(), mend: null });
      } catch (error) {
        if (!(error instanceof BadInput)) throw error;
        findings.push({ ok: false, what: error.message, mend: `See target ${this.name} in slipway.yaml.` });
        // What does not let one in has nothing more to say.
        if (findings.length === 1) break;
      }
    }
    return findings;
  }

  async observe(signal: AbortSignal): Promise<Observed> {
    try {
      const cluster = this.#cluster();
      const [map, made, pods, present] = await Promise.all([
        cluster.read('ConfigMap', this.#own, signal),
        cluster.read('Deployment', this.#own, signal),
        this.#pods(cluster).list(signal),
        (await this.#models()).digests(signal),
      ]);
      const asked = map === null || made === null ? null : servingOf(map);
      const live = (asked?.versions ?? [])
        .filter(({ weight }) => weight > 0)
        .map(({ digest, weight }) => ({ digest, weight }));
      const trouble = pods.find(pod => pod.trouble !== null)?.trouble ?? null;
      const ready = pods.filter(pod => pod.ready);
      return {
        reachable: true,
        live,
        shadow: shadowOf(asked),
        present,
        // A pod that is only coming or going takes nothing from those that answer.
        healthy: live.length > 0 && made !== null && ready.length >= replicasOf(made),
        endpoint: made === null ? null : `http://${this.#own}.${cluster.namespace}.svc`,
        sentence:
          made === null
            ? 'nothing is deployed yet'
            : `${ready.length} of ${pods.length} pods ready${trouble === null ? '' : `; ${trouble}`}`,
        facts: {
          serving: asked === null ? null : JSON.stringify(asked),
          held: made === null ? null : heldOf(made).join(' '),
        },
      };
    } catch (error) {
      if (!(error instanceof BadInput)) throw error;
      const none = { live: [], present: [], healthy: false, endpoint: null };
      return { reachable: false, ...none, sentence: error.message, facts: { serving: null, held: null } };
    }
  }

  plan(desired: Desired, observed: Observed): readonly Step[] {
    const { reachable, sentence, facts, present } = observed;
    if (!reachable) throw new BadInput('target-unreachable', sentence);
    const before = typeof facts.serving === 'string' ? servingSchema.parse(JSON.parse(facts.serving)) : null;
    const held =
      typeof facts.held === 'string' ? facts.held.split(' ').filter(digest => digest !== '') : null;
    if (desired.live.length === 0) return [this.#withdraw(before), this.#delete()];
    const models = heldModels(desired);
    const wanted = wantedVersions(desired);
    const next = this.#serving(wanted);
    const earlier = (before?.versions ?? []).filter(({ weight }) => weight > 0);
    const fresh = wanted.filter(({ digest }) => !earlier.some(other => other.digest === digest));
    const dark = this.#serving([...earlier, ...fresh.map(idle)]);
    // Pods hold what serves, what shall serve, and what a rollback would want.
    const digests = [
      ...new Set([
        ...models.map(({ digest }) => digest),
        ...earlier.map(({ digest }) => digest),
        ...desired.keep,
      ]),
    ].filter(digest => present.includes(digest) || models.some(model => model.digest === digest));
    const holds = held !== null && models.every(({ digest }) => held.includes(digest));
    const pods = holds ? held : digests;
    return inOrder(desired, {
      prepare: [
        ...models.filter(({ digest }) => !present.includes(digest)).map(model => this.#upload(model)),
        this.#roll(models, pods, dark, { serving: before, held }),
      ],
      verify: models.map(model => verifyStep(this, this.#context, model)),
      shift: [this.#shift(next, dark)],
      finish: [
        ...(this.#settings.manifests === undefined ? [] : [this.#write(pods, next)]),
        this.#retire([...digests]),
      ],
    });
  }

  async infer(digest: string, inputs: Golden['inputs'], signal: AbortSignal): Promise<Golden['outputs']> {
    const pods = this.#pods();
    const holding = (await pods.list(signal)).filter(pod => pod.running && pod.digests.includes(digest));
    if (holding.length === 0)
      throw new BadInput(
        'version-gone',
        `No pod of ${this.#own} holds ${digest.slice(0, 12)}. Deploy it again.`,
      );
    return await pods.infer(holding[0]!.name, this.#settings.model, digest, inputs, signal);
  }

  async measure(signal: AbortSignal): Promise<Measurement | null> {
    const pods = this.#pods();
    const running = (await pods.list(signal)).filter(pod => pod.running);
    const texts = await Promise.all(running.map(pod => pods.metrics(pod.name, signal)));
    const known = texts.filter(text => text !== null);
    if (known.length === 0) return null;
    const samples = known.map(readPrometheus);
    const started = samples.map(
      of => of.find(({ name }) => name === 'process_start_time_seconds')?.value ?? 0,
    );
    return {
      at: new Date().toISOString(),
      // With a pod that came, went or started anew, all counts begin anew.
      epoch: running
        .map(({ name }, place) => `${name} ${started[place] ?? ''}`)
        .sort()
        .join('\n'),
      versions: added(samples.flatMap(of => versionCounts(of, this.#settings.model))),
    };
  }

  async logs(lines: number): Promise<readonly string[]> {
    const signal = AbortSignal.timeout(20_000);
    const cluster = this.#cluster();
    const pods = await this.#pods(cluster).list(signal);
    const all = await Promise.all(
      pods.map(async ({ name, trouble }) => [
        ...(trouble === null ? [] : [`${name}: ${trouble}`]),
        ...(await cluster.podLog(name, 'server', lines, signal)).map(line => `${name}: ${line}`),
      ]),
    );
    return all.flat().slice(-lines);
  }

  cost(): string {
    const { replicas, resources } = this.#settings;
    const pods = replicas.max === undefined ? `${replicas.min}` : `${replicas.min} to ${replicas.max}`;
    return `${pods} pods, each asking for ${resources.cpu} of a processor and ${resources.memory} of memory.`;
  }

  #upload(model: ModelRef): Step {
    const { digest } = model;
    return {
      name: `upload-${digest.slice(0, 12)}`,
      phase: 'prepare',
      sentence: `Upload ${versionLabel(model)} to ${this.#settings.storage}, where pods fetch it.`,
      undoSentence: 'It is deleted there.',
      run: async ({ signal }) => {
        const { file } = await this.#context.source(digest);
        await (await this.#models()).upload({ digest, file }, signal);
        return 'uploaded';
      },
      undo: async ({ signal }) => (await this.#models()).delete(digest, signal),
    };
  }

  /** The versions without requests: pods that hold them, and servers that have loaded them. */
  #roll(
    models: readonly ModelRef[],
    digests: readonly string[],
    dark: Serving,
    before: { readonly serving: Serving | null; readonly held: readonly string[] | null },
  ): Step {
    const names = models.map(versionLabel).join(', ');
    return {
      name: 'roll',
      phase: 'prepare',
      limit: rollMs + marginMs,
      sentence: `Apply the Deployment, Service and config map of ${this.#own}; wait until every pod has loaded ${names}, without requests.`,
      undoSentence: before.held === null ? 'They are deleted.' : 'They are as they were; pods roll back.',
      run: async context => {
        await this.#apply(this.#objects(digests, dark), context.signal);
        const wanted = await this.#replicas(context.signal);
        await this.#until(
          context,
          rollMs,
          pods => {
            const holding = pods.filter(
              pod => pod.running && digests.every(digest => pod.digests.includes(digest)),
            );
            // Pods of before go by themselves, each once a new one is ready.
            return holding.length >= wanted ? holding : [];
          },
          async pod => {
            for (const { digest } of models)
              if (!(await this.#pods().isLoaded(pod.name, dark.model, digest, context.signal))) return false;
            return true;
          },
        );
        return 'loaded in every pod';
      },
      undo: async ({ signal }) => {
        if (before.held === null || before.serving === null) await this.#deleteObjects(signal);
        else await this.#apply(this.#objects(before.held, before.serving), signal);
      },
    };
  }

  #shift(next: Serving, dark: Serving): Step {
    const to = async (serving: Serving, context: StepContext): Promise<void> => {
      await this.#cluster().apply(configMap(this.#own, serving), { force: true }, context.signal);
      const wanted = serving.versions.filter(({ weight }) => weight > 0);
      // A pod that no longer starts, or not yet, gets the shares from the same config map.
      await this.#until(
        context,
        shiftMs,
        pods => pods.filter(pod => pod.running),
        async pod => {
          const found = (await this.#pods().traffic(pod.name, serving.model, context.signal)) ?? [];
          const given = found.filter(({ weight }) => weight > 0);
          return (
            given.length === wanted.length &&
            wanted.every(({ digest, weight }) =>
              given.some(other => other.digest === digest && Math.abs(other.weight - weight) < 1e-9),
            )
          );
        },
      );
    };
    return {
      name: 'shift',
      phase: 'switch',
      limit: shiftMs + marginMs,
      sentence: `Give the requests to ${sharesInWords(next)}, and wait until every pod does.`,
      undoSentence: 'The shares are as they were.',
      run: async context => {
        await to(next, context);
        return sharesInWords(next);
      },
      undo: context => to(dark, context),
    };
  }

  #withdraw(before: Serving | null): Step {
    return {
      name: 'withdraw',
      phase: 'switch',
      sentence: `Make ${this.#own} serve nothing.`,
      undoSentence: 'It serves what it served.',
      run: async ({ signal }) => {
        await this.#cluster().apply(configMap(this.#own, this.#serving([])), { force: true }, signal);
        return 'serves nothing';
      },
      undo: async ({ signal }) => {
        if (before !== null)
          await this.#cluster().apply(configMap(this.#own, before), { force: true }, signal);
      },
    };
  }

  /** What GitOps applies: the same objects, in files. */
  #write(digests: readonly string[], next: Serving): Step {
    const folder = this.#settings.manifests!;
    return {
      name: 'manifests',
      phase: 'finish',
      sentence: `Write the manifests to ${folder}.`,
      undoSentence: 'The next release writes them again.',
      run: async () => {
        const text = this.#objects(digests, next)
          .map(object => stringify(object))
          .join('---\n');
        await writeAtomic(join(resolve(this.#context.root, folder), `${this.#own}.yaml`), text);
        return `${folder}/${this.#own}.yaml`;
      },
      undo: () => Promise.resolve(),
    };
  }

  #retire(kept: readonly string[]): Step {
    return {
      name: 'retire',
      phase: 'finish',
      sentence: 'Delete versions from the store beyond those that pods hold or a rollback would want.',
      undoSentence: 'A deployment uploads them again.',
      run: async ({ signal }) => {
        const models = await this.#models();
        // A pod that starts anew fetches all that its Deployment names.
        const made = await this.#cluster().read('Deployment', this.#own, signal);
        const wanted = [...kept, ...(made === null ? [] : heldOf(made))];
        const old = (await models.digests(signal)).filter(digest => !wanted.includes(digest));
        for (const digest of old) await models.delete(digest, signal);
        return old.length === 0 ? 'nothing deleted' : `deleted ${old.length}`;
      },
      undo: () => Promise.resolve(),
    };
  }

  #delete(): Step {
    return {
      name: 'delete',
      phase: 'finish',
      sentence: `Delete what was made in the cluster for ${this.#own}, and its models in the store.`,
      undoSentence: 'A deployment makes it again.',
      run: async ({ signal }) => {
        await this.#deleteObjects(signal);
        const models = await this.#models();
        for (const digest of await models.digests(signal)) await models.delete(digest, signal);
        const { manifests } = this.#settings;
        if (manifests !== undefined)
          await rm(join(resolve(this.#context.root, manifests), `${this.#own}.yaml`), { force: true });
        return 'deleted';
      },
      undo: () => Promise.resolve(),
    };
  }

  /** Asks the pods again and again until each of those chosen is as it shall be. */
  async #until(
    { signal, log }: StepContext,
    limit: number,
    choose: (pods: readonly Pod[]) => readonly Pod[],
    isSo: (pod: Pod) => Promise<boolean>,
  ): Promise<void> {
    let said = '';
    for (const end = Date.now() + limit; ;) {
      const pods = await this.#pods().list(signal);
      const chosen = choose(pods);
      // A pod that is just starting or ending may not answer.
      const so = await Promise.all(chosen.map(async pod => await isSo(pod).catch(() => false)));
      if (chosen.length > 0 && so.every(Boolean)) return;
      const state = `${so.filter(Boolean).length} of ${pods.length} pods`;
      const trouble = pods.find(pod => pod.trouble !== null)?.trouble ?? null;
      const words = trouble === null ? state : `${state}; ${trouble}`;
      if (words !== said) log(words);
      said = words;
      if (Date.now() > end)
        throw new BadInput(
          'kube-slow',
          `${this.#own} did not get there in ${limit / 60_000} minutes: ${words}.`,
        );
      await sleep(pollMs, undefined, { signal });
    }
  }

  #serving(versions: Serving['versions']): Serving {
    const { batch, samples, model } = this.#settings;
    return {
      schema: 'slipway/serving@1',
      ...(batch === undefined ? {} : { batch }),
      ...(samples === undefined ? {} : { samples }),
      model,
      versions,
    };
  }

  #objects(digests: readonly string[], serving: Serving): readonly KubeObject[] {
    const addressOf = (digest: string): string => podAddress(this.#settings.storage, this.#own, digest);
    const scaler = autoscaler(this.#own, this.#settings);
    return [
      configMap(this.#own, serving),
      deployment({ name: this.#own, settings: this.#settings, digests, addressOf }),
      service(this.#own),
      ...(scaler === null ? [] : [scaler]),
    ];
  }

  /** How many pods there shall be: what is written, or what the autoscaler chose. */
  async #replicas(signal: AbortSignal): Promise<number> {
    const made = await this.#cluster().read('Deployment', this.#own, signal);
    return made === null ? 1 : replicasOf(made);
  }

  async #apply(objects: readonly KubeObject[], signal: AbortSignal): Promise<void> {
    const cluster = this.#cluster();
    // Whether the shares were changed by others is asked before a deployment: they are ours alone.
    for (const object of objects) await cluster.apply(object, { force: object.kind === 'ConfigMap' }, signal);
  }

  /** What the server says to all that a deployment would apply. */
  async #dryRun(signal: AbortSignal): Promise<readonly string[]> {
    const cluster = this.#cluster();
    const objects = this.#objects(['0'.repeat(64)], this.#serving([]));
    for (const object of objects) await cluster.apply(object, { dryRun: true, force: true }, signal);
    return objects.map(({ kind }) => kind);
  }

  async #deleteObjects(signal: AbortSignal): Promise<void> {
    const cluster = this.#cluster();
    for (const kind of ['HorizontalPodAutoscaler', 'Deployment', 'Service', 'ConfigMap'] as const)
      await cluster.delete(kind, this.#own, signal);
  }

  #cluster(): Cluster {
    return new Cluster(this.#settings.namespace, this.#settings.context ?? null);
  }

  #pods(cluster = this.#cluster()): Pods {
    return new Pods(cluster, this.#own);
  }

  async #models(): Promise<ModelStorage> {
    return new ModelStorage(await this.#store(), this.#own);
  }
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

function replicasOf(made: KubeObject): number {
  return (made['spec'] as { readonly replicas?: number }).replicas ?? 1;
}

/** The versions that the pods of a Deployment fetch. */
function heldOf(made: KubeObject): readonly string[] {
  const { template } = made['spec'] as { readonly template?: Pick<KubeObject, 'metadata'> };
  return (template?.metadata.annotations?.[heldBy] ?? '').split(' ').filter(digest => digest !== '');
}

/** Counts of several pods together, version by version. */
function added(all: Measurement['versions']): Measurement['versions'] {
  const digests = [...new Set(all.map(({ digest }) => digest))];
  return digests.map(digest => {
    const own = all.filter(counts => counts.digest === digest);
    const latencies = own.flatMap(({ latency }) => latency ?? []);
    const bounds = latencies[0]?.bounds ?? [];
    return {
      digest,
      requests: own.reduce((sum, { requests }) => sum + requests, 0),
      failures: own.reduce((sum, { failures }) => sum + failures, 0),
      shadow: {
        asked: own.reduce((sum, { shadow }) => sum + (shadow?.asked ?? 0), 0),
        differing: own.reduce((sum, { shadow }) => sum + (shadow?.differing ?? 0), 0),
        failed: own.reduce((sum, { shadow }) => sum + (shadow?.failed ?? 0), 0),
        dropped: own.reduce((sum, { shadow }) => sum + (shadow?.dropped ?? 0), 0),
      },
      latency:
        latencies.length < own.length
          ? null
          : {
              bounds,
              counts: Array.from({ length: bounds.length + 1 }, (_, bin) =>
                latencies.reduce((sum, { counts }) => sum + (counts[bin] ?? 0), 0),
              ),
            },
    };
  });
}
