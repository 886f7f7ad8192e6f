import type { Interval } from '../../protocol/results/shared.ts';
import { tTwoSided } from './distributions.ts';
import type { Scheme } from './resamples.ts';
import { tQuantile } from './studentT.ts';

/** Rows that come in clusters: the cluster of each row of the data, -1: the row by itself. */
export type Clustered = Extract<Scheme, { parts: Int32Array }> & { readonly kind: 'clustered' };

export function isClustered(scheme: Scheme): scheme is Clustered {
  return scheme.kind === 'clustered';
}

/** Rows, or clusters of them: what is independent. */
export function observations(rows: Int32Array, scheme: Scheme): number {
  if (!isClustered(scheme)) return rows.length;
  const met = new Set<number>();
  let alone = 0;
  for (const row of rows)
    if (scheme.parts[row]! < 0) alone++;
    else met.add(scheme.parts[row]!);
  return alone + met.size;
}

/** "30 rows", or "30 clusters of `customer`". */
export function observationWords(count: number, rows: string, scheme: Scheme): string {
  return `${count} ${isClustered(scheme) ? `clusters of ${scheme.by}` : rows}`;
}

/**
 * The sums over clusters of what rows add to a statistic (its influence, which adds up to 0).
 * @param influence of each of `rows`
 */
export function clusterSums(
  influence: Float64Array,
  rows: Int32Array,
  { parts }: Pick<Clustered, 'parts'>,
): Map<number, number> {
  const sums = new Map<number, number>();
  rows.forEach((row, i) => {
    // A row by itself has a key that no cluster has.
    const key = parts[row]! < 0 ? -1 - row : parts[row]!;
    sums.set(key, (sums.get(key) ?? 0) + influence[i]!);
  });
  return sums;
}

/**
 * The standard error of a statistic of rows in clusters, linearised (Cochran 1977, "Sampling Techniques", section
 * 9A; Liang and Zeger 1986): the root of m / (m - 1) times the sum of the clusters' squared sums, m clusters.
 * NaN for one cluster.
 */
export function clusterError(sums: ReadonlyMap<number, number>): number {
  const m = sums.size;
  const squares = [...sums.values()].reduce((all, sum) => all + sum ** 2, 0);
  return m < 2 ? NaN : Math.sqrt((squares * m) / (m - 1));
}

/**
 * The mean of rows that come in clusters, with `clusterError` and Student's t with one degree of freedom less than
 * there are clusters.
 * @param values of each of `rows`
 * @returns `interval` null where the clusters do not vary, or there is only one
 */
export function clusteredMean(
  values: Float64Array,
  rows: Int32Array,
  scheme: Pick<Clustered, 'parts' | 'by'>,
  level: number,
): { readonly interval: Interval | null; readonly p: number } {
  const mean = meanOf(values);
  const sums = clusterSums(
    values.map(value => (value - mean) / rows.length),
    rows,
    scheme,
  );
  const error = clusterError(sums);
  if (Number.isNaN(error)) return { interval: null, p: 1 };
  if (!(error > 0)) return { interval: null, p: mean === 0 ? 1 : 0 };
  const m = sums.size;
  const half = tQuantile(0.5 + level / 2, m - 1) * error;
  return {
    interval: { low: mean - half, high: mean + half, level, method: `t, over ${m} clusters of ${scheme.by}` },
    p: tTwoSided(mean / error, m - 1),
  };
}

/**
 * One-sided p that the mean of `a` is no larger than that of `b`, rows that may share clusters: Student's t with one
 * degree of freedom less than the smaller of the two has clusters.
 * @param valueOf of each row of either
 */
export function clusteredGreater(
  a: Int32Array,
  b: Int32Array,
  valueOf: (row: number) => number,
  scheme: Clustered,
): number {
  const [first, second] = [Float64Array.from(a, valueOf), Float64Array.from(b, valueOf)];
  const [meanA, meanB] = [meanOf(first), meanOf(second)];
  const sums = clusterSums(
    first.map(value => (value - meanA) / a.length),
    a,
    scheme,
  );
  const others = clusterSums(
    second.map(value => (meanB - value) / b.length),
    b,
    scheme,
  );
  const df = Math.min(sums.size, others.size) - 1;
  for (const [cluster, sum] of others) sums.set(cluster, (sums.get(cluster) ?? 0) + sum);
  const error = clusterError(sums);
  if (df < 1) return 1;
  if (error === 0) return meanA > meanB ? 0 : 1;
  const t = (meanA - meanB) / error;
  const tail = tTwoSided(t, df) / 2;
  return t > 0 ? tail : 1 - tail;
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
