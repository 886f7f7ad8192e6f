import type { Table } from '../../../core/data/table.ts';
import { composedAnswers } from '../../../core/explain/effects/composed.ts';
import { whyNoCurve } from '../../../core/explain/effects/grid.ts';
import type { ComposedModel } from '../../../core/explain/types.ts';
import { permutation, seeded } from '../../../core/random.ts';
import { neverAborted } from '../../tasks/signal.ts';

/** Curves that are drawn when no column is named. */
export const mostCurves = 20;
const screenedRows = 100;

/**
 * The columns worth a curve: all that vary, or of many those whose exchange between rows moves the answer most.
 * @returns places of columns, ascending
 */
export async function chosenFeatures(model: ComposedModel, table: Table, seed: number): Promise<number[]> {
  const varying = table.columns.flatMap((column, j) => (whyNoCurve(column) === null ? [j] : []));
  if (varying.length <= mostCurves) return varying;
  const order = permutation(seeded(seed), table.rows);
  const rows = order.subarray(0, screenedRows);
  const n = rows.length;
  // Each row beside itself with one column of another row.
  const answers = await composedAnswers(
    model,
    (varying.length + 1) * n,
    i => rows[i % n]!,
    (picks, at, i) => {
      const column = varying[Math.floor(i / n) - 1];
      if (column !== undefined) picks[at + column] = order[((i % n) + 1) % order.length]!;
    },
    neverAborted,
  );
  const moved = varying.map((column, c) => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += Math.abs(answers[(c + 1) * n + i]! - answers[i]!);
    return { column, sum };
  });
  return moved
    .toSorted((a, b) => b.sum - a.sum || a.column - b.column)
    .slice(0, mostCurves)
    .map(({ column }) => column)
    .sort((a, b) => a - b);
}
