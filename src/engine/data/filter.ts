import { BadInput } from '../../core/failure.ts';
import { quote } from './duckdb.ts';
import type { DataFile } from './dataFile.ts';

/**
 * A user's DuckDB boolean expression, known to be just that: one expression over the file's own columns,
 * no statement, no subquery.
 * @throws BadInput with DuckDB's own words on what is wrong in it
 */
export async function checkedFilter(data: DataFile, filter: string): Promise<string> {
  const sql = `select * from data where ${filter}\n`;
  const [row] = await data.query(`select json_serialize_sql(${quote(sql)})`);
  const parsed = JSON.parse(String(row?.[0])) as Parsed;
  if (parsed.error) throw unreadable(filter, parsed.error_message ?? 'it is no expression');
  const node = parsed.statements?.length === 1 ? parsed.statements[0]?.node : undefined;
  if (node === undefined || !isPlain(node) || holdsSubquery(node.where_clause))
    throw unreadable(filter, 'only one expression over the columns is allowed here');
  return filter;
}

/** What DuckDB says against a filter when it runs, for the person who wrote it. */
export function filterFailure(filter: string, error: unknown): Error {
  return unreadable(filter, error instanceof Error ? error.message : String(error));
}

interface Parsed {
  readonly error: boolean;
  readonly error_message?: string;
  readonly statements?: readonly { readonly node: SelectNode }[];
}

interface SelectNode {
  readonly type: string;
  readonly modifiers: readonly unknown[];
  readonly group_expressions: readonly unknown[];
  readonly having: unknown;
  readonly qualify: unknown;
  readonly sample: unknown;
  readonly where_clause: unknown;
}

function isPlain(node: SelectNode): boolean {
  return (
    node.type === 'SELECT_NODE' &&
    node.modifiers.length === 0 &&
    node.group_expressions.length === 0 &&
    node.having === null &&
    node.qualify === null &&
    node.sample === null
  );
}

function holdsSubquery(node: unknown): boolean {
  if (typeof node !== 'object' || node === null) return false;
  if ('class' in node && node.class === 'SUBQUERY') return true;
  return Object.values(node).some(holdsSubquery);
}

function unreadable(filter: string, why: string): BadInput {
  const line = (why.split('\n')[0] ?? '')
    .replace(/^(Binder|Parser|Conversion|Catalog) Error: /, '')
    .replace(/[.!\s]+$/, '');
  return new BadInput(
    'filter',
    `The filter \`${filter}\` cannot be used: ${line}. Write a condition such as \`age > 30\`.`,
  );
}
