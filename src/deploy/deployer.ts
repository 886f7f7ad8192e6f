import { BadInput } from '../core/failure.ts';
import type { Golden } from '../protocol/engine.ts';
import type { Release } from '../protocol/results/release.ts';
import type { ModelRef } from '../protocol/results/shared.ts';
import type { ResolvedModel, TargetEntry } from '../workspace/types.ts';
import { driftOf } from './drift.ts';
import {
  currentOf,
  earlierDigests,
  modelOf,
  nextRelease,
  planned,
  rollbackStack,
  storiesOf,
  type ReleaseStory,
} from './history.ts';
import { Lease } from './lease.ts';
import { Place, type PlaceOptions } from './place.ts';
import type { BeginRecord } from './record.ts';
import { recoverRelease, runRelease, type RunContext } from './run.ts';
import { allowedBy, requireReview, reviewedOverride } from './reviewGate.ts';
import type { DeployEvent, DeployOptions, DeployReviews, RollbackOptions, TargetStatus } from './services.ts';
import { keptVersions } from './targets/registry.ts';
import type { Desired, Finding, Observed, Step } from './types.ts';

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

/** A change someone wants of a target. */
interface Change {
  readonly action: Release['action'];
  readonly model: ModelRef;
  readonly verdict: Release['verdict'];
  readonly review: Release['review'];
  /** That the reviewers gave for what fails; null when there is none. */
  readonly override: Release['override'];
}

/** Makes targets what is asked of them, and keeps the record. One for a workspace. */
export class Deployer {
  readonly #options: DeployerOptions;
  readonly #places = new Map<string, Promise<Place>>();

  constructor(options: DeployerOptions) {
    this.#options = options;
  }

  targets(): readonly TargetEntry[] {
    return this.#options.workspace.targets();
  }

  /** Reads the target itself. @throws BadInput `unknown-target` */
  async status(target: string, signal: AbortSignal = never()): Promise<TargetStatus> {
    const place = await this.#place(target);
    const [observed, journal, busy] = await Promise.all([
      place.target.observe(signal),
      place.journal(),
      Lease.holder(place.leaseFile),
    ]);
    const stories = storiesOf(journal.records);
    const cutOff = busy === null ? interruptedOf(stories) : null;
    return {
      target,
      kind: place.entry.kind,
      healthy: observed.healthy,
      sentence: observed.sentence,
      endpoint: observed.endpoint,
      live: observed.live.map(({ digest, weight }) => {
        const model = modelOf(stories, digest);
        return { digest, weight, model: model?.name ?? null, version: model?.version ?? null };
      }),
      drift: busy === null && cutOff === null ? driftOf(target, observed, stories) : null,
      interrupted:
        cutOff === null
          ? null
          : `${cutOff.begin.release} was cut off at ${cutOff.steps.at(-1)?.step ?? 'its start'}. The next deployment finishes or undoes it.`,
      overdue: overdueOf(stories),
      busy,
      current: currentOf(stories)?.release ?? null,
    };
  }

