import { setTimeout as sleep } from 'node:timers/promises';
import { BadInput } from '../../../core/failure.ts';
import type { StepContext } from '../../types.ts';
import type { Cluster } from '../kubernetes/cluster.ts';
import type { Pod, Pods } from '../kubernetes/pods.ts';
import { inferenceService, modes, type ServiceParts } from './service.ts';
import { statusOf, type ServiceStatus } from './status.ts';
import { wayTo, type Split } from './split.ts';

/** Of one state: nodes may have to be made for it, and images fetched. */
const settleMs = 900_000;
const pollMs = 500;

/** One InferenceService in a cluster: read, applied, and waited for by its conditions and its pods. */
export class InferenceServices {
  /** Milliseconds that a step may take: the longest way has three states. */
  static readonly limit = 3 * settleMs + 30_000;
  readonly #cluster: Cluster;
  readonly #pods: Pods;
  readonly #parts: ServiceParts;

  constructor(cluster: Cluster, pods: Pods, parts: ServiceParts) {
    this.#cluster = cluster;
    this.#pods = pods;
    this.#parts = parts;
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
   * @throws BadInput `kserve-form`, `kserve-slow`, or with the server's words
   */
  async go(to: Split, context: StepContext, force: boolean): Promise<void> {
    const from = (await this.read(context.signal))?.status.split ?? null;
    for (const state of wayTo(this.#parts.settings.form, from, to)) {
      await this.#cluster.apply(inferenceService(this.#parts, state), { force }, context.signal);
      await this.#settle(state, context);
    }
  }

  /** What the server says to one with a canary, which older ones do not know. */
  async dryRun(signal: AbortSignal): Promise<void> {
    const split = { stable: '0'.repeat(64), canary: { digest: '1'.repeat(64), percent: 0 } };
    await this.#cluster.apply(inferenceService(this.#parts, split), { dryRun: true, force: true }, signal);
  }

  async delete(signal: AbortSignal): Promise<void> {
    await this.#cluster.delete('InferenceService', this.#parts.name, signal);
  }

  /** Waits until KServe says that a state is so, and a pod of each of its versions has loaded it. */
  async #settle(state: Split, { signal, log }: StepContext): Promise<void> {
    const { name, settings } = this.#parts;
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

  async #loaded({ stable, canary }: Split, pods: readonly Pod[], signal: AbortSignal): Promise<boolean> {
    const digests = [stable, ...(canary === null ? [] : [canary.digest])];
    const loaded = await Promise.all(
      digests.map(async digest => {
        const pod = pods.find(({ ready, digests: held }) => ready && held.includes(digest));
        return pod !== undefined && (await this.#pods.isLoaded(pod.name, digest, signal));
      }),
    );
    return loaded.every(Boolean);
  }
}
