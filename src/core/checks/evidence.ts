import type { Evidence } from '../../protocol/results/validation.ts';
import { cellAt, type Cell } from '../data/table.ts';
import type { DataFacts, RowCount } from './facts.ts';

const mostRows = 50;

/** The first lines of a longer list. */
export function tableOf(columns: readonly string[], rows: readonly (readonly Cell[])[]): Evidence {
  return {
    columns: [...columns],
    rows: rows.slice(0, mostRows).map(row => [...row]),
    more: Math.max(0, rows.length - mostRows),
  };
}

/** Rows of the data with what they hold, where the sample has them. */
export function rowsEvidence({ count, rows }: RowCount, data: DataFacts | null): Evidence | null {
  if (count === 0) return null;
  const shown = rows.slice(0, mostRows);
  const at = new Map<number, number>();
  const wanted = new Set(shown);
  data?.sampleRows?.forEach((row, index) => {
    if (wanted.has(row)) at.set(row, index);
  });
  const columns = data?.sample.columns ?? [];
  const cells = (row: number): Cell[] => {
    const index = data?.sampleRows ? at.get(row) : row;
    return columns.map(column => (index === undefined ? null : cellAt(column, index)));
  };
  return {
    columns: columns.map(column => column.name),
    rows: shown.map(cells),
    rowIds: [...shown],
    more: count - shown.length,
  };
}
