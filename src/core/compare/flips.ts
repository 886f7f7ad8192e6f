import type { Comparison, FlipRow } from '../../protocol/results/comparison.ts';
import { cellAt, type Cell, type Table } from '../data/table.ts';
import type { ClassScores, ValueScores } from '../metrics/scored.ts';
import { mcnemar } from '../stats/mcnemar.ts';
import type { Pair } from './align.ts';

/** Rows listed in each direction. */
const mostRows = 200;

/** Rows that only one of the two gets right, those with the largest change of score first. */
export function flipsOf({ a, b, rows }: Pair<ClassScores>, features: Table | null): Comparison['flips'] {
  const counts = { bothRight: 0, bothWrong: 0 };
  const negative: number[] = [];
  const positive: number[] = [];
  for (const row of rows) {
    const [first, second] = [a.predicted[row] === a.labels[row], b.predicted[row] === b.labels[row]];
    if (first && second) counts.bothRight++;
    else if (first) negative.push(row);
    else if (second) positive.push(row);
    else counts.bothWrong++;
  }
  const { pValue, test } = mcnemar(negative.length, positive.length);
  const change = (row: number): number => Math.abs(scoreOf(b, row) - scoreOf(a, row));
  const listed = (list: number[]): FlipRow[] =>
    list
      .sort((x, y) => change(y) - change(x) || x - y)
      .slice(0, mostRows)
      .map(row => ({
        row,
        label: a.classes[a.labels[row]!]!,
        a: a.classes[a.predicted[row]!] ?? null,
        b: b.classes[b.predicted[row]!] ?? null,
        scoreA: finite(scoreOf(a, row)),
        scoreB: finite(scoreOf(b, row)),
        inputs: inputsOf(features, row),
      }));
  return {
    ...counts,
    onlyA: negative.length,
    onlyB: positive.length,
    pValue,
    test,
    negative: listed(negative),
    positive: listed(positive),
  };
}

/** The score of the positive class, or of the label when there are more than two. */
function scoreOf(scored: ClassScores, row: number): number {
  return scored.scores[row * scored.classes.length + (scored.positive ?? scored.labels[row]!)]!;
}

/** The rows whose absolute error changed most, the one that got worst first. */
export function changesOf({ a, b, rows }: Pair<ValueScores>, features: Table | null): FlipRow[] {
  const worse = (row: number): number =>
    Math.abs(b.predictions[row]! - b.labels[row]!) - Math.abs(a.predictions[row]! - a.labels[row]!);
  return [...rows]
    .filter(row => Number.isFinite(worse(row)))
    .sort((x, y) => Math.abs(worse(y)) - Math.abs(worse(x)) || x - y)
    .slice(0, mostRows)
    .sort((x, y) => worse(y) - worse(x) || x - y)
    .map(row => ({
      row,
      label: a.labels[row]!,
      a: a.predictions[row]!,
      b: b.predictions[row]!,
      scoreA: null,
      scoreB: null,
      inputs: inputsOf(features, row),
    }));
}

function inputsOf(features: Table | null, row: number): Cell[] {
  return features === null ? [] : features.columns.map(column => cellAt(column, row));
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
