import type { Cell } from '../../../src/core/data/table.ts';
import type { Explanation } from '../../../src/protocol/results/explanation.ts';

/** Views of an explanation by feature and by row. */

function place(result: Explanation, feature: string): number {
  return result.features.findIndex(entry => entry.name === feature);
}

/** One attribution a row; empty where rows were not explained. */
export function attributionsOf(result: Explanation, feature: string): readonly number[] {
  const at = place(result, feature);
  return result.rows.map(row => row.values[at] ?? 0);
}

export function inputsOf(result: Explanation, feature: string): readonly Cell[] {
  const at = place(result, feature);
  return result.rows.map(row => row.inputs[at] ?? null);
}

/**
 * (value as a share of its range, attribution) for a sketch. Numbers stand by size between their 1st and
 * 99th percentile, words by their place in the levels.
 */
export function sketchOf(
  result: Explanation,
  feature: string,
  most = 150,
): readonly (readonly [number, number])[] {
  const entry = result.features[place(result, feature)];
  const attributions = attributionsOf(result, feature);
  const inputs = inputsOf(result, feature);
  const levels = entry?.kind === 'category' ? [...new Set(inputs.map(String))].sort() : null;
  const values = inputs.map(input =>
    levels === null ? (typeof input === 'number' ? input : Number.NaN) : levels.indexOf(String(input)),
  );
  const sorted = values.filter(value => !Number.isNaN(value)).sort((a, b) => a - b);
  const low = sorted[Math.floor(sorted.length * 0.01)] ?? 0;
  const high = sorted[Math.ceil(sorted.length * 0.99) - 1] ?? 1;
  const step = Math.max(1, Math.ceil(values.length / most));
  return values.flatMap((value, i) =>
    Number.isNaN(value) || i % step !== 0
      ? []
      : [
          [
            high === low ? 0.5 : Math.max(0, Math.min(1, (value - low) / (high - low))),
            attributions[i] ?? 0,
          ] as const,
        ],
  );
}

export interface RowReason {
  readonly feature: string;
  readonly value: number;
}

/** The strongest reasons of a row, in either direction. */
export function reasonsOf(result: Explanation, row: Explanation['rows'][number], most = 3): RowReason[] {
  return row.values
    .map((value, i) => ({ feature: result.features[i]?.name ?? '', value }))
    .sort((a, b) => Math.abs(b.value) - Math.abs(a.value))
    .slice(0, most)
    .filter(reason => reason.value !== 0);
}

/**
 * How far off the prediction was: |prediction - label| for values, and for a probability the distance from
 * 1 (the row is of this class) or 0. null without a label or in log-odds.
 */
export function errorOf(result: Explanation, row: Explanation['rows'][number]): number | null {
  if (row.label === null) return null;
  if (result.task === 'regression') {
    const label = Number(row.label);
    return Number.isNaN(label) ? null : Math.abs(row.prediction - label);
  }
  if (result.space !== 'probability' || result.output.class === null) return null;
  return Math.abs(row.prediction - (String(row.label) === result.output.class ? 1 : 0));
}

/** What is explained, with its unit: "P(bad)", "count", "log-odds of bad". */
export function outputTitle(result: Pick<Explanation, 'output' | 'space'>): string {
  return result.space === 'raw' && !/odds|margin|raw/i.test(result.output.title)
    ? `${result.output.title}, raw score`
    : result.output.title;
}

/** How a further question names the number that this explanation is about. */
export function outputOf({ output }: Explanation): string | number | null {
  return output.class ?? (output.index === 0 ? null : output.index);
}

/** Every column that the explanation names, strongest first, those explained together one by one. */
export function columnsOf(result: Explanation): readonly string[] {
  const columns = new Map(result.features.map(feature => [feature.name, feature.columns]));
  return result.global.flatMap(entry => columns.get(entry.feature) ?? [entry.feature]);
}

/** The feature that a column is explained as: itself, or with others. */
export function featureOf(result: Explanation, column: string): string {
  return result.features.find(feature => feature.columns.includes(column))?.name ?? column;
}
