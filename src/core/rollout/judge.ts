import { closePercent, counted, whole } from '../words.ts';
import type { ArmFigures, Condition, Judgement, RolloutPlan } from '../../protocol/results/rollout.ts';
import type { Interval } from '../../protocol/results/shared.ts';
import { shareDifference, wilson } from '../stats/proportion.ts';
import type { VersionCounts } from './counts.ts';
import { answered, quantileBounds, slowerThan } from './latency.ts';
import type { Window } from './window.ts';

export type Conditions = Pick<RolloutPlan, 'requests' | 'success' | 'latency'>;

export interface Arms {
  /** Digests. */
  readonly canary: string;
  readonly stable: string;
}

/**
 * Judges a canary beside the version it is to replace, both over the same window. A condition passes or fails
 * only when the whole interval of its value lies on one side of the limit; between, and without counts, it is
 * inconclusive. One failure fails the whole, and nothing passes while a condition is inconclusive: no requests
 * are no proof (Argo Rollouts took their NaN for success, argo-rollouts#1905).
 *
 * @param window null when nothing could be counted
 * @param level of each interval, such as 0.95
 */
export function judge(window: Window | null, arms: Arms, conditions: Conditions, level: number): Judgement {
  if (window === null) return none('Nothing could be counted in this time, so nothing is decided.');
  const [canary, stable] = [arms.canary, arms.stable].map(digest =>
    window.versions.find(counts => counts.digest === digest),
  );
  if (canary === undefined || stable === undefined)
    return none('The target has no counts of both versions, so nothing is decided.');
  const { success, latency } = conditions;
  const found: readonly Condition[] = [
    enough(canary, stable, conditions.requests),
    answeredShare(canary, success.min, level),
    answeredCompared(canary, stable, success.worse, level),
    ...(latency.max === undefined ? [] : [slowShare(canary, latency.quantile, latency.max, level)]),
    slowCompared(canary, stable, latency.quantile, latency.worse, level),
  ];
  const failed = found.filter(({ outcome }) => outcome === 'fail');
  const open = found.filter(({ outcome }) => outcome === 'inconclusive');
  const figures = {
    seconds: window.seconds,
    canary: figuresOf(canary, latency.quantile, level),
    stable: figuresOf(stable, latency.quantile, level),
    conditions: [...found],
  };
  if (failed.length > 0) return { outcome: 'fail', sentence: joined(failed), ...figures };
  if (open.length > 0) {
    // That requests are too few says it all of what had none.
    const counted = open.filter(({ value }) => value !== null);
    return { outcome: 'inconclusive', sentence: joined(counted.length > 0 ? counted : open), ...figures };
  }
  return { outcome: 'pass', sentence: 'Every condition holds.', ...figures };
}

function enough(canary: VersionCounts, stable: VersionCounts, least: number): Condition {
  const fewest = Math.min(canary.requests, stable.requests);
  return {
    name: 'requests',
    outcome: fewest >= least ? 'pass' : 'inconclusive',
    sentence: `The canary had ${counted(canary.requests, 'request')} and the stable version ${whole(stable.requests)}; ${whole(least)} each are needed.`,
    value: fewest,
    interval: null,
    limit: least,
  };
}

function answeredShare({ requests, failures }: VersionCounts, least: number, level: number): Condition {
  const head = { name: 'success', limit: least } as const;
  if (requests === 0) return nothingCounted(head);
  const interval = wilson(requests - failures, requests, level);
  const value = 1 - failures / requests;
  return {
    ...head,
    outcome: interval.low >= least ? 'pass' : interval.high < least ? 'fail' : 'inconclusive',
    sentence: `It answered ${closePercent(value)} (${range(interval)}) of its requests; at least ${closePercent(least)} must be.`,
    value,
    interval,
  };
}

function answeredCompared(
  canary: VersionCounts,
  stable: VersionCounts,
  worse: number,
  level: number,
): Condition {
  const head = { name: 'success-compared', limit: worse } as const;
  if (canary.requests === 0 || stable.requests === 0) return nothingCounted(head);
  const [a, b] = [canary, stable].map(({ failures, requests }) => ({ hits: failures, n: requests }));
  const interval = shareDifference(a!, b!, level);
  const value = a!.hits / a!.n - b!.hits / b!.n;
  return {
    ...head,
    outcome: interval.high <= worse ? 'pass' : interval.low > worse ? 'fail' : 'inconclusive',
    sentence: `Its share of failed requests is ${compared(value, interval)}; at most ${points(worse)} above is allowed.`,
    value,
    interval,
  };
}

