import type { LatencyCounts } from './counts.ts';

/** Two bounds of a histogram that something lies between; seconds. */
export interface Between {
  /** 0 below the first bound. */
  readonly low: number;
  /** Infinity beyond the last bound. */
  readonly high: number;
}

export function answered({ counts }: LatencyCounts): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

/** The bounds that the quantile lies between; null without requests. Nothing is interpolated. */
export function quantileBounds(latency: LatencyCounts, quantile: number): Between | null {
  const n = answered(latency);
  if (n === 0) return null;
  const rank = Math.max(1, Math.ceil(quantile * n));
  let below = 0;
  for (const [place, count] of latency.counts.entries()) {
    below += count;
    if (below >= rank)
      return { low: latency.bounds[place - 1] ?? 0, high: latency.bounds[place] ?? Infinity };
  }
  return null;
}

/**
 * How many requests were slower than `seconds`: at least and at most, since a histogram does not tell between
 * its bounds. Both are equal where `seconds` is a bound.
 */
export function slowerThan(
  { bounds, counts }: LatencyCounts,
  seconds: number,
): { readonly least: number; readonly most: number } {
  let least = 0;
  let most = 0;
  for (const [place, count] of counts.entries()) {
    const low = bounds[place - 1] ?? 0;
    const high = bounds[place] ?? Infinity;
    if (low >= seconds) least += count;
    if (high > seconds) most += count;
  }
  return { least, most };
}
