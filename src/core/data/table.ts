/** One value as a person reads it: null is missing. */
export type Cell = number | string | boolean | null;

/** Numbers; NaN is missing. Booleans are 0 and 1. */
export interface NumberColumn {
  readonly kind: 'number';
  readonly name: string;
  readonly values: Float64Array;
}

/** Words: `levels[codes[row]]`; code -1 is missing. */
export interface CategoryColumn {
  readonly kind: 'category';
  readonly name: string;
  readonly codes: Int32Array;
  readonly levels: readonly string[];
}

export type Column = NumberColumn | CategoryColumn;

/** Columns of equal length. */
export interface Table {
  readonly rows: number;
  readonly columns: readonly Column[];
}

/** The value in one row, null where missing. */
export function cellAt(column: Column, row: number): Cell {
  if (column.kind === 'number') {
    const value = column.values[row];
    return value === undefined || Number.isNaN(value) ? null : value;
  }
  return column.levels[column.codes[row] ?? -1] ?? null;
}
