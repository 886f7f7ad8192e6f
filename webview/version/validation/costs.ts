/** Arithmetic on confusion counts at thresholds. */

export interface Counts {
  readonly tp: number;
  readonly fp: number;
  readonly tn: number;
  readonly fn: number;
}

export function costOf(counts: Counts, falsePositive: number, falseNegative: number): number {
  return counts.fp * falsePositive + counts.fn * falseNegative;
}

/** Index of the least cost; the first of equals. */
export function cheapest(points: readonly Counts[], falsePositive: number, falseNegative: number): number {
  const costs = points.map(point => costOf(point, falsePositive, falseNegative));
  return costs.indexOf(Math.min(...costs));
}

/** Index of the nearest threshold. */
export function nearest(points: readonly { readonly threshold: number }[], wanted: number): number {
  const distances = points.map(point => Math.abs(point.threshold - wanted));
  return distances.indexOf(Math.min(...distances));
}

/** null where nothing is there to divide by. */
export function rates(counts: Counts): {
  readonly precision: number | null;
  readonly recall: number | null;
  readonly specificity: number | null;
  readonly accuracy: number | null;
} {
  const { tp, fp, tn, fn } = counts;
  const over = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);
  return {
    precision: over(tp, tp + fp),
    recall: over(tp, tp + fn),
    specificity: over(tn, tn + fp),
    accuracy: over(tp + tn, tp + fp + tn + fn),
  };
}
