import type { Comparison } from '../../protocol/results/comparison.ts';
import type { Interval, Status } from '../../protocol/results/shared.ts';
import { slicesOf } from '../slices/oneColumn.ts';
import type { Table } from '../data/table.ts';
import { definitionOf, type MetricName } from '../metrics/definitions.ts';
import type { ClassScores, ValueScores } from '../metrics/scored.ts';
import { normalQuantile, tTwoSided } from '../stats/distributions.ts';
import { mcnemar } from '../stats/mcnemar.ts';
import { benjaminiHochberg } from '../stats/multiplicity.ts';
import { clusteredMean, isClustered, observations, type Clustered } from '../stats/clusteredMean.ts';
import type { Scheme } from '../stats/resamples.ts';
import { codesAt } from '../picked.ts';
import type { Pair } from './align.ts';
import { crossedSlices } from './crossedSlices.ts';
import { gain, marginOf, nonInferior } from './metricDeltas.ts';

export type SliceDelta = Comparison['slices'][number] & { readonly metric: MetricName };

/** Rows, or clusters of them where rows are no independent observations. */
const leastRows = 30;
/** Rows (clusters) of the positive class below which its recall in a slice is not compared. */
const leastPositives = 10;
const discoveryRate = 0.05;
const mostSlices = 200;

/**
 * Slices of one column with at least 30 rows, and of two columns that one half of the rows found and 30 of the other
 * half judge (`crossedSlices`); those that got worse first. A slice fails when it is worse beyond its margin and
 * remains so after Benjamini and Hochberg's adjustment over all that were tried. Clusters are judged by their sums,
 * and a slice needs 30 of them.
 * @param rowNumbers the pair's row of each row of `features`; null: the same
 */
export function sliceDeltas(
  pair: Pair,
  features: Table,
  level: number,
  scheme: Scheme,
  seed: number,
  rowNumbers: Int32Array | null = null,
): { slices: SliceDelta[]; tried: number } {
  const labelled = new Uint8Array(pair.a.n);
  for (const row of pair.rows) labelled[row] = 1;
  const own = (rows: Int32Array): Int32Array =>
    (rowNumbers === null ? rows : rows.map(row => rowNumbers[row]!)).filter(row => labelled[row] === 1);
  const ofTable = rowNumbers === null || !isClustered(scheme) ? scheme : partsAt(scheme, rowNumbers);
  const all = [
    ...slicesOf(features, leastRows).map(({ name, where, rows }) => ({ name, where, rows, crossed: false })),
    ...crossedSlices(pair, features, rowNumbers, ofTable, seed).map(
      ({ slice: { name, where }, confirming }) => ({ name, where, rows: confirming, crossed: true }),
    ),
  ];
  const tried = all.flatMap(({ name, where, rows, crossed }) => {
    const inside = own(rows);
    return observations(inside, scheme) < leastRows
      ? []
      : changesIn(pair, inside, level, scheme).map(one => ({ slice: name, where, crossed, ...one }));
  });
  const adjusted = benjaminiHochberg(tried.map(({ p }) => p));
  const slices = tried
    .map((change, i) => ({ change, status: statusOf(change, adjusted[i]!) }))
    .sort((x, y) => rank(x.status) - rank(y.status) || sureness(x.change) - sureness(y.change))
    .map(({ change: { slice, where, crossed, n, metric, a, b, delta, interval }, status }) => ({
      slice,
      where,
      ...(crossed ? { crossed } : {}),
      n,
      metric,
      a,
      b,
      delta,
      interval,
      status,
    }));
  return { slices: slices.slice(0, mostSlices), tried: tried.length };
}

function partsAt(scheme: Clustered, rows: Int32Array): Clustered {
  return { ...scheme, parts: codesAt(scheme.parts, rows) };
}

interface Change {
  readonly n: number;
  readonly metric: MetricName;
  readonly a: number;
  readonly b: number;
  readonly delta: number;
  readonly interval: Interval | null;
  readonly p: number;
}

