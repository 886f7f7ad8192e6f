import type { Scored } from '../metrics/scored.ts';

/** What a row costs: 1 for a wrong label, 0 for a right one; the absolute error of a value. */
export function rowLoss(scored: Scored, row: number): number {
  if (scored.kind === 'regression') return Math.abs(scored.predictions[row]! - scored.labels[row]!);
  return scored.predicted[row] === scored.labels[row] ? 0 : 1;
}

export interface MeanLoss {
  readonly n: number;
  readonly mean: number;
  /** Of single rows; 0 for one row. */
  readonly variance: number;
}

export function meanLoss(scored: Scored, rows: Int32Array): MeanLoss {
  const n = rows.length;
  let sum = 0;
  for (const row of rows) sum += rowLoss(scored, row);
  const mean = sum / n;
  let squares = 0;
  for (const row of rows) squares += (rowLoss(scored, row) - mean) ** 2;
  return { n, mean, variance: n > 1 ? squares / (n - 1) : 0 };
}
