import { BadInput } from '../core/failure.ts';
import type { Measurement } from '../core/rollout/counts.ts';
import type { Golden } from '../protocol/engine.ts';
import type { Release } from '../protocol/results/release.ts';
import type { Judgement, Rollout } from '../protocol/results/rollout.ts';
import type { TargetStatus } from '../protocol/results/status.ts';
import { secretOfEnvironment } from '../workspace/secrets.ts';
import type { ResolvedModel, TargetEntry } from '../workspace/types.ts';
import {
  canaryLive,
  goingBack,
  promotion,
  removal,
  requireCanary,
  requireNoCanary,
  requireStep,
} from './changes.ts';
import { ChangeMaker, largest, overrides, type Wanted } from './changeMaker.ts';
import { storiesOf } from './history.ts';
import { Place, type PlaceOptions } from './place.ts';
import type { ReleaseRecord } from './record.ts';
import { follow, judgementOf, lastLevel } from './rollout/follow.ts';
import { rolloutPlace, stateOf } from './rollout/place.ts';
import { rolloutOf, type RolloutState } from './rollout/state.ts';
import type { RunContext } from './run.ts';
import { allowedBy, requireReview, reviewedOverride } from './reviewGate.ts';
import type {
  CanaryOptions,
  DeployOptions,
  DeployReviews,
  PromoteOptions,
  RecoverOptions,
  RollbackOptions,
} from './services.ts';
import { statusOf } from './status.ts';
import { rolloutPlan } from './targets/registry.ts';
import type { Finding } from './types.ts';

export interface DeployerOptions extends Omit<PlaceOptions, 'keepRunning' | 'secret'> {
  /** Who deploys, for the journal. */
  readonly by: string;
  readonly log: (line: string) => void;
  readonly reviews: DeployReviews;
  /** Whether local servers outlive this process when their settings do not say; true by default. */
  readonly keepRunning?: boolean;
  /** Resolves a secret's name; by default from the environment variable of that name. */
  readonly secret?: (name: string) => Promise<string>;
}

/** Makes targets what is asked of them, and keeps the record. One for a workspace. */
export class Deployer {
  readonly #options: DeployerOptions;
  readonly #maker: ChangeMaker;
  readonly #places = new Map<string, Promise<Place>>();

  constructor(options: DeployerOptions) {
    this.#options = options;
    this.#maker = new ChangeMaker(options);
  }

  targets(): readonly TargetEntry[] {
    return this.#options.workspace.targets();
  }

