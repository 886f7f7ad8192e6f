import type { MetricName } from '../metrics/definitions.ts';
import type { ClassScores } from '../metrics/scored.ts';
import { delong } from '../stats/delong.ts';
import { normalCdf } from '../stats/distributions.ts';
import { mcnemar } from '../stats/mcnemar.ts';
import type { Scheme } from '../stats/resamples.ts';
import type { Pair } from './align.ts';

/** Ranks of more rows take longer than they tell. */
const mostRanked = 200_000;

/**
 * Two-sided p that a metric does not differ: DeLong of the ROC AUC, McNemar of accuracy, else the difference over
 * the standard deviation of its paired resamples. Both tests take rows for independent: clusters go by resamples.
 */
export function differenceTest(
  name: MetricName,
  { a, b, rows }: Pair,
  delta: number,
  replicates: Float64Array,
  drawn: number,
  scheme: Scheme,
): { readonly p: number; readonly test: string } {
  const independent = scheme.kind !== 'clustered';
  if (a.kind === 'classification' && b.kind === 'classification' && independent) {
    if (name === 'accuracy') return accuracyTest(a, b, rows);
    if (name === 'roc_auc' && a.positive !== null && rows.length <= mostRanked)
      return aucTest(a, b, a.positive, rows);
  }
  const error = deviationOf(replicates) * Math.sqrt(drawn / rows.length);
  const p = error > 0 ? 2 * normalCdf(-Math.abs(delta) / error) : delta === 0 ? 1 : 0;
  return { p, test: 'normal, standard error of the paired resamples' };
}

function aucTest(
  a: ClassScores,
  b: ClassScores,
  positive: number,
  rows: Int32Array,
): { readonly p: number; readonly test: string } {
  const scores = (scored: ClassScores): Float64Array =>
    Float64Array.from(rows, row => scored.scores[row * scored.classes.length + positive]!);
  const labels = rows.map(row => (a.labels[row] === positive ? 1 : 0));
  return { p: delong(labels, scores(a), scores(b)).pValue, test: 'DeLong' };
}

function accuracyTest(
  a: ClassScores,
  b: ClassScores,
  rows: Int32Array,
): { readonly p: number; readonly test: string } {
  let [onlyA, onlyB] = [0, 0];
  for (const row of rows) {
    const [first, second] = [a.predicted[row] === a.labels[row], b.predicted[row] === b.labels[row]];
    if (first && !second) onlyA++;
    if (second && !first) onlyB++;
  }
  const { pValue, test } = mcnemar(onlyA, onlyB);
  return { p: pValue, test };
}

function deviationOf(values: Float64Array): number {
  const known = values.filter(Number.isFinite);
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  return Math.sqrt(known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (known.length - 1));
}