function changesIn({ a, b }: Pair, rows: Int32Array, level: number, scheme: Scheme): Change[] {
  if (a.kind === 'regression') return [errorChange(a, b as ValueScores, rows, level, scheme)];
  const second = b as ClassScores;
  const changes = [shareChange('accuracy', a, second, rows, rows.length, level, scheme)];
  const positives = rows.filter(row => a.labels[row] === a.positive);
  if (observations(positives, scheme) >= leastPositives)
    changes.push(shareChange('recall', a, second, positives, rows.length, level, scheme));
  return changes;
}

/** How many more rows B gets right, as a share. */
function shareChange(
  metric: 'accuracy' | 'recall',
  a: ClassScores,
  b: ClassScores,
  rows: Int32Array,
  sliceRows: number,
  level: number,
  scheme: Scheme,
): Change {
  let [right, onlyA, onlyB] = [0, 0, 0];
  const changes = new Float64Array(rows.length);
  rows.forEach((row, i) => {
    const [first, second] = [a.predicted[row] === a.labels[row], b.predicted[row] === b.labels[row]];
    if (first) right++;
    if (first && !second) onlyA++;
    if (second && !first) onlyB++;
    changes[i] = Number(second) - Number(first);
  });
  const n = rows.length;
  return {
    n: sliceRows,
    metric,
    a: right / n,
    b: (right - onlyA + onlyB) / n,
    delta: (onlyB - onlyA) / n,
    ...(isClustered(scheme)
      ? clusteredMean(changes, rows, scheme, level)
      : { interval: agrestiMin(onlyA, onlyB, n, level), p: mcnemar(onlyA, onlyB).pValue }),
  };
}

/** Agresti and Min's interval (2005) of a paired difference of shares, half a row in each cell. */
function agrestiMin(onlyA: number, onlyB: number, n: number, level: number): Interval {
  const [lost, won, total] = [onlyA + 0.5, onlyB + 0.5, n + 2];
  const centre = (won - lost) / total;
  const half = (normalQuantile(0.5 + level / 2) * Math.sqrt(won + lost - (won - lost) ** 2 / total)) / total;
  return {
    low: Math.max(-1, centre - half),
    high: Math.min(1, centre + half),
    level,
    method: "Agresti and Min's interval of a paired difference",
  };
}

/** Change of the mean absolute error, by the paired t test. */
function errorChange(
  a: ValueScores,
  b: ValueScores,
  rows: Int32Array,
  level: number,
  scheme: Scheme,
): Change {
  const n = rows.length;
  const error = (scored: ValueScores, row: number): number =>
    Math.abs(scored.predictions[row]! - scored.labels[row]!);
  const mean = (value: (row: number) => number): number => rows.reduce((sum, row) => sum + value(row), 0) / n;
  const [first, second] = [mean(row => error(a, row)), mean(row => error(b, row))];
  const delta = second - first;
  const head = { n, metric: 'mean_absolute_error', a: first, b: second, delta } as const;
  if (isClustered(scheme)) {
    const changes = Float64Array.from(rows, row => error(b, row) - error(a, row));
    return { ...head, ...clusteredMean(changes, rows, scheme, level) };
  }
  const variance = mean(row => (error(b, row) - error(a, row) - delta) ** 2) * (n / (n - 1));
  const standardError = Math.sqrt(variance / n);
  const half = normalQuantile(0.5 + level / 2) * standardError;
  return {
    ...head,
    interval: { low: delta - half, high: delta + half, level, method: 'normal interval of a paired mean' },
    p: standardError > 0 ? tTwoSided(delta / standardError, n - 1) : delta === 0 ? 1 : 0,
  };
}

function statusOf({ metric, a, delta, interval }: Change, adjusted: number): Status {
  const { better } = definitionOf(metric);
  const margin = marginOf(metric, a);
  if (adjusted <= discoveryRate && gain(delta, better) < -margin) return 'fail';
  const status = nonInferior(delta, interval, margin, better);
  return status === 'fail' ? 'inconclusive' : status;
}

function rank(status: Status): number {
  return status === 'fail' ? 0 : 1;
}

/** -1 to 1: surely worse first, surely better last. */
function sureness({ metric, delta, p }: Change): number {
  return Math.sign(gain(delta, definitionOf(metric).better)) * (1 - p);
}
