import type { DuckDBConnection } from '@duckdb/node-api';
import { quote } from './duckdb.ts';
import { delimiterOf, fieldsOf } from './fields.ts';
import { fromHeader, type Files } from './format.ts';

/**
 * Where rows have other fields than the header DuckDB takes whole lines for one column. A header that has a delimiter
 * outside quotes has the file read by it, which says what line is odd.
 * @param read a CSV file that DuckDB takes for one column
 * @throws what DuckDB says of the odd line
 */
export async function requireEvenRows(connection: DuckDBConnection, read: Files): Promise<void> {
  const from = (how: string, columns: readonly string[]): string =>
    `from read_csv(${quote(read.files[0] ?? '')}, ${fromHeader(read)}, auto_detect = false, ${how}, ` +
    `columns = {${columns.map(name => `${name}: 'VARCHAR'`).join(', ')}})`;
  const lines = from("header = false, delim = '\u0001', quote = '', escape = ''", ['line']);
  const [first] = await (await connection.run(`select line ${lines} limit 1`)).getRowsJson();
  // null of a file of empty lines: it has no rows.
  const header = (first?.[0] ?? '') as string;
  const delimiter = delimiterOf(header);
  const names = fieldsOf(header, delimiter).map((_, at) => `c${at}`);
  if (names.length === 1) return;
  const parted = from(`header = true, delim = ${quote(delimiter)}, quote = '"', escape = '"'`, names);
  await connection.run(`select count(*) ${parted}`);
}
