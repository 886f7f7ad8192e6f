import { number, whole } from '../../core/words.ts';
import type { Table } from '../../core/data/table.ts';
import { evaluateMetrics } from '../../core/metrics/evaluate.ts';
import { taskOf, type Scored } from '../../core/metrics/scored.ts';
import { associations } from '../../core/stats/association.ts';
import type { Explanation } from '../../protocol/results/explanation.ts';
import { neverAborted } from '../tasks/signal.ts';

type Warning = Explanation['warnings'][number];

export const strongCorrelation = 0.8;
const fewBackgroundRows = 30;
/** Rows enough to see a strong correlation, and too few to: columns of a few rows move together by chance. */
const correlationRows = 2000;
const fewCorrelationRows = 20;

/** As many of a table's rows as it takes to see what moves together. */
export function firstRows(table: Table): Table {
  const rows = Math.min(table.rows, correlationRows);
  return {
    rows,
    columns: table.columns.map(column =>
      column.kind === 'number'
        ? { ...column, values: column.values.subarray(0, rows) }
        : { ...column, codes: column.codes.subarray(0, rows) },
    ),
  };
}

/** Importance of a model that is hardly better than guessing means nothing: that comes first. */
export function weakModel(scored: Scored): Warning[] {
  const task = taskOf(scored);
  const wanted = { binary: 'roc_auc', multiclass: 'balanced_accuracy', regression: 'r2' }[task];
  const options = { resamples: 0, seed: 0, level: 0.95, signal: neverAborted, progress: () => undefined };
  const metric = evaluateMetrics(scored, options).find(({ name }) => name === wanted);
  const limit =
    scored.kind === 'regression' ? 0.1 : task === 'binary' ? 0.6 : 1 / scored.classes.length + 0.1;
  if (metric?.value == null || metric.value >= limit) return [];
  return [
    {
      kind: 'weak-model',
      sentence:
        `The model is hardly better than guessing here (${metric.title} ${number(metric.value)}, ` +
        `n = ${whole(metric.n)}): what it rests on says little about the data.`,
    },
  ];
}

export function correlated(table: Table): Warning[] {
  const { columns } = table;
  if (table.rows < fewCorrelationRows) return [];
  const d = columns.length;
  const matrix = associations(firstRows(table));
  const pairs: { a: string; b: string; r: number }[] = [];
  for (let i = 0; i < d; i++)
    for (let j = i + 1; j < d; j++) {
      const r = matrix[i * d + j]!;
      if (Math.abs(r) >= strongCorrelation) pairs.push({ a: columns[i]!.name, b: columns[j]!.name, r });
    }
  if (pairs.length === 0) return [];
  const shown = pairs
    .toSorted((x, y) => Math.abs(y.r) - Math.abs(x.r))
    .slice(0, 3)
    .map(({ a, b, r }) => `\`${a}\` and \`${b}\` (${r.toFixed(2)})`);
  return [
    {
      kind: 'correlated',
      sentence:
        `Some columns move together: ${shown.join(', ')}. They share what they explain, and composed rows ` +
        'may hold values that never occur together.',
    },
  ];
}

export function smallBackground(rows: number): Warning[] {
  if (rows >= fewBackgroundRows) return [];
  return [
    {
      kind: 'small-background',
      sentence: `The background has ${rows} ${rows === 1 ? 'row' : 'rows'}; with fewer than ${fewBackgroundRows} the base value is uncertain.`,
    },
  ];
}
