import type { DuckDBConnection } from '@duckdb/node-api';
import { identifier, quote } from './duckdb.ts';

export const delimiters = [',', ';', '\t', '|'];

/**
 * Where a row has more or fewer fields than the header DuckDB takes whole lines for one column. When most lines have
 * the header's fields by one of the delimiters, or most have one other number of them, the file is read by that one,
 * which says what line is odd.
 * @param header the one column's name
 * @param skip lines before the header
 * @throws what DuckDB says of the odd line
 */
export async function requireEvenRows(
  connection: DuckDBConnection,
  file: string,
  header: string,
  skip: number,
): Promise<void> {
  const fields = (delimiter: string): number => header.split(delimiter).length;
  const delimiter = delimiters.reduce((most, one) => (fields(one) > fields(most) ? one : most));
  if (fields(delimiter) === 1) return;
  const number = async (query: string): Promise<number> => {
    const [row] = await (await connection.run(query)).getRowsJson();
    return Number(row?.[0]);
  };
  const from = (how: string): string =>
    `from read_csv(${quote(file)}, header = true, skip = ${skip}, ${how})`;
  const columns = Array.from({ length: fields(delimiter) }, (_, at) => `c${at}: 'VARCHAR'`).join(', ');
  const parted = `delim = ${quote(delimiter)}, quote = '"', escape = '"', auto_detect = false, columns = {${columns}}`;
  const whole = from('all_varchar = true');
  const even = await number(`select count(*) ${from(`${parted}, ignore_errors = true`)}`);
  const alike = await number(
    `select max(n) from (select count(*) as n ${whole} where contains(${identifier(header)}, ${quote(delimiter)})` +
      ` group by len(string_split(${identifier(header)}, ${quote(delimiter)})))`,
  );
  if (2 * Math.max(even, alike) > (await number(`select count(*) ${whole}`)))
    await connection.run(`select count(*) ${from(parted)}`);
}
