import type { Interval } from '../../protocol/results/shared.ts';
import { normalCdf, normalQuantile } from './distributions.ts';
import { meanRanks } from './ranks.ts';

export interface AucComparison {
  /** ROC AUC of each score. */
  readonly auc: readonly [number, number];
  /** Of the two AUCs: [var a, cov, var b]. */
  readonly covariance: readonly [number, number, number];
  /** (b - a) over its standard error; NaN when that is 0. */
  readonly z: number;
  readonly pValue: number;
}

/**
 * The ROC AUCs of two scores on the same rows (DeLong, DeLong and Clarke-Pearson 1988; by mean ranks as Sun
 * and Xu 2014). @param positive 1 for a positive row
 */
export function delong(positive: ArrayLike<number>, a: Float64Array, b: Float64Array): AucComparison {
  const [first, second] = [placements(positive, a), placements(positive, b)];
  const covariance = (x: ReturnType<typeof placements>, y: ReturnType<typeof placements>): number =>
    covarianceOf(x.positives, y.positives) / x.positives.length +
    covarianceOf(x.negatives, y.negatives) / x.negatives.length;
  const [va, cov, vb] = [covariance(first, first), covariance(first, second), covariance(second, second)];
  const z = (second.auc - first.auc) / Math.sqrt(va + vb - 2 * cov);
  return {
    auc: [first.auc, second.auc],
    covariance: [va, cov, vb],
    z,
    pValue: Number.isNaN(z) ? 1 : 2 * normalCdf(-Math.abs(z)),
  };
}

/** The interval of b - a. */
export function delongInterval({ auc, covariance }: AucComparison, level = 0.95): Interval {
  const [va, cov, vb] = covariance;
  const half = normalQuantile(0.5 + level / 2) * Math.sqrt(Math.max(0, va + vb - 2 * cov));
  const delta = auc[1] - auc[0];
  return { low: delta - half, high: delta + half, level, method: "DeLong's interval" };
}

/** For each positive the share of negatives below it (ties half), for each negative the share of positives above. */
function placements(
  positive: ArrayLike<number>,
  scores: Float64Array,
): { readonly auc: number; readonly positives: Float64Array; readonly negatives: Float64Array } {
  const rows = Array.from(scores.keys());
  const hits = Int32Array.from(rows.filter(row => positive[row] === 1));
  const misses = Int32Array.from(rows.filter(row => positive[row] !== 1));
  const all = meanRanks(scores);
  const within = (list: Int32Array): Float64Array => meanRanks(Float64Array.from(list, row => scores[row]!));
  const [own, others] = [within(hits), within(misses)];
  const positives = Float64Array.from(hits, (row, i) => (all[row]! - own[i]!) / misses.length);
  const negatives = Float64Array.from(misses, (row, i) => 1 - (all[row]! - others[i]!) / hits.length);
  return { auc: meanOf(positives), positives, negatives };
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function covarianceOf(x: Float64Array, y: Float64Array): number {
  const [mx, my] = [meanOf(x), meanOf(y)];
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += (x[i]! - mx) * (y[i]! - my);
  return sum / (x.length - 1);
}
