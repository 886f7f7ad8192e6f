import { ladderOf } from './ladder.ts';
import { labelledRows, type ClassScores } from './scored.ts';

export interface Costs {
  readonly falsePositive: number;
  readonly falseNegative: number;
}

export interface CostPoint {
  /** Rows with this score or more are positive; Infinity: none is. */
  readonly threshold: number;
  /** A row, on average. */
  readonly cost: number;
}

/** What each threshold costs a row, from the highest (no row positive) down. @param positive the class */
export function costCurve(scored: ClassScores, positive: number, costs: Costs): CostPoint[] {
  const rows = labelledRows(scored);
  if (rows.length === 0) return [];
  const { length, threshold, tp, fp } = ladderOf(scored, rows, positive);
  const positives = tp[length - 1]!;
  const cost = (hits: number, alarms: number): number =>
    (costs.falsePositive * alarms + costs.falseNegative * (positives - hits)) / rows.length;
  const curve = Array.from({ length }, (_, at) => ({
    threshold: threshold[at]!,
    cost: cost(tp[at]!, fp[at]!),
  }));
  return [{ threshold: Infinity, cost: cost(0, 0) }, ...curve];
}

/** What a row costs with the decisions as they are. */
export function costNow(
  { labels, predicted }: ClassScores,
  positive: number,
  costs: Costs,
  rows: Int32Array,
): number {
  let sum = 0;
  for (const row of rows) {
    if (predicted[row] === labels[row]) continue;
    sum += predicted[row] === positive ? costs.falsePositive : costs.falseNegative;
  }
  return sum / rows.length;
}
