import { BadInput } from '../core/failure.ts';
import type { Release } from '../protocol/results/release.ts';
import type { Change } from './changes.ts';
import { driftOf } from './drift.ts';
import {
  earlierDigests,
  nextRelease,
  planned,
  storiesOf,
  unfinishedOf,
  versionNames,
  type ReleaseStory,
} from './history.ts';
import { hold, unfit } from './holding.ts';
import type { Place } from './place.ts';
import type { BeginRecord } from './record.ts';
import { rolloutOf, type RolloutState } from './rollout/state.ts';
import { recoverRelease, runRelease, type RunContext } from './run.ts';
import type { DeployEvent, DeployOptions } from './services.ts';
import { keptVersions, wantedShadow } from './targets/registry.ts';
import type { Desired, Observed, ShadowVersion, Step } from './types.ts';

export interface ChangeMakerOptions {
  /** Who changes, for the journal. */
  readonly by: string;
  readonly log: (line: string) => void;
}

/** What is wanted of a target, once the journal is known; null: no longer. */
export type Wanted = (known: Known) => Promise<Change | null> | Change | null;

export interface Known {
  readonly stories: readonly ReleaseStory[];
  readonly state: RolloutState | null;
  readonly observed: Observed;
}

/** How a change of a target is made, whatever it is: held, planned from what is there, done step by step. */
export class ChangeMaker {
  readonly #options: ChangeMakerOptions;

  constructor(options: ChangeMakerOptions) {
    this.#options = options;
  }

  /** The release that a change would be. Changes nothing. */
  async planned(place: Place, wanted: Wanted, options: DeployOptions): Promise<Release> {
    const known = await this.#known(place, options);
    const change = await wanted(known);
    const shadow = await shadowFor(place, change!, known.observed);
    const { begin } = this.#begin(place, { ...change!, shadow }, known, options);
    return planned(begin, versionNames([...known.stories.map(story => story.begin), begin]));
  }

  /** Finishes or undoes what was cut off, then makes the change. */
  async changed(place: Place, wanted: Wanted, options: DeployOptions): Promise<Release> {
    const release = await this.holding(place, options, async context => {
      await this.recover(place, context, false);
      return await this.change(place, wanted, options, context);
    });
    // Only what a canary wants by itself may no longer be wanted.
    return release!;
  }

