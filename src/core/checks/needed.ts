import { whole } from '../words.ts';
import type { Interval } from '../../protocol/results/shared.ts';
import { normalQuantile } from '../stats/distributions.ts';

/**
 * How many times as many rows would decide what is inconclusive, if the value stayed: an interval narrows with
 * the root of the rows, and that of a share of 0 or 1 (Wilson's) with the rows themselves. null when the value
 * lies on the limit.
 */
export function timesTheRows(value: number, { low, high }: Interval, limit: number): number | null {
  const gap = Math.abs(value - limit);
  if (gap === 0) return null;
  const side = value > limit ? value - low : high - value;
  const atEnd = low === value || high === value;
  const times = atEnd ? (side * (1 - gap)) / (gap * (1 - side)) : (side / gap) ** 2;
  return Number.isFinite(times) && times > 1 ? times : null;
}

/** Rows without an error that a share needs for its interval (Wilson's) to lie above a limit below 1. */
export function rowsToMeet(limit: number, level: number): number {
  return Math.ceil((normalQuantile(0.5 + level / 2) ** 2 * limit) / (1 - limit));
}

/** Two significant digits, upwards. */
export function roughly(count: number): string {
  const scale = 10 ** Math.max(0, Math.floor(Math.log10(count)) - 1);
  return whole(Math.ceil(count / scale) * scale);
}

/** "About 1.4 times as many rows would decide it."; null when the limit is not what is undecided. */
export function rowsAdvice(value: number, interval: Interval, limit: number): string | null {
  const times = timesTheRows(value, interval, limit);
  if (times === null) return null;
  return `About ${times < 10 ? times.toFixed(1) : roughly(times)} times as many rows would decide it.`;
}
