import type { Cell } from '../../core/data/table.ts';
import { BadInput } from '../../core/failure.ts';
import type { RowsPage, RowsRequest } from '../../protocol/engine.ts';
import { DataFile } from './dataFile.ts';
import { identifier } from './duckdb.ts';
import { checkedFilter, filterFailure } from './filter.ts';

/** A page of a data file's rows, ordered and filtered. */
export async function rowsPage(request: RowsRequest): Promise<RowsPage> {
  const data = await DataFile.open(request.data);
  try {
    const filter = request.filter === null ? null : await checkedFilter(data, request.filter);
    const where = filter === null ? '' : ` where (${filter}\n)`;
    const total = await count(data, filter, where);
    const page = await data.query(
      `select columns(*)::varchar from ${data.table}${where}${order(data, request)} ` +
        `limit ${whole(request.limit)} offset ${whole(request.offset)}`,
    );
    const columns = data.columns.map(({ name, type }) => ({ name, type }));
    const rows = page.map(row =>
      row.map((value, i) => cellOf(value === null ? null : String(value), data.columns[i]?.kind)),
    );
    return { columns, rows, total };
  } finally {
    await data.close();
  }
}

async function count(data: DataFile, filter: string | null, where: string): Promise<number> {
  const sql = `select count(*) from ${data.table}${where}`;
  if (filter === null) return Number((await data.query(sql))[0]?.[0]);
  try {
    return Number((await (await data.connection.run(sql)).getRowsJson())[0]?.[0]);
  } catch (error) {
    throw filterFailure(filter, error);
  }
}

function order(data: DataFile, { orderBy }: RowsRequest): string {
  if (orderBy === null) return '';
  if (!data.columns.some(({ name }) => name === orderBy.column))
    throw new BadInput(
      'missing-column',
      `\`${data.source.path}\` has no column \`${orderBy.column}\` to order by. Choose one of its columns.`,
    );
  return ` order by ${identifier(orderBy.column)} ${orderBy.descending ? 'desc' : 'asc'} nulls last`;
}

function cellOf(text: string | null, kind: string | undefined): Cell {
  if (text === null) return null;
  if (kind === 'truth') return text === 'true';
  if (kind !== 'number') return text;
  const value = Number(text === 'nan' ? Number.NaN : text);
  return Number.isFinite(value) ? value : Number.isNaN(value) ? null : text;
}

function whole(value: number): number {
  return Math.max(0, Math.floor(value));
}
