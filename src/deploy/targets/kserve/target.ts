import type { Measurement } from '../../../core/rollout/counts.ts';
import { BadInput } from '../../../core/failure.ts';
import type { Golden } from '../../../protocol/engine.ts';
import { servingFile, type Serving } from '../../../serve/serving.ts';
import { verifyStep } from '../../golden.ts';
import { inOrder } from '../../order.ts';
import type { LeasePlace } from '../../targetLease.ts';
import type { Desired, Finding, Observed, Step, Target, TargetContext } from '../../types.ts';
import { findingsOf } from '../findings.ts';
import { Cluster, podActs, type Act } from '../kubernetes/cluster.ts';
import { podCost } from '../kubernetes/cost.ts';
import { Pods } from '../kubernetes/pods.ts';
import { placeOf } from '../kubernetes/place.ts';
import { backgroundFile, type ModelStorage } from '../kubernetes/storage.ts';
import {
  backgroundStep,
  deleteStored,
  manifestsStep,
  retireStep,
  uploadStep,
  type StoreSteps,
} from '../kubernetes/storeSteps.ts';
import { InferenceServices } from './inferenceServices.ts';
import { container, inferenceService, podLabels } from './service.ts';
import type { KserveSettings } from './settings.ts';
import { sharesOfSplit, type Split } from './split.ts';

const acts: readonly Act[] = [
  ...podActs,
  ...(['get', 'create', 'patch', 'delete'] as const).map(verb => ({
    verb,
    kind: 'InferenceService' as const,
  })),
];
const tokenActs: readonly Act[] = (['create', 'patch', 'delete'] as const).map(verb => ({
  verb,
  kind: 'Secret',
}));
const nothing = { live: [], present: [], healthy: false, endpoint: null, facts: { split: null } };

/**
 * A KServe InferenceService. A version is a predictor of its own; KServe shares the requests out between the
 * stable one and a canary, in whole percent. What is new runs without requests until it was asked for the golden
 * inputs, except for a first version, beside which there is nothing that could have them.
 */
export class KserveTarget implements Target {
  readonly kind = 'kserve';
  readonly divides = true;
  readonly name: string;
  readonly lease: LeasePlace;
  readonly #settings: KserveSettings;
  readonly #context: TargetContext;
  readonly #own: string;
  readonly #models: () => Promise<ModelStorage>;

  constructor(name: string, settings: KserveSettings, context: TargetContext) {
    this.name = name;
    this.#settings = settings;
    this.#context = context;
    // KServe fetches the folder of a version as it is: it is that of a server.
    const { own, lease, models } = placeOf(name, settings, context, digest => `models/${digest}/`);
    this.#own = own;
    this.lease = lease;
    this.#models = models;
  }

