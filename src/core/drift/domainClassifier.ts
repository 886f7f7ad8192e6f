import type { Interval } from '../../protocol/results/shared.ts';
import type { Column, Table } from '../data/table.ts';
import { expectedAuc } from '../metrics/estimated.ts';
import { permutation, seeded } from '../random.ts';
import { delong } from '../stats/delong.ts';
import { normalQuantile } from '../stats/distributions.ts';
import { binOf, quantileEdges } from '../stats/drift.ts';
import { fitLogistic, logisticMargin, type CodedRows } from '../stats/logistic.ts';
import { sortedValues } from '../stats/quantile.ts';
import { sortOrder } from '../stats/ranks.ts';

const folds = 5;
const mostRows = 5000;
const mostBins = 10;
const mostLevels = 20;
/** Weights in all: with many columns each gets fewer bins. */
const mostWeights = 500;

export interface DomainClassifier {
  /** Out of fold: 0.5 when the two cannot be told apart. */
  readonly auc: number;
  readonly interval: Interval;
  /** Rows of each. */
  readonly rows: readonly [number, number];
  /** Columns by how much their weights move the answer (standard deviation of the log odds), most first. */
  readonly columns: readonly { readonly name: string; readonly strength: number }[];
}

/**
 * How well a classifier tells the rows of two tables apart: logistic regression on binned columns (quantiles
 * of both together, commonest words, missing), five folds, each row scored by a model that has not seen it.
 * null without common columns or with fewer than ten rows in either.
 */
export function domainClassifier(first: Table, second: Table, seed: number): DomainClassifier | null {
  const random = seeded(seed);
  const chosen = [first, second].map(({ rows }) => permutation(random, rows).slice(0, mostRows).sort());
  const [a, b] = [chosen[0]!, chosen[1]!];
  if (a.length < 10 || b.length < 10) return null;
  const others = new Map(second.columns.map(column => [column.name, column]));
  const pairs = first.columns.flatMap(column => {
    const other = others.get(column.name);
    return other?.kind === column.kind ? [[column, other] as const] : [];
  });
  if (pairs.length === 0) return null;
  const bins = Math.max(2, Math.min(mostBins, Math.floor(mostWeights / pairs.length)));
  const coded = pairs.map(([x, y]) => codesOf(x, y, a, b, bins));
  const n = a.length + b.length;
  const data: CodedRows = {
    rows: n,
    codes: Int32Array.from({ length: n * pairs.length }, (_, at) => {
      const row = Math.floor(at / pairs.length);
      return coded[at % pairs.length]!.codes[row]!;
    }),
    levels: coded.map(({ levels }) => levels),
  };
  const label = Uint8Array.from({ length: n }, (_, row) => (row < a.length ? 0 : 1));
  const place = [...permutation(random, a.length), ...permutation(random, b.length)];
  const fold = Uint8Array.from(place, at => at % folds);
  const { scores, spread } = outOfFold(data, label, fold);
  const { covariance } = delong(label, scores, scores);
  const auc = expectedAuc(scores, sortOrder(scores), label);
  const half = normalQuantile(0.975) * Math.sqrt(covariance[0]);
  return {
    auc,
    interval: {
      low: Math.max(0, auc - half),
      high: Math.min(1, auc + half),
      level: 0.95,
      method: "DeLong's interval of the out-of-fold scores",
    },
    rows: [a.length, b.length],
    columns: pairs
      .map(([{ name }], c) => ({ name, strength: spread[c]! }))
      .sort((x, y) => y.strength - x.strength),
  };
}

/** Each row's log odds from the model of the other folds, and how far each column moves them. */
export function outOfFold(
  data: CodedRows,
  label: Uint8Array,
  fold: Uint8Array,
): { readonly scores: Float64Array; readonly spread: Float64Array } {
  const scores = new Float64Array(data.rows);
  const spread = new Float64Array(data.levels.length);
  const rows = Int32Array.from({ length: data.rows }, (_, row) => row);
  for (let held = 0; held < folds; held++) {
    const model = fitLogistic(
      data,
      label,
      rows.filter(row => fold[row] !== held),
    );
    let start = 0;
    data.levels.forEach((levels, c) => {
      spread[c]! += deviation(data, c, model.weights.subarray(start, start + levels)) / folds;
      start += levels;
    });
    for (const row of rows) if (fold[row] === held) scores[row] = logisticMargin(model, data, row);
  }
  return { scores, spread };
}

function deviation({ rows, codes, levels }: CodedRows, column: number, weights: Float64Array): number {
  let [sum, squares] = [0, 0];
  for (let row = 0; row < rows; row++) {
    const weight = weights[codes[row * levels.length + column]!]!;
    sum += weight;
    squares += weight * weight;
  }
  return Math.sqrt(Math.max(0, squares / rows - (sum / rows) ** 2));
}

/** Codes of the chosen rows of both; 0 is missing. */
function codesOf(
  x: Column,
  y: Column,
  a: Int32Array,
  b: Int32Array,
  bins: number,
): { readonly codes: Int32Array; readonly levels: number } {
  if (x.kind === 'number' && y.kind === 'number') {
    const values = Float64Array.from(
      [...a].map(row => x.values[row]!).concat([...b].map(row => y.values[row]!)),
    );
    const sorted = sortedValues(values);
    const edges = quantileEdges(sorted, bins);
    return {
      codes: Int32Array.from(values, value => (Number.isNaN(value) ? 0 : 1 + binOf(edges, value))),
      levels: edges.length + 2,
    };
  }
  if (x.kind !== 'category' || y.kind !== 'category') throw new Error('columns of two kinds');
  const words = [...a].map(row => x.levels[x.codes[row]!]).concat([...b].map(row => y.levels[y.codes[row]!]));
  const counts = new Map<string, number>();
  for (const word of words) if (word !== undefined) counts.set(word, (counts.get(word) ?? 0) + 1);
  const common = [...counts]
    .sort(([p, n], [q, m]) => m - n || (p < q ? -1 : 1))
    .slice(0, Math.max(2, Math.min(mostLevels, 2 * bins)))
    .map(([word], i): [string, number] => [word, i + 2]);
  const code = new Map(common);
  return {
    codes: Int32Array.from(words, word => (word === undefined ? 0 : (code.get(word) ?? 1))),
    levels: common.length + 2,
  };
}
