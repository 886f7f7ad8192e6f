import type { Comparison } from '../../protocol/results/comparison.ts';
import type { ClassScores, Scored } from '../metrics/scored.ts';
import type { Scheme } from '../stats/resamples.ts';
import { shareInterval } from '../stats/shares.ts';

/** Rows, labelled or not, whose predicted class differs; null for values. */
export function churnOf(a: Scored, b: Scored, scheme: Scheme): NonNullable<Comparison['churn']> | null {
  if (a.kind === 'regression') return null;
  const other = b as ClassScores;
  const hit = (row: number): boolean => a.predicted[row] !== other.predicted[row];
  const all = Int32Array.from({ length: a.n }, (_, row) => row);
  const rows = all.filter(hit).length;
  return {
    rows,
    n: a.n,
    share: rows / a.n,
    interval: shareInterval({ rows: all, hits: rows, hit }, 0.95, scheme),
  };
}