  /** @returns null when it is no longer wanted */
  async change(
    place: Place,
    wanted: Wanted,
    options: DeployOptions,
    context: RunContext,
  ): Promise<Release | null> {
    const known = await this.#known(place, options).catch(async (error: unknown) => {
      // The doctor may know a sentence, and a mend, for what could not be read.
      await requireFit(place, context.signal);
      throw error;
    });
    const change = await wanted(known);
    if (change === null) return null;
    const shadow = await shadowFor(place, change, known.observed);
    const { begin, steps } = this.#begin(place, { ...change, shadow }, known, options);
    // The way back, and out, is not held up by what else may be wrong.
    if (change.action !== 'remove' && !begin.desired.trafficFirst)
      // A promotion or a rollback finds its versions there; one that does not says so in its steps.
      await requireFit(place, context.signal, change.action === 'deploy');
    const drift = driftOf(place.entry.name, begin.observed, known.stories);
    if (drift !== null) {
      if ((change.action === 'deploy' || change.action === 'promote') && !overrides(options))
        throw new BadInput(
          'drift',
          `${drift} Roll back to return to the last release, or deploy with a reason to replace what is there.`,
        );
      context.emit({ kind: 'log', line: drift });
    }
    return await runRelease(begin, steps, context);
  }

  /** @returns null when nothing was cut off */
  async recover(place: Place, context: RunContext, finish: boolean): Promise<Release | null> {
    const story = unfinishedOf(storiesOf(context.journal.records));
    if (story === null) return null;
    const { desired, observed } = story.begin;
    return await recoverRelease(story, place.target.plan(desired, observed), context, finish);
  }

  async #known(place: Place, { signal = never() }: DeployOptions): Promise<Known> {
    const [{ records }, observed] = await Promise.all([place.journal(), place.target.observe(signal)]);
    return { stories: storiesOf(records), state: rolloutOf(records), observed };
  }

  #begin(
    { entry, target }: Place,
    change: Change & { readonly shadow: ShadowVersion | null },
    { stories, observed }: Known,
    { override }: DeployOptions,
  ): { begin: BeginRecord; steps: readonly Step[] } {
    const { action, model, live, shadow, verdict, review, rollout, reason } = change;
    const { by } = this.#options;
    const isLive = (digest: string): boolean => observed.live.some(version => version.digest === digest);
    const desired: Desired = {
      live,
      ...(shadow === null ? {} : { shadow }),
      keep: action === 'remove' ? [] : earlierDigests(stories, model.digest).slice(0, keptVersions(entry)),
      trafficFirst:
        action === 'rollback' && observed.reachable && live.every(version => isLive(version.model.digest)),
      ...(verdict === null ? {} : { verdict: `${verdict.status}: ${verdict.sentence}` }),
    };
    const steps = target.plan(desired, observed);
    const release = nextRelease(stories);
    const begin: BeginRecord = {
      type: 'begin',
      release,
      at: now(),
      by,
      target: entry.name,
      kind: entry.kind,
      action,
      model,
      previous: largest(observed),
      verdict,
      review,
      override: override === undefined ? change.override : { ...override, by },
      reason,
      cost: target.cost(desired),
      ...(rollout === null ? {} : { rollout: { ...rollout, began: rollout.began ?? release } }),
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

  /**
   * Does the work while it holds the target.
   * @param brief a moment, such as for a record in the journal: others wait for it
   * @throws BadInput `target-busy`
   */
  async holding<T>(
    place: Place,
    { onEvent, signal = never() }: DeployOptions,
    work: (context: RunContext) => Promise<T>,
    brief = false,
  ): Promise<T> {
    const { log, by } = this.#options;
    const emit = (event: DeployEvent): void => {
      if (event.kind === 'log') log(`${place.entry.name}: ${event.line}`);
      onEvent?.(event);
    };
    await place.ignoreState();
    const lease = await hold(place, { by, brief }, line => emit({ kind: 'log', line }), signal);
    try {
      const journal = await place.journal();
      if (journal.repaired !== null) emit({ kind: 'log', line: journal.repaired });
      return await work({ target: place.target, journal, lease, signal, emit });
    } finally {
      await lease.release();
    }
  }
}

/**
 * The version that the settings want beside what goes live. The way back begins none, and is not held up by
 * one that is gone.
 */
async function shadowFor(
  { entry, versions }: Place,
  { action, model, live }: Change,
  { present }: Observed,
): Promise<ShadowVersion | null> {
  const wanted = wantedShadow(entry);
  if (wanted === null || action === 'remove') return null;
  const back = action === 'rollback';
  const found = await versions
    .named(model.name ?? entry.model ?? model.path, wanted.version)
    .catch((error: unknown) => {
      if (back) return null;
      throw error;
    });
  if (found === null || live.some(version => version.model.digest === found.digest)) return null;
  return back && !present.includes(found.digest) ? null : { model: found, share: wanted.share };
}

async function requireFit({ target }: Place, signal: AbortSignal, needsRoom?: boolean): Promise<void> {
  const bad = await unfit(target, signal, needsRoom);
  if (bad !== null) throw bad;
}

/** @throws BadInput `no-reason` */
export function overrides({ override }: DeployOptions): boolean {
  if (override === undefined) return false;
  if (override.reason.trim() === '')
    throw new BadInput('no-reason', 'An override needs a reason, which is recorded with the release.');
  return true;
}

/** The digest with the largest share. */
export function largest({ live }: Observed): string | null {
  return live.toSorted((a, b) => b.weight - a.weight)[0]?.digest ?? null;
}

function now(): string {
  return new Date().toISOString();
}

function never(): AbortSignal {
  return new AbortController().signal;
}