  /** Reads the target itself. @throws BadInput `unknown-target`, `target-settings` */
  async status(target: string, signal: AbortSignal = never()): Promise<TargetStatus> {
    return await statusOf(await this.#place(target), signal);
  }

  /** What a deployment needs of the target, beginning with its settings. @throws BadInput `unknown-target`, `target-settings` */
  async doctor(target: string, signal: AbortSignal = never()): Promise<readonly Finding[]> {
    const place = await this.#place(target);
    const mend = `See target ${target} in slipway.yaml.`;
    const mistakes = place.entry.mistakes.map((what): Finding => ({ ok: false, what, mend }));
    return [...mistakes, ...(await place.target.doctor(signal))];
  }

  /** What `deploy` would do: a release in state `planned`, with the policy's verdict. Changes nothing. */
  async plan(target: string, model: ResolvedModel, options: CanaryOptions = {}): Promise<Release> {
    const place = await this.#soundPlace(target);
    return await this.#maker.planned(place, await this.#deployment(place, model, options), options);
  }

  /**
   * Deploys and verifies. A release that failed on the target resolves: its state is `undone` (all is as it
   * was) or `failed` (something could not be undone), and its plan says which step failed and why. A canary
   * gets its first share; `follow` leads it on.
   * @throws BadInput `policy-failed`, `not-approved` and `drift` (they give way to an override with a reason),
   *   `target-busy`, `unknown-target`, `target-settings`, `wrong-model`, `not-fit` (what the doctor found), `canary-under-way`,
   *   and for a canary `undivided` and `no-stable`
   */
  async deploy(target: string, model: ResolvedModel, options: CanaryOptions = {}): Promise<Release> {
    if (options.dryRun === true) return await this.plan(target, model, options);
    const place = await this.#soundPlace(target);
    const wanted = await this.#deployment(place, model, options);
    await place.versions.golden(model.ref.digest, runOptions(options));
    return await this.#maker.changed(place, wanted, options);
  }

  /** Gives the canary its next share, or all requests: someone's decision, whatever was measured. @throws BadInput `no-canary`, `moved-on` */
  async promote(target: string, options: PromoteOptions = {}): Promise<Release> {
    const place = await this.#soundPlace(target);
    const { full = false, from } = options;
    const wanted: Wanted = ({ stories, state }) => {
      if (from !== undefined) requireStep(requireCanary(state, target), from);
      return promotion(target, stories, state, full);
    };
    if (options.dryRun === true) return await this.#maker.planned(place, wanted, options);
    return await this.#maker.changed(place, wanted, options);
  }

  /**
   * Goes back to an earlier release: from a canary to what it was to replace, else to the one before the
   * current. Drift does not stop it, nor does a canary that waits or is paused.
   */
  async rollback(target: string, options: RollbackOptions = {}): Promise<Release> {
    const place = await this.#soundPlace(target);
    const wanted: Wanted = ({ stories, state }) =>
      goingBack(target, { stories, state, to: options.to, reason: null });
    if (options.dryRun === true) return await this.#maker.planned(place, wanted, options);
    return await this.#maker.changed(place, wanted, options);
  }

  /** Takes everything off the target. */
  async remove(target: string, options: DeployOptions = {}): Promise<Release> {
    const place = await this.#soundPlace(target);
    const wanted: Wanted = ({ stories }) => removal(target, stories);
    if (options.dryRun === true) return await this.#maker.planned(place, wanted, options);
    return await this.#maker.changed(place, wanted, options);
  }

  /** The canary under way, else the last one; null when there was none. */
  async rollout(target: string): Promise<Rollout | null> {
    return (await stateOf(await this.#place(target)))?.document ?? null;
  }

  /** Leaves the canary with the share it has, until it is promoted, followed again or rolled back. */
  async pause(target: string, reason: string): Promise<Rollout> {
    const { by } = this.#options;
    return await this.#note(target, ({ release }) => ({ type: 'paused', release, at: now(), by, reason }));
  }

  /**
   * Leads the canary on: judges it, promotes it or rolls it back, until it has all requests, is rolled back or
   * paused. One that is paused is compared anew. What another process does to it meanwhile is respected.
   */
  async follow(target: string, options: DeployOptions = {}): Promise<Rollout> {
    const { signal = never(), onEvent } = options;
    const place = await this.#soundPlace(target);
    const { by } = this.#options;
    const begin = requireCanary(await stateOf(place), target);
    if (begin.document.state === 'paused')
      await this.#note(target, ({ release }) => ({ type: 'resumed', release, at: now(), by }));
    let told = '';
    return await follow(rolloutPlace(this.#maker, place, options), {
      signal,
      tell: rollout => {
        const text = JSON.stringify(rollout);
        if (text !== told) onEvent?.({ kind: 'rollout', rollout });
        told = text;
      },
    });
  }

  /** What the versions have counted so far; null when the target does not count, or cannot be asked. */
  async measure(target: string, signal: AbortSignal = never()): Promise<Measurement | null> {
    return (await (await this.#place(target)).target.measure?.(signal)) ?? null;
  }

  /** What a judgement of the canary would say now; null while nothing is compared. */
  async preliminary(target: string, measured: Measurement | null): Promise<Judgement | null> {
    const state = await stateOf(await this.#place(target));
    if (state === null || state.document.state !== 'observing' || state.window === null) return null;
    return judgementOf(state.window.measured, measured, state.document, lastLevel(state.document));
  }

  /** Finishes or undoes a deployment that was cut off; null when there is none. */
  async recover(target: string, options: RecoverOptions = {}): Promise<Release | null> {
    const place = await this.#soundPlace(target);
    return await this.#maker.holding(place, options, context =>
      this.#maker.recover(place, context, options.finish === true),
    );
  }

  /** Starts what a release left on the target when it has stopped, such as after a restart of the machine. */
  async resume(target: string, signal: AbortSignal = never()): Promise<TargetStatus> {
    const place = await this.#soundPlace(target);
    await this.#maker.holding(place, { signal }, async () => {
      await place.target.resume?.(signal);
    });
    return await this.status(target, signal);
  }

  /** Newest first. */
  async history(target: string): Promise<readonly Release[]> {
    const journal = await (await this.#place(target)).journal();
    return storiesOf(journal.records)
      .map(({ release }) => release)
      .reverse();
  }

  /** Asks the live version on the target. */
  async infer(
    target: string,
    inputs: Golden['inputs'],
    signal: AbortSignal = never(),
  ): Promise<{ readonly digest: string; readonly outputs: Golden['outputs'] }> {
    const place = await this.#place(target);
    const digest = largest(await place.target.observe(signal));
    if (digest === null)
      throw new BadInput('nothing-deployed', `Nothing is live on ${target}. Deploy a version first.`);
    return { digest, outputs: await place.target.infer(digest, inputs, signal) };
  }

  async logs(target: string, lines: number): Promise<readonly string[]> {
    return await (await this.#place(target)).target.logs(lines);
  }

  /** Ends the servers that were started here and shall not outlive this process. */
  async dispose(): Promise<void> {
    for (const opening of this.#places.values()) {
      const place = await opening.catch(() => null);
      await place?.target.dispose?.();
    }
  }

  async #place(name: string): Promise<Place> {
    const entry = this.#options.workspace.target(name);
    const key = JSON.stringify(entry);
    let place = this.#places.get(key);
    if (place === undefined) {
      place = Place.open(entry, {
        ...this.#options,
        keepRunning: this.#options.keepRunning ?? true,
        secret: this.#options.secret ?? secretOfEnvironment,
      });
      this.#places.set(key, place);
    }
    return await place;
  }

  /**
   * A target that may be changed: a setting that was misspelt is not there, and a server would be started
   * without its token.
   * @throws BadInput `target-settings`
   */
  async #soundPlace(name: string): Promise<Place> {
    const place = await this.#place(name);
    const { mistakes } = place.entry;
    if (mistakes.length > 0)
      throw new BadInput(
        'target-settings',
        `Nothing is changed on ${name} until slipway.yaml is mended: ${mistakes.join(' ')}`,
      );
    return place;
  }

  /** A version that may go to the target, with what it rests on. Nothing is refused while it is only planned. */
  async #deployment(place: Place, model: ResolvedModel, options: CanaryOptions): Promise<Wanted> {
    const { entry, target } = place;
    if (entry.model !== null && entry.model !== model.entry.name)
      throw new BadInput(
        'wrong-model',
        `Target ${entry.name} is for ${entry.model}, not ${model.entry.name}. Choose another target.`,
      );
    if (options.canary === true && !target.divides)
      throw new BadInput(
        'undivided',
        `Versions cannot share the requests of ${entry.name}: a ${entry.kind} target has one at a time. Deploy without a canary.`,
      );
    place.versions.know(model);
    const { verdict } = await this.#options.jobs.validate(model, {}, runOptions(options));
    // A bare file has no name of its own: the server needs one for its paths.
    const ref = { ...model.ref, name: model.ref.name ?? model.entry.name };
    const revision = options.revision ?? null;
    const standing = await this.#options.reviews.gate(model, { target: entry.name, revision });
    const review = allowedBy(standing);
    const override = reviewedOverride(standing, verdict);
    if (options.dryRun !== true) {
      if (verdict.status === 'fail' && override === null && !overrides(options))
        throw new BadInput(
          'policy-failed',
          `${model.ref.version ?? model.ref.path} fails its policy: ${verdict.sentence} Choose another version, or deploy it with a reason for the override.`,
        );
      if (!overrides(options)) requireReview(review);
    }
    const head = { action: 'deploy', model: ref, verdict, review, override, reason: null } as const;
    return ({ stories, state, observed }) => {
      requireNoCanary(state, entry.name);
      if (options.canary !== true) return { ...head, live: [{ model: ref, weight: 1 }], rollout: null };
      const plan = rolloutPlan(entry);
      const { live, stable } = canaryLive(entry.name, ref, plan.steps[0]!, observed, stories);
      return { ...head, live, rollout: { began: null, step: 0, plan, stable } };
    };
  }

  /** Puts a record about the canary in the journal. @throws BadInput `no-canary` */
  async #note(target: string, record: (state: RolloutState) => ReleaseRecord): Promise<Rollout> {
    const place = await this.#place(target);
    const note = async ({ journal }: RunContext): Promise<Rollout> => {
      await journal.append(record(requireCanary(rolloutOf(journal.records), target)));
      return rolloutOf(journal.records)!.document;
    };
    return await this.#maker.holding(place, {}, note, true);
  }
}

function runOptions({ signal }: DeployOptions): { signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}

function now(): string {
  return new Date().toISOString();
}

function never(): AbortSignal {
  return new AbortController().signal;
}
