import type { Measurement } from '../../../core/rollout/counts.ts';
import { BadInput } from '../../../core/failure.ts';
import type { Golden } from '../../../protocol/engine.ts';
import { serving as servingSchema, type Serving } from '../../../serve/serving.ts';
import { verifyStep } from '../../golden.ts';
import { heldModels } from '../../history.ts';
import { inOrder } from '../../order.ts';
import type { LeasePlace } from '../../targetLease.ts';
import type { Desired, Finding, Observed, Step, Target, TargetContext } from '../../types.ts';
import { findingsOf } from '../findings.ts';
import { idle, shadowOf, wantedVersions } from '../servingStates.ts';
import { Cluster, podActs } from './cluster.ts';
import { podCost } from './cost.ts';
import { labelsOf } from './labels.ts';
import { Pods } from './pods.ts';
import { tlsSecretOf } from './secrets.ts';
import type { KubernetesSettings } from './settings.ts';
import { deleteStep, rollStep, shiftStep, withdrawStep, type Parts } from './steps.ts';
import { backgroundAt } from './manifests.ts';
import { placeOf } from './place.ts';
import type { ModelStorage } from './storage.ts';
import { backgroundStep, manifestsStep, retireStep, uploadStep } from './storeSteps.ts';
import { Workload } from './workload.ts';

/**
 * One Deployment of our server, which holds the live version, the new one and those kept, and one config map
 * that says which share each gets. Pods start anew for other bytes only: a canary, a promotion and a rollback
 * change the config map, which the servers follow; shares are exact with any number of pods.
 */
export class KubernetesTarget implements Target {
  readonly kind = 'kubernetes';
  readonly divides = true;
  readonly name: string;
  readonly lease: LeasePlace;
  readonly #settings: KubernetesSettings;
  readonly #context: TargetContext;
  readonly #own: string;
  readonly #models: () => Promise<ModelStorage>;

  constructor(name: string, settings: KubernetesSettings, context: TargetContext) {
    this.name = name;
    this.#settings = settings;
    this.#context = context;
    const { own, lease, models } = placeOf(name, settings, context);
    this.#own = own;
    this.lease = lease;
    this.#models = models;
  }

  async doctor(signal: AbortSignal): Promise<readonly Finding[]> {
    return await findingsOf(this.name, [
      async () => {
        const cluster = this.#cluster();
        return `At ${cluster.server}, namespace ${cluster.namespace}, as ${await cluster.whoAmI(signal)}.`;
      },
      async () => {
        const made = await this.#workload().dryRun(this.#serving([]), signal);
        return `The cluster would take ${made.join(', ')}.`;
      },
      {
        room: async () =>
          (await this.#workload().dryRunPod(this.#serving([]), signal))
            ? 'The namespace has room for a pod more.'
            : null,
      },
      async () => {
        const cluster = this.#cluster();
        await cluster.requireAllowed([...podActs, { verb: 'delete', kind: 'Deployment' }], signal);
        return 'Its pods may be listed, read and asked.';
      },
      async () => {
        await (await this.#models()).probe(signal);
        return `${this.#settings.storage} can be listed, written and deleted in.`;
      },
    ]);
  }

  async observe(signal: AbortSignal): Promise<Observed> {
    try {
      const cluster = this.#cluster();
      const [{ serving: asked, held, replicas }, pods, present] = await Promise.all([
        this.#workload(cluster).read(signal),
        this.#pods(cluster).list(signal),
        (await this.#models()).digests(signal),
      ]);
      const live = (asked?.versions ?? [])
        .filter(({ weight }) => weight > 0)
        .map(({ digest, weight }) => ({ digest, weight }));
      const trouble = pods.find(pod => pod.trouble !== null)?.trouble ?? null;
      const ready = pods.filter(pod => pod.ready);
      const scheme = tlsSecretOf(this.#own, this.#settings) === null ? 'http' : 'https';
      return {
        reachable: true,
        live,
        shadow: shadowOf(asked),
        present,
        // A pod that is only coming or going takes nothing from those that answer.
        healthy: live.length > 0 && held !== null && ready.length >= replicas,
        endpoint: held === null ? null : `${scheme}://${this.#own}.${cluster.namespace}.svc`,
        sentence:
          held === null
            ? 'nothing is deployed yet'
            : `${ready.length} of ${pods.length} pods ready${trouble === null ? '' : `; ${trouble}`}`,
        facts: {
          serving: asked === null ? null : JSON.stringify(asked),
          held: held === null ? null : held.join(' '),
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
    const { manifests, explain } = this.#settings;
    const parts = this.#parts();
    if (!reachable) throw new BadInput('target-unreachable', sentence);
    const before = typeof facts.serving === 'string' ? servingSchema.parse(JSON.parse(facts.serving)) : null;
    const held =
      typeof facts.held === 'string' ? facts.held.split(' ').filter(digest => digest !== '') : null;
    if (desired.live.length === 0)
      return [withdrawStep(parts, this.#serving([]), before), deleteStep(parts, manifests)];
    const models = heldModels(desired);
    const wanted = wantedVersions(desired, explain === true ? backgroundAt : undefined);
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
    const fetched = models.filter(({ digest }) => !present.includes(digest));
    const explained = fresh
      .filter(version => version.explain !== undefined)
      .map(({ digest }) => backgroundStep(parts, digest));
    return inOrder(desired, {
      prepare: [
        ...fetched.map(model => uploadStep(parts, model)),
        ...explained,
        rollStep(parts, models, { digests: pods, serving: dark }, { serving: before, held }),
      ],
      verify: models.map(model => verifyStep(this, this.#context, model)),
      shift: [shiftStep(parts, next, dark)],
      finish: [
        ...(manifests === undefined
          ? []
          : [manifestsStep(parts, manifests, this.#own, () => this.#workload().objects(pods, next))]),
        retireStep(parts, digests, async signal => (await this.#workload().read(signal)).held ?? []),
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
    return await this.#pods().logs('server', lines, AbortSignal.timeout(20_000));
  }

  cost(): string {
    return podCost(this.#settings.replicas, this.#settings.resources);
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

  #parts(): Parts {
    return {
      name: this.#own,
      context: this.#context,
      storage: this.#settings.storage,
      models: this.#models,
      workload: () => this.#workload(),
      pods: () => this.#pods(),
    };
  }

  #cluster(): Cluster {
    return new Cluster(this.#settings.namespace, this.#settings.context ?? null);
  }

  #workload(cluster = this.#cluster()): Workload {
    return new Workload(cluster, this.#own, this.#settings, this.#context);
  }

  #pods(cluster = this.#cluster()): Pods {
    const { model, token } = this.#settings;
    return new Pods(cluster, {
      labels: labelsOf(this.#own),
      model,
      token: token === undefined ? null : () => this.#context.secret(token),
      https: tlsSecretOf(this.#own, this.#settings) !== null,
    });
  }
}
