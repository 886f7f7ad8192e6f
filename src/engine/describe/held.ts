import { isPointInTime, type DataColumn, type DataFile } from '../data/dataFile.ts';
import { identifier } from '../data/duckdb.ts';

export interface HeldColumn {
  readonly name: string;
  readonly type: string;
  readonly kind: 'number' | 'category' | 'time';
  /** As SQL names it in the table `held`: numbers are doubles, times seconds since 1970, all else words. */
  readonly id: string;
}

/**
 * The file as a table of DuckDB's own, read once: each column is then looked at by itself, and what does not fit
 * the memory limit lies in DuckDB's temporary folder.
 */
export async function hold(file: DataFile): Promise<HeldColumn[]> {
  const columns = file.columns.map((column): HeldColumn => ({
    name: column.name,
    type: column.type,
    kind: kindOf(column),
    id: identifier(column.name),
  }));
  const picked = columns.map(column => `${expression(column)} as ${column.id}`);
  await file.query(`create temp table held as select ${picked.join(', ')} from ${file.table}`);
  return columns;
}

function kindOf(column: DataColumn): HeldColumn['kind'] {
  if (column.kind === 'number') return 'number';
  return isPointInTime(column) ? 'time' : 'category';
}

/** Infinities and NaN are no values. */
function expression({ name, kind }: HeldColumn): string {
  const column = identifier(name);
  if (kind === 'category') return `${column}::varchar`;
  if (kind === 'time') return `epoch(${column}::timestamp)`;
  return `case when isfinite(${column}::double) then ${column}::double end`;
}
