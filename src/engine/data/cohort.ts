import { BadInput } from '../../core/failure.ts';
import type { DataFile } from './dataFile.ts';
import { checkedFilter, filterFailure } from './filter.ts';
import { sampleOf } from './sampleOf.ts';

/** Rows of a data file that belong together: those that meet a condition, or all. */
export interface Cohort {
  /** A DuckDB condition over the file's columns; null: every row. */
  readonly where: string | null;
  /** Rows in the file. */
  readonly total: number;
  /** Rows of the cohort. */
  readonly size: number;
  /** A seeded sample of row numbers in the file, ascending. */
  sample(size: number, seed: number): number[];
  has(row: number): boolean;
}

/** @throws BadInput for a file without rows, a condition that is none, or one that no row meets */
export async function cohortOf(data: DataFile, where: string | null): Promise<Cohort> {
  const { path } = data.source;
  const total = await data.rows();
  if (total === 0) throw new BadInput('no-rows', `\`${path}\` has no rows. Choose a file with at least one.`);
  if (where === null)
    return {
      where,
      total,
      size: total,
      sample: (size, seed) => sampleOf(total, size, seed),
      has: row => row < total,
    };
  const rows = await rowsWhere(data, where);
  if (rows.length === 0)
    throw new BadInput('empty-cohort', `No row of \`${path}\` meets \`${where}\`. Choose a wider condition.`);
  const known = new Set(rows);
  return {
    where,
    total,
    size: rows.length,
    sample: (size, seed) => sampleOf(rows.length, size, seed).map(at => rows[at]!),
    has: row => known.has(row),
  };
}

/** Row numbers, 0-based and ascending, for which the condition holds. @throws BadInput `filter` */
export async function rowsWhere(data: DataFile, where: string): Promise<number[]> {
  const filter = await checkedFilter(data, where);
  try {
    const found = await data.connection.run(
      `select slipway_row from (select *, row_number() over () - 1 as slipway_row from ${data.table}) ` +
        `where (${filter}\n) order by slipway_row`,
    );
    return (await found.getRowsJson()).map(([row]) => Number(row));
  } catch (error) {
    throw filterFailure(where, error);
  }
}
