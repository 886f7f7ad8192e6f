import type { Table } from '../../core/data/table.ts';

/** The first rows of a table. */
export function head(table: Table, rows: number): Table {
  if (table.rows <= rows) return table;
  return {
    rows,
    columns: table.columns.map(column =>
      column.kind === 'number'
        ? { ...column, values: column.values.subarray(0, rows) }
        : { ...column, codes: column.codes.subarray(0, rows) },
    ),
  };
}