/** Whether the quantile is at most so long: whether few enough requests are slower. */
function slowShare(
  { latency }: VersionCounts,
  quantile: number,
  milliseconds: number,
  level: number,
): Condition {
  const allowed = 1 - quantile;
  const head = { name: 'latency', limit: allowed } as const;
  const n = latency === null ? 0 : answered(latency);
  if (latency === null || n === 0) return nothingCounted(head);
  const { least, most } = slowerThan(latency, milliseconds / 1000);
  const interval = { ...wilson(most, n, level), low: wilson(least, n, level).low };
  return {
    ...head,
    outcome: interval.high <= allowed ? 'pass' : interval.low > allowed ? 'fail' : 'inconclusive',
    sentence: `${least === most ? closePercent(most / n) : `Between ${closePercent(least / n)} and ${closePercent(most / n)}`} (${range(interval)}) of its answers took longer than ${milliseconds} ms; at most ${closePercent(allowed)} may.`,
    value: most / n,
    interval,
  };
}

/**
 * Whether not many more of its answers are slow than of the stable version: those beyond the bound of the
 * histogram at or above the stable version's quantile, or beyond the last bound when its quantile is. A share
 * beyond a bound is counted exactly; a ratio of two quantiles would have to be guessed between bounds.
 */
function slowCompared(
  canary: VersionCounts,
  stable: VersionCounts,
  quantile: number,
  worse: number,
  level: number,
): Condition {
  const head = { name: 'latency-compared', limit: worse } as const;
  const bound = stable.latency === null ? null : quantileBounds(stable.latency, quantile);
  const [n, of] = [canary, stable].map(({ latency }) => (latency === null ? 0 : answered(latency)));
  if (bound === null || n === 0 || of === 0) return nothingCounted(head);
  const limit = bound.high === Infinity ? bound.low : bound.high;
  const [a, b] = [canary, stable].map(({ latency }) => ({
    hits: slowerThan(latency!, limit).least,
    n: answered(latency!),
  }));
  const interval = shareDifference(a!, b!, level);
  const value = a!.hits / a!.n - b!.hits / b!.n;
  const slow = `${Number((limit * 1000).toPrecision(3))} ms`;
  return {
    ...head,
    outcome: interval.high <= worse ? 'pass' : interval.low > worse ? 'fail' : 'inconclusive',
    sentence: `Its share of answers slower than ${slow} is ${compared(value, interval)}; at most ${points(worse)} above is allowed.`,
    value,
    interval,
  };
}

function figuresOf(counts: VersionCounts, quantile: number, level: number): ArmFigures {
  const { digest, requests, failures, latency } = counts;
  const bounds = latency === null ? null : quantileBounds(latency, quantile);
  return {
    digest,
    requests,
    failures,
    success:
      requests === 0
        ? null
        : { value: 1 - failures / requests, ...wilson(requests - failures, requests, level) },
    latency:
      bounds === null
        ? null
        : { quantile, low: bounds.low, high: bounds.high === Infinity ? null : bounds.high },
  };
}

function nothingCounted(head: Pick<Condition, 'name' | 'limit'>): Condition {
  const what = head.name.startsWith('latency') ? 'answers' : 'requests';
  return {
    ...head,
    outcome: 'inconclusive',
    sentence: `There were no ${what} to judge by.`,
    value: null,
    interval: null,
  };
}

function none(sentence: string): Judgement {
  return { outcome: 'inconclusive', sentence, seconds: null, canary: null, stable: null, conditions: [] };
}

function joined(conditions: readonly Condition[]): string {
  return [...new Set(conditions.map(({ sentence }) => sentence))].join(' ');
}

function range({ low, high }: { readonly low: number; readonly high: number }): string {
  return `${closePercent(low)} to ${closePercent(high)}`;
}

/** A difference of shares, in percentage points. */
function points(difference: number): string {
  const value = Number((difference * 100).toPrecision(2));
  return `${value} ${value === 1 ? 'point' : 'points'}`;
}

function compared(difference: number, { low, high }: Interval): string {
  const below = difference < 0;
  const bounds = (below ? [-high, -low] : [low, high]).map(bound => Number((bound * 100).toPrecision(2)));
  const side = below ? 'below' : 'above';
  return `${points(Math.abs(difference))} (${bounds.join(' to ')}) ${side} the stable version's`;
}