  async doctor(signal: AbortSignal): Promise<readonly Finding[]> {
    const cluster = (): Cluster => this.#cluster();
    return await findingsOf(this.name, [
      async () => {
        const { server, namespace } = cluster();
        return `At ${server}, namespace ${namespace}, as ${await cluster().whoAmI(signal)}.`;
      },
      async () => {
        if (await cluster().serves('InferenceService', signal)) return 'KServe is there.';
        throw new BadInput(
          'kserve-missing',
          `The cluster at ${cluster().server} knows no InferenceService (serving.kserve.io/v1beta1). Install KServe, or use a \`kubernetes\` target.`,
        );
      },
      async () => {
        await cluster().requireAllowed(
          this.#settings.token === undefined ? acts : [...acts, ...tokenActs],
          signal,
        );
        return 'InferenceServices may be made, changed and deleted, and their pods asked.';
      },
      async () => {
        await this.#services().dryRun(signal);
        return `The cluster would take the InferenceService, with a canary (${this.#settings.form}).`;
      },
      {
        room: async () =>
          (await this.#services().dryRunPod(signal)) ? 'The namespace has room for a pod more.' : null,
      },
      async () => {
        await (await this.#models()).probe(signal);
        return `${this.#settings.storage} can be listed, written and deleted in.`;
      },
    ]);
  }

  async observe(signal: AbortSignal): Promise<Observed> {
    try {
      const [found, present] = await Promise.all([
        this.#services().read(signal),
        (await this.#models()).digests(signal),
      ]);
      if (found === null)
        return { ...nothing, reachable: true, present, sentence: 'nothing is deployed yet' };
      const { status, pods } = found;
      const ready = `${pods.filter(pod => pod.ready).length} of ${pods.length} pods ready`;
      const trouble = status.trouble ?? pods.find(pod => pod.trouble !== null)?.trouble ?? null;
      return {
        reachable: true,
        live: status.live,
        present,
        healthy: status.ready && status.live.length > 0,
        endpoint: status.url,
        sentence: trouble === null ? `ready, ${ready}` : `${ready}; ${trouble}`,
        facts: { split: status.split === null ? null : JSON.stringify(status.split) },
      };
    } catch (error) {
      if (!(error instanceof BadInput)) throw error;
      return { ...nothing, reachable: false, sentence: error.message };
    }
  }

  plan(desired: Desired, { reachable, sentence, facts, present }: Observed): readonly Step[] {
    if (!reachable) throw new BadInput('target-unreachable', sentence);
    const before = typeof facts.split === 'string' ? (JSON.parse(facts.split) as Split) : null;
    if (desired.live.length === 0) return [this.#withdraw(before), this.#delete()];
    const models = desired.live.map(({ model }) => model);
    const next = this.#wanted(desired, before);
    const parts = this.#parts();
    const { manifests } = this.#settings;
    const running = before === null ? [] : digestsOf(before);
    const fresh = models.map(({ digest }) => digest).filter(digest => !running.includes(digest));
    const digests = [...models.map(({ digest }) => digest), ...desired.keep];
    return inOrder(desired, {
      prepare: [
        ...models.filter(({ digest }) => !present.includes(digest)).map(model => uploadStep(parts, model)),
        ...fresh.flatMap(digest => this.#describe(digest)),
        this.#run(darkOf(before, next), before),
      ],
      verify: models.map(model => verifyStep(this, this.#context, model)),
      shift: [this.#shift(next, darkOf(before, next), desired.trafficFirst)],
      finish: [
        ...(manifests === undefined
          ? []
          : [
              manifestsStep(parts, manifests, this.#own, () => [
                inferenceService({ name: this.#own, settings: this.#settings, secrets: '' }, next),
              ]),
            ]),
        retireStep(parts, digests, signal => this.#held(signal)),
      ],
    });
  }

  async infer(digest: string, inputs: Golden['inputs'], signal: AbortSignal): Promise<Golden['outputs']> {
    return await this.#pods().infer(digest, inputs, signal);
  }

  async measure(signal: AbortSignal): Promise<Measurement | null> {
    return await this.#pods().measure(signal);
  }

  async logs(lines: number): Promise<readonly string[]> {
    const signal = AbortSignal.timeout(20_000);
    const trouble = (await this.#services().read(signal))?.status.trouble ?? null;
    const said = await this.#pods().logs(container, lines, signal);
    return [...(trouble === null ? [] : [trouble]), ...said].slice(-lines);
  }

  cost({ live }: Desired): string {
    const { form, replicas, resources } = this.#settings;
    const canary = form === 'standard' ? ' and one of the canary' : ' and as many of the canary';
    return podCost(replicas, resources, live.length > 1 ? canary : '');
  }

  /** @throws BadInput `kserve-share` for shares that KServe cannot give */
  #wanted({ live }: Desired, before: Split | null): Split {
    const [first, second, third] = live;
    if (third !== undefined)
      throw new BadInput('kserve-share', `KServe shares requests between two versions, not ${live.length}.`);
    if (second === undefined) return { stable: first!.model.digest, canary: null };
    const [stable, canary] = second.model.digest === before?.stable ? [second, first!] : [first!, second];
    const percent = Math.round(canary.weight * 100);
    if (Math.abs(canary.weight * 100 - percent) > 1e-9)
      throw new BadInput(
        'kserve-share',
        `KServe gives whole percents of the requests, not ${canary.weight * 100} %. Correct \`rollout.steps\` of ${this.name}.`,
      );
    return { stable: stable.model.digest, canary: { digest: canary.model.digest, percent } };
  }

  /** What is new runs, without requests where there is another that has them. */
  #run(dark: Split, before: Split | null): Step {
    return {
      name: 'run',
      phase: 'prepare',
      limit: InferenceServices.limit,
      sentence:
        before === null
          ? `Apply the InferenceService ${this.#own}, and wait until KServe says that it is ready.`
          : `Have ${this.#own} run what is new, without requests, and wait until KServe says that it is ready.`,
      undoSentence: before === null ? 'It is deleted.' : 'It is as it was.',
      run: async context => {
        await this.#services().go(dark, context, false);
        return 'ready';
      },
      undo: async context => {
        if (before === null) await this.#services().delete(context.signal);
        else await this.#services().go(before, context, true);
      },
    };
  }

  /** @param way back: what is given to the stable version is given first, whoever else changed the shares */
  #shift(next: Split, dark: Split, back: boolean): Step {
    const words = this.#words(next);
    return {
      name: 'shift',
      phase: 'switch',
      limit: InferenceServices.limit,
      sentence: `Give the requests to ${words}, and wait until KServe does.`,
      undoSentence: 'The shares are as they were.',
      run: async context => {
        await this.#services().go(next, context, back);
        return words;
      },
      undo: context => this.#services().go(dark, context, true),
    };
  }

  #withdraw(before: Split | null): Step {
    return {
      name: 'withdraw',
      phase: 'switch',
      limit: InferenceServices.limit,
      sentence: `Delete the InferenceService ${this.#own}.`,
      undoSentence: 'It is made again as it was.',
      run: async ({ signal }) => {
        await this.#services().delete(signal);
        return 'deleted';
      },
      undo: async context => {
        if (before !== null) await this.#services().go(before, context, true);
      },
    };
  }

  #delete(): Step {
    return {
      name: 'delete',
      phase: 'finish',
      sentence: `Delete the models of ${this.#own} in the store.`,
      undoSentence: 'A deployment uploads them again.',
      run: async ({ signal }) => {
        await deleteStored(this.#parts(), this.#settings.manifests, this.#own, signal);
        return 'deleted';
      },
      undo: () => Promise.resolve(),
    };
  }

  /** What a pod is to serve lies in the folder of its version, as the rows do that explanations compare with. */
  #describe(digest: string): readonly Step[] {
    const { model, explain } = this.#settings;
    const parts = this.#parts();
    const serving: Serving = {
      schema: 'slipway/serving@1',
      model,
      versions: [{ digest, name: null, weight: 1, ...(explain === true ? { explain: backgroundFile } : {}) }],
    };
    return [
      ...(explain === true ? [backgroundStep(parts, digest)] : []),
      {
        name: `describe-${digest.slice(0, 12)}`,
        phase: 'prepare',
        sentence: 'Write beside it what its pods are to serve.',
        undoSentence: 'It goes with the version.',
        run: async ({ signal }) => {
          const bytes = Buffer.from(`${JSON.stringify(serving, null, 2)}\n`);
          await (await parts.models()).put(digest, servingFile, bytes, signal);
          return 'written';
        },
        undo: () => Promise.resolve(),
      },
    ];
  }

  async #held(signal: AbortSignal): Promise<readonly string[]> {
    const split = (await this.#services().read(signal))?.status.split ?? null;
    return split === null ? [] : digestsOf(split);
  }

  #words(split: Split): string {
    return sharesOfSplit(split)
      .map(({ digest, weight }) => `${digest.slice(0, 12)} at ${Math.round(weight * 100)} %`)
      .join(', ');
  }

  #parts(): StoreSteps {
    return { context: this.#context, storage: this.#settings.storage, models: this.#models };
  }

  #cluster(): Cluster {
    return new Cluster(this.#settings.namespace, this.#settings.context ?? null);
  }

  #services(): InferenceServices {
    const cluster = this.#cluster();
    const parts = { name: this.#own, settings: this.#settings };
    return new InferenceServices(cluster, this.#pods(cluster), parts, this.#context);
  }

  #pods(cluster = this.#cluster()): Pods {
    const { model, token } = this.#settings;
    return new Pods(cluster, {
      labels: podLabels(this.#own),
      model,
      token: token === undefined ? null : () => this.#context.secret(token),
      https: false,
    });
  }
}

function digestsOf({ stable, canary }: Split): readonly string[] {
  return [stable, ...(canary === null ? [] : [canary.digest])];
}

/** What runs before the requests move: what was live keeps them. */
function darkOf(before: Split | null, next: Split): Split {
  if (before === null)
    return { stable: next.stable, canary: next.canary === null ? null : { ...next.canary, percent: 0 } };
  const fresh = digestsOf(next).find(digest => digest !== before.stable && digest !== before.canary?.digest);
  return fresh === undefined ? before : { stable: before.stable, canary: { digest: fresh, percent: 0 } };
}
