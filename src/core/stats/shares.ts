import type { Interval } from '../../protocol/results/shared.ts';
import { clusterError, clusterSums, isClustered, type Clustered } from './clusteredMean.ts';
import { scoreEnds, shareDifference, shareRatio, wilson } from './proportion.ts';
import type { Scheme } from './resamples.ts';
import { tQuantile } from './studentT.ts';

/**
 * Intervals of shares of rows, which may come in clusters. Of independent rows they are Wilson's, Newcombe's and
 * Katz's; of clusters the same with the standard error of the clusters' sums (`clusterError`) and Student's t.
 */

/** Some rows, and those among them that are counted. */
export interface Counted {
  readonly rows: Int32Array;
  readonly hits: number;
  readonly hit: (row: number) => boolean;
}

/**
 * Of hits / rows. Of clusters: Wilson's, of as many rows as would have the variance that the clusters have, but no
 * more than there are (Korn and Graubard 1998; Dean and Pagano 2015); of as many as there are clusters when all or
 * none are hits, which says nothing of their variance.
 */
export function shareInterval(counted: Counted, level: number, scheme: Scheme): Interval {
  return isClustered(scheme)
    ? ofClusters(influencesOf(counted, scheme), level, scheme)
    : wilson(counted.hits, counted.rows.length, level);
}

/**
 * Of the share of `a` less that of `b`. Of clusters, which may have rows of both: the limits of either joined by
 * their correlation (Zou 2007), which is Newcombe's way when there is none.
 */
export function differenceInterval(a: Counted, b: Counted, level: number, scheme: Scheme): Interval {
  if (!isClustered(scheme))
    return shareDifference({ hits: a.hits, n: a.rows.length }, { hits: b.hits, n: b.rows.length }, level);
  const [first, second] = [influencesOf(a, scheme), influencesOf(b, scheme)];
  const [wa, wb] = [ofClusters(first, level, scheme), ofClusters(second, level, scheme)];
  const [pa, pb] = [first.share, second.share];
  const correlation = correlationOf(first.sums, second.sums);
  const joined = (x: number, y: number): number =>
    Math.sqrt(Math.max(0, x ** 2 + y ** 2 - 2 * correlation * x * y));
  return {
    low: pa - pb - joined(pa - wa.low, wb.high - pb),
    high: pa - pb + joined(wa.high - pa, pb - wb.low),
    level,
    method: `score limits joined by their correlation, clusters of ${scheme.by}`,
  };
}

/** Of the share of `a` over that of `b`, normal on the log scale; null when either has no hit. */
export function ratioInterval(a: Counted, b: Counted, level: number, scheme: Scheme): Interval | null {
  if (!isClustered(scheme))
    return shareRatio({ hits: a.hits, n: a.rows.length }, { hits: b.hits, n: b.rows.length }, level);
  if (a.hits === 0 || b.hits === 0) return null;
  const [first, second] = [influencesOf(a, scheme), influencesOf(b, scheme)];
  const sums = new Map<number, number>();
  for (const [cluster, sum] of first.sums) sums.set(cluster, sum / first.share);
  for (const [cluster, sum] of second.sums) sums.set(cluster, (sums.get(cluster) ?? 0) - sum / second.share);
  const df = Math.min(first.sums.size, second.sums.size) - 1;
  const error = clusterError(sums);
  if (df < 1 || Number.isNaN(error)) return null;
  const ratio = first.share / second.share;
  const factor = Math.exp(tQuantile(0.5 + level / 2, df) * error);
  return {
    low: ratio / factor,
    high: ratio * factor,
    level,
    method: `log interval, clusters of ${scheme.by}`,
  };
}

interface Influences {
  readonly share: number;
  readonly n: number;
  /** Of what each row adds to the share, by cluster. */
  readonly sums: Map<number, number>;
}

function influencesOf({ rows, hits, hit }: Counted, scheme: Clustered): Influences {
  const n = rows.length;
  const share = hits / n;
  const influence = Float64Array.from(rows, row => ((hit(row) ? 1 : 0) - share) / n);
  return { share, n, sums: clusterSums(influence, rows, scheme) };
}

function ofClusters({ share, n, sums }: Influences, level: number, { by }: Clustered): Interval {
  const m = sums.size;
  const method = `Wilson score interval, over ${m} clusters of ${by}`;
  if (m < 2) return { low: 0, high: 1, level, method };
  const error = clusterError(sums);
  const even = share === 0 || share === 1;
  const effective = even ? m : Math.min(n, (share * (1 - share)) / error ** 2);
  return { ...scoreEnds(share, effective, tQuantile(0.5 + level / 2, m - 1)), level, method };
}

function correlationOf(a: ReadonlyMap<number, number>, b: ReadonlyMap<number, number>): number {
  let [both, squaresA, squaresB] = [0, 0, 0];
  for (const [cluster, sum] of a) {
    both += sum * (b.get(cluster) ?? 0);
    squaresA += sum ** 2;
  }
  for (const sum of b.values()) squaresB += sum ** 2;
  const scale = Math.sqrt(squaresA * squaresB);
  return scale > 0 ? both / scale : 0;
}
