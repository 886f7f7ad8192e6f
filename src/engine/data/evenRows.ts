import type { DuckDBConnection } from '@duckdb/node-api';
import { quote } from './duckdb.ts';

const delimiters = [',', ';', '\t', '|'];

/**
 * Where a row has more or fewer fields than the header DuckDB takes whole lines for one column. When most lines have
 * the header's fields by one of the delimiters, the file is read by that one, which says what line is odd.
 * @param header the one column's name
 * @throws what DuckDB says of the odd line
 */
export async function requireEvenRows(
  connection: DuckDBConnection,
  file: string,
  header: string,
): Promise<void> {
  const fields = (delimiter: string): number => header.split(delimiter).length;
  const delimiter = delimiters.reduce((most, one) => (fields(one) > fields(most) ? one : most));
  if (fields(delimiter) === 1) return;
  const columns = Array.from({ length: fields(delimiter) }, (_, at) => `c${at}: 'VARCHAR'`).join(', ');
  const rows = async (how: string): Promise<number> => {
    const query = `select count(*) from read_csv(${quote(file)}, header = true, ${how})`;
    const [row] = await (await connection.run(query)).getRowsJson();
    return Number(row?.[0]);
  };
  const read = `delim = ${quote(delimiter)}, quote = '"', escape = '"', auto_detect = false, columns = {${columns}}`;
  if (2 * (await rows(`${read}, ignore_errors = true`)) > (await rows('all_varchar = true')))
    await rows(read);
}
