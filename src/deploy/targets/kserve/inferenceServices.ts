import { setTimeout as sleep } from 'node:timers/promises';
import { BadInput } from '../../../core/failure.ts';
import type { StepContext, TargetContext } from '../../types.ts';
import type { Cluster } from '../kubernetes/cluster.ts';
import { requireLetIn, requireStarts, type Pod, type Pods } from '../kubernetes/pods.ts';
import { secretsOf, tokenSecretOf } from '../kubernetes/secrets.ts';
import { heldOf, refusalOf } from '../kubernetes/workload.ts';
import { inferenceService, modes, podLabels, predictor, type ServiceParts } from './service.ts';
import { statusOf, type ServiceStatus } from './status.ts';
import { newestOf, wayTo, type Split } from './split.ts';

/** Of one state: nodes may have to be made for it, and images fetched. */
const settleMs = 900_000;
const pollMs = 500;

/** One InferenceService in a cluster: read, applied, and waited for by its conditions and its pods. */
export class InferenceServices {
  /** Milliseconds that a step may take: the longest way has three states. */
  static readonly limit = 3 * settleMs + 30_000;
  readonly #cluster: Cluster;
  readonly #pods: Pods;
  readonly #parts: Omit<ServiceParts, 'secrets'>;
  readonly #context: Pick<TargetContext, 'root' | 'secret'>;

  constructor(
    cluster: Cluster,
    pods: Pods,
    parts: Omit<ServiceParts, 'secrets'>,
    context: Pick<TargetContext, 'root' | 'secret'>,
  ) {
    this.#cluster = cluster;
    this.#pods = pods;
    this.#parts = parts;
    this.#context = context;
  }

  /** @returns null when there is none */
  async read(
    signal: AbortSignal,
  ): Promise<{ readonly status: ServiceStatus; readonly pods: readonly Pod[] } | null> {
    const [object, pods] = await Promise.all([
      this.#cluster.read('InferenceService', this.#parts.name, signal),
      this.#pods.list(signal),
    ]);
    return object === null ? null : { status: statusOf(object, this.#parts.settings.form, pods), pods };
  }

  /**
   * Leads it to a state, one state after the other, each once the one before is so.
   * @param force takes fields over from others who changed them
   * @throws BadInput `kserve-form`, `kserve-slow`, `kube-crash`, `kube-refused`, or with the server's words
   */
  async go(to: Split, context: StepContext, force: boolean): Promise<void> {
    // Pods of one that was just deleted may still be there.
    const [found, earlier] = await Promise.all([this.read(context.signal), this.#pods.list(context.signal)]);
    const from = found?.status.split ?? null;
    const parts = { ...this.#parts, secrets: await this.#applySecrets({ force: true }, context.signal) };
    for (const state of wayTo(this.#parts.settings.form, from, to)) {
      await this.#cluster.apply(inferenceService(parts, state), { force }, context.signal);
      await this.#settle(state, earlier, context);
    }
  }

  /** What the server says to one with a canary, which older ones do not know, and to the Secret. */
  async dryRun(signal: AbortSignal): Promise<void> {
    const options = { dryRun: true, force: true };
    const split = { stable: '0'.repeat(64), canary: { digest: '1'.repeat(64), percent: 0 } };
    const secrets = await this.#applySecrets(options, signal);
    await this.#cluster.apply(inferenceService({ ...this.#parts, secrets }, split), options, signal);
  }

  /** Whether the namespace has room for one pod more. @returns false when one may not ask that @throws BadInput */
  async dryRunPod(signal: AbortSignal): Promise<boolean> {
    const { name } = this.#parts;
    const { annotations, ...spec } = predictor({ ...this.#parts, secrets: '' }, '0'.repeat(64));
    return await this.#cluster.dryRunPod(
      name,
      { metadata: { annotations, labels: podLabels(name) }, spec },
      signal,
    );
  }

  async delete(signal: AbortSignal): Promise<void> {
    const { name, settings } = this.#parts;
    await this.#cluster.delete('InferenceService', name, signal);
    if (settings.token !== undefined) await this.#cluster.delete('Secret', tokenSecretOf(name), signal);
  }

  /** @returns the state of the Secret, as pods are started with it; empty without one */
  async #applySecrets(
    options: { readonly dryRun?: boolean; readonly force: boolean },
    signal: AbortSignal,
  ): Promise<string> {
    const { name, settings } = this.#parts;
    const states: string[] = [];
    for (const secret of await secretsOf(name, { token: settings.token }, this.#context)) {
      const { metadata } = await this.#cluster.apply(secret, options, signal);
      states.push(metadata.resourceVersion ?? '');
    }
    return states.join(' ');
  }

  /**
   * Waits until KServe says that a state is so, and a pod of each of its versions has loaded it.
   * @param earlier pods that were there before: how they fare says nothing of this
   */
  async #settle(state: Split, earlier: readonly Pod[], { signal, log }: StepContext): Promise<void> {
    const { name, settings } = this.#parts;
    const seesDeployments = await this.#cluster.may({ verb: 'list', kind: 'Deployment' }, signal);
    let said = '';
    for (const end = Date.now() + settleMs; ;) {
      const found = await this.read(signal);
      if (found === null)
        throw new BadInput('kserve-gone', `The InferenceService ${name} was deleted meanwhile. Try again.`);
      const { status, pods } = found;
      if (status.mode !== null && !modes[settings.form].includes(status.mode))
        throw new BadInput(
          'kserve-form',
          `KServe runs ${name} as ${status.mode}, and \`form: ${settings.form}\` was asked for. Correct \`form\`, or choose another \`name\`: KServe keeps to the one that it began with.`,
        );
      if (status.settled && (await this.#loaded(state, pods, signal))) return;
      if (seesDeployments) requireLetIn(name, await this.#refusal(newestOf(state), signal));
      requireStarts(status.trouble === null ? name : `${name} (${status.trouble})`, pods, earlier);
      const trouble = status.trouble ?? pods.find(pod => pod.trouble !== null)?.trouble ?? null;
      const words = `${pods.filter(pod => pod.ready).length} of ${pods.length} pods ready${trouble === null ? '' : `; ${trouble}`}`;
      if (words !== said) log(words);
      said = words;
      if (Date.now() > end)
        throw new BadInput(
          'kserve-slow',
          `${name} did not get there in ${settleMs / 60_000} minutes: ${words}.`,
        );
      await sleep(pollMs, undefined, { signal });
    }
  }

  /**
   * Why the cluster lets in no more pods of a version, in its words; null: it does. Its Deployment says so, which
   * carries the labels of its pods in both forms; of KServe's conditions, only the serverless ones would.
   */
  async #refusal(digest: string, signal: AbortSignal): Promise<string | null> {
    const made = await this.#cluster.list('Deployment', podLabels(this.#parts.name), signal);
    const refusals = made.filter(one => heldOf(one).includes(digest)).map(refusalOf);
    return refusals.find(refusal => refusal !== null) ?? null;
  }

  /** A stable version beside a canary may run with an earlier token, and says no more than that it is ready. */
  async #loaded(split: Split, pods: readonly Pod[], signal: AbortSignal): Promise<boolean> {
    const holding = (digest: string): readonly Pod[] =>
      pods.filter(({ ready, digests }) => ready && digests.includes(digest));
    const newest = newestOf(split);
    const loaded = await Promise.all(
      holding(newest).map(({ name }) => this.#pods.isLoaded(name, newest, signal)),
    );
    return holding(split.stable).length > 0 && loaded.includes(true);
  }
}
