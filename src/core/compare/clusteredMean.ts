import type { Interval } from '../../protocol/results/shared.ts';
import { tTwoSided } from '../stats/distributions.ts';
import { partsOf } from '../stats/resamples.ts';
import { tQuantile } from '../stats/studentT.ts';

/**
 * The mean of rows that come in clusters, with the variance of the clusters' sums (linearised ratio of their sums
 * to their sizes; Cochran 1977, "Sampling Techniques", section 9A) and Student's t with one degree of freedom less
 * than there are clusters.
 * @param values of each of `rows`
 * @param parts the cluster of each row of the data; -1: the row by itself
 * @returns `interval` null where the clusters do not vary, or there is only one
 */
export function clusteredMean(
  values: Float64Array,
  rows: Int32Array,
  { parts, by }: { readonly parts: Int32Array; readonly by: string },
  level: number,
): { readonly interval: Interval | null; readonly p: number } {
  const n = rows.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const clusters = partsOf(rows, parts);
  const m = clusters.length;
  const squares = clusters.reduce(
    (all, places) => all + places.reduce((sum, place) => sum + values[place]! - mean, 0) ** 2,
    0,
  );
  const error = Math.sqrt((squares * m) / (m - 1)) / n;
  if (m < 2) return { interval: null, p: 1 };
  if (!(error > 0)) return { interval: null, p: mean === 0 ? 1 : 0 };
  const half = tQuantile(0.5 + level / 2, m - 1) * error;
  return {
    interval: { low: mean - half, high: mean + half, level, method: `t, over ${m} clusters of ${by}` },
    p: tTwoSided(mean / error, m - 1),
  };
}
