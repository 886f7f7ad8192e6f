import type { RowsPage } from '../../protocol/engine.ts';
import type { ResolvedModel } from '../../workspace/types.ts';
import type { Host } from '../host.ts';

/** More rows than this in one question are for a data page, not for a drill-down. */
const mostRows = 200;

/** Rows by their 0-based numbers, in the order asked for. */
export async function rowsOf(
  host: Host,
  model: ResolvedModel,
  role: 'holdout' | 'reference',
  numbers: readonly number[],
): Promise<RowsPage> {
  const data = model.entry[role];
  if (data === null) throw new Error(`\`${model.entry.name}\` has no ${role} data in slipway.yaml.`);
  const { jobs } = await host.services();
  const asked = numbers.slice(0, mostRows);
  const found = new Map<number, RowsPage['rows'][number]>();
  let page: RowsPage = { columns: [], rows: [], total: 0 };
  for (const { offset, limit } of runsOf(asked)) {
    page = await jobs().dataSets.rows({ data, offset, limit, orderBy: null, filter: null });
    for (const [index, row] of page.rows.entries()) found.set(offset + index, row);
  }
  const rows = asked.flatMap(number => {
    const row = found.get(number);
    return row === undefined ? [] : [row];
  });
  return { ...page, rows };
}

/** A page of the holdout rows that meet a DuckDB condition. */
export async function rowsWhere(
  host: Host,
  model: ResolvedModel,
  where: string,
  offset: number,
  limit: number,
): Promise<RowsPage> {
  const data = model.entry.holdout;
  if (data === null) throw new Error(`\`${model.entry.name}\` has no holdout data in slipway.yaml.`);
  if (!host.trusted) throw new Error('Slipway runs nothing in a folder that is not trusted.');
  const { jobs } = await host.services();
  return await jobs().dataSets.rows({
    data,
    offset,
    limit: Math.min(limit, mostRows),
    orderBy: null,
    filter: where,
  });
}

/** Row numbers as runs of neighbours, so that a question is asked once for each run. */
export function runsOf(
  numbers: readonly number[],
): readonly { readonly offset: number; readonly limit: number }[] {
  const runs: { offset: number; limit: number }[] = [];
  for (const number of [...new Set(numbers)].sort((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last !== undefined && last.offset + last.limit === number) last.limit++;
    else runs.push({ offset: number, limit: 1 });
  }
  return runs;
}
