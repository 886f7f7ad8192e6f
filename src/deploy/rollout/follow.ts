import { setTimeout as sleep } from 'node:timers/promises';
import { BadInput } from '../../core/failure.ts';
import type { Measurement } from '../../core/rollout/counts.ts';
import { judge } from '../../core/rollout/judge.ts';
import { windowBetween } from '../../core/rollout/window.ts';
import type { Judgement, Rollout } from '../../protocol/results/rollout.ts';
import type { ReleaseRecord } from '../record.ts';
import { isActive, type RolloutState } from './state.ts';

/** A look before the interval is over may only stop a canary, and asks for more proof: there are many looks. */
const earlyLevel = 0.999;
/** Chance of a wrong end at one share, divided among the looks that may end it. */
const risk = 0.05;
const longestPollMs = 30_000;
const shortestPollMs = 250;

/** What following a canary asks of the target's place. Each reads the journal anew. */
export interface RolloutPlace {
  state(): Promise<RolloutState | null>;
  /** Null when the target cannot be asked, or does not count. */
  measure(): Promise<Measurement | null>;
  /** Each holds the target while it acts, and does nothing when the canary is no longer where it was. */
  append(seen: RolloutState, records: readonly ReleaseRecord[]): Promise<void>;
  promote(seen: RolloutState): Promise<void>;
  goBack(seen: RolloutState, reason: string): Promise<void>;
  /** Finishes a release that was cut off. */
  recover(): Promise<void>;
}

export interface FollowOptions {
  readonly signal: AbortSignal;
  readonly tell: (rollout: Rollout) => void;
}

/**
 * Leads a canary from share to share until it has all requests, was rolled back or is paused. All it knows is in
 * the journal and the target, so that it can stop at any moment and go on in another process; it holds the
 * target only while it acts, so that anyone can roll back at any moment.
 */
export async function follow(place: RolloutPlace, { signal, tell }: FollowOptions): Promise<Rollout> {
  for (;;) {
    signal.throwIfAborted();
    const state = await place.state();
    if (state === null) throw new BadInput('no-canary', 'The target has no canary.');
    const { document } = state;
    tell(document);
    if (!isActive(document) || document.state === 'paused') return document;
    try {
      await advance(place, state, signal);
    } catch (error) {
      if (signal.aborted || !isBusy(error)) throw error;
      await sleep(pollOf(document), undefined, { signal });
    }
  }
}

/** Does what the state asks for; what stands in its way pauses the canary. @throws BadInput `target-busy` */
async function advance(place: RolloutPlace, state: RolloutState, signal: AbortSignal): Promise<void> {
  const { document } = state;
  try {
    if (document.state === 'observing') await observe(place, state, signal);
    else if (document.state === 'passed') await place.promote(state);
    else if (document.state === 'failed')
      await place.goBack(state, `The canary failed. ${document.sentence}`);
    else await place.recover();
  } catch (error) {
    if (signal.aborted || !(error instanceof BadInput) || isBusy(error)) throw error;
    await place.append(state, [paused(state, error.message)]);
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof BadInput && error.code === 'target-busy';
}

/** One look; waits until the next one when nothing is decided yet. */
async function observe(place: RolloutPlace, state: RolloutState, signal: AbortSignal): Promise<void> {
  const { document, window } = state;
  const measured = await place.measure();
  if (window === null || document.until === null) {
    await place.append(state, [opened(state, measured)]);
    return;
  }
  const left = Date.parse(document.until) - Date.now();
  const judged = judgementOf(
    window.measured,
    measured,
    document,
    left > 0 ? earlyLevel : lastLevel(document),
  );
  if (left > 0 && judged.outcome !== 'fail') {
    await sleep(Math.min(left, pollOf(document)), undefined, { signal });
    return;
  }
  const at = new Date().toISOString();
  const records: ReleaseRecord[] = [{ type: 'judged', release: state.release, at, judgement: judged }];
  if (judged.outcome === 'inconclusive') {
    // A window that cannot be closed, such as after a restart of the server, is begun anew.
    if (judged.seconds === null) records.push(opened(state, measured));
    if (state.looks >= document.plan.patience)
      records.push(paused(state, `Not decided in the time that was given. ${judged.sentence}`));
  }
  await place.append(state, records);
}

/** What the counts between two measurements say of a canary. */
export function judgementOf(
  from: Measurement | null,
  to: Measurement | null,
  { canary, stable, plan }: Pick<Rollout, 'canary' | 'stable' | 'plan'>,
  level: number,
): Judgement {
  const window = from === null || to === null ? null : windowBetween(from, to);
  return judge(window, { canary: canary.digest, stable: stable.digest }, plan, level);
}

/** The level of each of the looks at the end of an interval (Bonferroni). */
export function lastLevel({ plan }: Pick<Rollout, 'plan'>): number {
  return 1 - risk / (plan.patience + 1);
}

function pollOf({ plan }: Rollout): number {
  return Math.min(longestPollMs, Math.max(shortestPollMs, (plan.interval * 60_000) / 10));
}

function opened({ release }: RolloutState, measured: Measurement | null): ReleaseRecord {
  const copy = measured === null ? null : structuredClone(measured as Mutable<Measurement>);
  return { type: 'window', release, at: new Date().toISOString(), measured: copy };
}

function paused({ release }: RolloutState, reason: string): ReleaseRecord {
  return { type: 'paused', release, at: new Date().toISOString(), by: null, reason };
}

type Mutable<T> = T extends object ? { -readonly [K in keyof T]: Mutable<T[K]> } : T;
