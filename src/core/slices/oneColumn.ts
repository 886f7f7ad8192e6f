import type { Table } from '../data/table.ts';
import { partitionOf } from './partition.ts';

/** Rows that share one property of one column. */
export interface Slice {
  /** "purpose = education", "age in (30, 41]". */
  readonly name: string;
  /** DuckDB condition. */
  readonly where: string;
  /** Rows of the table, ascending. */
  readonly rows: Int32Array;
}

/**
 * Slices of one column with at least `least` rows: each word (rare ones together), each quartile of a number (each
 * value when there are at most four), missing values.
 */
export function slicesOf(table: Table, least: number): Slice[] {
  return table.columns.flatMap(column => {
    const { part, parts } = partitionOf(column, least);
    const sizes = new Uint32Array(parts.length);
    for (const at of part) sizes[at]!++;
    const rows = parts.map((_, at) => new Int32Array(sizes[at]!));
    sizes.fill(0);
    part.forEach((at, row) => (rows[at]![sizes[at]!++] = row));
    return parts
      .map(({ name, where }, at) => ({ name, where, rows: rows[at]! }))
      .filter(slice => slice.rows.length >= least && slice.rows.length < table.rows);
  });
}
