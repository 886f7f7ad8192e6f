import type { Comparison } from '../../protocol/results/comparison.ts';
import type { ClassScores, Scored } from '../metrics/scored.ts';
import { wilson } from '../stats/proportion.ts';

/** Rows, labelled or not, whose predicted class differs; null for values. */
export function churnOf(a: Scored, b: Scored): NonNullable<Comparison['churn']> | null {
  if (a.kind === 'regression') return null;
  const other = b as ClassScores;
  let rows = 0;
  for (let row = 0; row < a.n; row++) if (a.predicted[row] !== other.predicted[row]) rows++;
  return { rows, n: a.n, share: rows / a.n, interval: wilson(rows, a.n) };
}