  async doctor(target: string, signal: AbortSignal = never()): Promise<readonly Finding[]> {
    return await (await this.#place(target)).target.doctor(signal);
  }

  /** What `deploy` would do: a release in state `planned`, with the policy's verdict. Changes nothing. */
  async plan(target: string, model: ResolvedModel, options: DeployOptions = {}): Promise<Release> {
    const place = await this.#place(target);
    const change = await this.#deployment(place, model, options);
    return planned((await this.#begin(place, change, options)).begin);
  }

  /**
   * Deploys and verifies. A release that failed on the target resolves: its state is `undone` (all is as it
   * was) or `failed` (something could not be undone), and its plan says which step failed and why.
   * @throws BadInput `policy-failed`, `not-approved` and `drift` (they give way to an override with a reason),
   *   `target-busy`, `unknown-target`, `wrong-model`, `not-fit` (what the doctor found)
   */
  async deploy(target: string, model: ResolvedModel, options: DeployOptions = {}): Promise<Release> {
    if (options.dryRun === true) return await this.plan(target, model, options);
    const place = await this.#place(target);
    const change = await this.#deployment(place, model, options);
    if (change.verdict?.status === 'fail' && change.override === null && !overrides(options))
      throw new BadInput(
        'policy-failed',
        `${model.ref.version ?? model.ref.path} fails its policy: ${change.verdict.sentence} Choose another version, or deploy it with a reason for the override.`,
      );
    if (!overrides(options)) requireReview(change.review);
    await place.versions.golden(model.ref.digest, runOptions(options));
    return await this.#change(place, () => Promise.resolve(change), options);
  }

  /** Goes back to an earlier release, by default the one before the current. Drift does not stop it. */
  async rollback(target: string, options: RollbackOptions = {}): Promise<Release> {
    const place = await this.#place(target);
    const change = async (): Promise<Change> => {
      const { model, verdict } = earlier(target, storiesOf((await place.journal()).records), options.to);
      return { action: 'rollback', model, verdict, review: null, override: null };
    };
    if (options.dryRun === true) return planned((await this.#begin(place, await change(), options)).begin);
    return await this.#change(place, change, options);
  }

  /** Takes everything off the target. */
  async remove(target: string, options: DeployOptions = {}): Promise<Release> {
    const place = await this.#place(target);
    const change = async (): Promise<Change> => {
      const stories = storiesOf((await place.journal()).records);
      const last = stories.at(-1);
      if (last === undefined || last.release.state === 'removed')
        throw new BadInput('nothing-deployed', `Nothing is deployed on ${target}.`);
      return { action: 'remove', model: (currentOf(stories) ?? last).release.model, ...unjudged };
    };
    if (options.dryRun === true) return planned((await this.#begin(place, await change(), options)).begin);
    return await this.#change(place, change, options);
  }

  /** Finishes or undoes a deployment that was cut off; null when there is none. */
  async recover(target: string, options: DeployOptions = {}): Promise<Release | null> {
    const place = await this.#place(target);
    return await this.#holding(place, options, context => this.#recover(place, context));
  }

  /** Starts what a release left on the target when it has stopped, such as after a restart of the machine. */
  async resume(target: string, signal: AbortSignal = never()): Promise<TargetStatus> {
    const place = await this.#place(target);
    await this.#holding(place, { signal }, async () => {
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
    const entry = this.targets().find(target => target.name === name);
    if (entry === undefined) {
      const names = this.targets().map(target => target.name);
      throw new BadInput(
        'unknown-target',
        `There is no target ${name} in slipway.yaml; it has ${names.join(', ') || 'none'}.`,
      );
    }
    const key = JSON.stringify(entry);
    let place = this.#places.get(key);
    if (place === undefined) {
      place = Place.open(entry, {
        ...this.#options,
        keepRunning: this.#options.keepRunning ?? true,
        secret: this.#options.secret ?? fromEnvironment,
      });
      this.#places.set(key, place);
    }
    return await place;
  }

  async #deployment(place: Place, model: ResolvedModel, options: DeployOptions): Promise<Change> {
    const { entry } = place;
    if (entry.model !== null && entry.model !== model.entry.name)
      throw new BadInput(
        'wrong-model',
        `Target ${entry.name} is for ${entry.model}, not ${model.entry.name}. Choose another target.`,
      );
    place.versions.know(model);
    const { verdict } = await this.#options.jobs.validate(model, {}, runOptions(options));
    // A bare file has no name of its own: the server needs one for its paths.
    const ref = { ...model.ref, name: model.ref.name ?? model.entry.name };
    const revision = options.revision ?? null;
    const review = await this.#options.reviews.gate(model, { target: entry.name, revision });
    return {
      action: 'deploy',
      model: ref,
      verdict,
      review: allowedBy(review),
      override: reviewedOverride(review, verdict),
    };
  }

  async #change(place: Place, wanted: () => Promise<Change>, options: RollbackOptions): Promise<Release> {
    return await this.#holding(place, options, async context => {
      await this.#recover(place, context);
      const change = await wanted();
      if (change.action !== 'remove') await requireFit(place, context.signal);
      const { begin, steps } = await this.#begin(place, change, options);
      const drift = driftOf(place.entry.name, begin.observed, storiesOf(context.journal.records));
      if (drift !== null) {
        if (change.action === 'deploy' && !overrides(options))
          throw new BadInput(
            'drift',
            `${drift} Roll back to return to the last release, or deploy with a reason to replace what is there.`,
          );
        context.emit({ kind: 'log', line: drift });
      }
      return await runRelease(begin, steps, context);
    });
  }

  async #recover(place: Place, context: RunContext): Promise<Release | null> {
    const story = interruptedOf(storiesOf(context.journal.records));
    if (story === null) return null;
    const { desired, observed } = story.begin;
    return await recoverRelease(story, place.target.plan(desired, observed), context);
  }

  async #begin(
    place: Place,
    { action, model, verdict, review, override: reviewed }: Change,
    { override, signal = never() }: DeployOptions,
  ): Promise<{ begin: BeginRecord; steps: readonly Step[] }> {
    const { entry, target } = place;
    const stories = storiesOf((await place.journal()).records);
    const observed = await target.observe(signal);
    const desired: Desired =
      action === 'remove'
        ? { live: [], keep: [], trafficFirst: false }
        : {
            live: [{ model, weight: 1 }],
            keep: earlierDigests(stories, model.digest).slice(0, keptVersions(entry)),
            trafficFirst: false,
          };
    const steps = target.plan(desired, observed);
    const begin: BeginRecord = {
      type: 'begin',
      release: nextRelease(stories),
      at: new Date().toISOString(),
      by: this.#options.by,
      target: entry.name,
      kind: entry.kind,
      action,
      model,
      previous: largest(observed),
      verdict,
      review,
      override: override === undefined ? reviewed : { ...override, by: this.#options.by },
      desired: { ...desired, live: [...desired.live], keep: [...desired.keep] },
      observed: {
        ...observed,
        live: [...observed.live],
        present: [...observed.present],
        facts: { ...observed.facts },
      },
      plan: steps.map(({ name, phase, sentence, undoSentence }) => ({
        name,
        phase,
        sentence,
        undo: undoSentence,
      })),
    };
    return { begin, steps };
  }

  async #holding<T>(
    place: Place,
    { onEvent, signal = never() }: DeployOptions,
    work: (context: RunContext) => Promise<T>,
  ): Promise<T> {
    const { log, by } = this.#options;
    const emit = (event: DeployEvent): void => {
      if (event.kind === 'log') log(`${place.entry.name}: ${event.line}`);
      onEvent?.(event);
    };
    await place.ignoreState();
    const lease = await Lease.take(place.leaseFile, by, line => emit({ kind: 'log', line }));
    try {
      const journal = await place.journal();
      if (journal.repaired !== null) emit({ kind: 'log', line: journal.repaired });
      return await work({ target: place.target, journal, lease, signal, emit });
    } finally {
      await lease.release();
    }
  }
}

const unjudged = { verdict: null, review: null, override: null } as const;

/** What is live rests on an override whose time is over. */
function overdueOf(stories: readonly ReleaseStory[]): string | null {
  const release = currentOf(stories)?.release;
  const expires = release?.override?.expires;
  if (release === undefined || expires === undefined || Date.parse(expires) > Date.now()) return null;
  return `The override of ${release.release} (${release.override!.reason}) expired on ${expires.slice(0, 10)}: deploy a version that needs none, or roll back.`;
}

function interruptedOf(stories: readonly ReleaseStory[]): ReleaseStory | null {
  const last = stories.at(-1);
  return last === undefined || last.ended ? null : last;
}

/** The release to go back to. @throws BadInput `no-earlier-release`, `unknown-release` */
function earlier(target: string, stories: readonly ReleaseStory[], to: string | undefined): Release {
  if (to === undefined) {
    const found = rollbackStack(stories).at(-2);
    if (found === undefined)
      throw new BadInput('no-earlier-release', `${target} has no earlier release to go back to.`);
    return found;
  }
  const live = stories.map(({ release }) => release).filter(({ state }) => state === 'live');
  const found = live.find(({ release }) => release === to);
  if (found === undefined)
    throw new BadInput(
      'unknown-release',
      `${target} has no release ${to} that was live; it has ${live.map(({ release }) => release).join(', ') || 'none'}.`,
    );
  return found;
}

async function requireFit({ target }: Place, signal: AbortSignal): Promise<void> {
  const bad = (await target.doctor(signal)).filter(({ ok }) => !ok);
  if (bad.length > 0)
    throw new BadInput('not-fit', bad.map(({ what, mend }) => `${what} ${mend ?? ''}`.trim()).join('\n'));
}

function overrides({ override }: DeployOptions): boolean {
  if (override === undefined) return false;
  if (override.reason.trim() === '')
    throw new BadInput('no-reason', 'An override needs a reason, which is recorded with the release.');
  return true;
}

function runOptions({ signal }: DeployOptions): { signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}

/** The digest with the largest share. */
function largest({ live }: Observed): string | null {
  return live.toSorted((a, b) => b.weight - a.weight)[0]?.digest ?? null;
}

function fromEnvironment(name: string): Promise<string> {
  const value = process.env[name];
  return value === undefined
    ? Promise.reject(new BadInput('no-secret', `The environment has no ${name}, which a target needs.`))
    : Promise.resolve(value);
}

function never(): AbortSignal {
  return new AbortController().signal;
}
