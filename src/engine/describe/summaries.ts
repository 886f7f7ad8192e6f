import { histogramEdges } from '../../core/data/bins.ts';
import { madFences, tukeyFences } from '../../core/data/outliers.ts';
import type { NumberSummary } from '../../protocol/results/data.ts';
import type { DataFile } from '../data/dataFile.ts';
import type { HeldColumn } from './held.ts';

const shares = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99] as const;
const mostLevels = 20;

export interface ColumnSummary {
  readonly n: number;
  readonly distinct: number;
  readonly numbers: NumberSummary | null;
  readonly levels: { readonly levels: { name: string; count: number }[]; readonly others: number } | null;
  readonly range: [string, string] | null;
}

/** What one column of the table `held` holds, of all rows. */
export async function summaryOf(file: DataFile, column: HeldColumn): Promise<ColumnSummary> {
  if (column.kind === 'category') return await wordSummary(file, column.id);
  const { id } = column;
  const [row] = await file.query(
    `select count(${id}), count(distinct ${id}), avg(${id}), coalesce(stddev_samp(${id}), 0), min(${id}), max(${id}),
      count(*) filter (${id} = 0), coalesce(bool_and(${id} = floor(${id})), false),
      make_timestamp((min(${id}) * 1e6)::bigint)::varchar, make_timestamp((max(${id}) * 1e6)::bigint)::varchar
    from held`.replace(/,\s+make_timestamp[^]*varchar/, all => (column.kind === 'time' ? all : '')),
  );
  const [n, distinct] = [Number(row?.[0]), Number(row?.[1])];
  if (n === 0) return { n, distinct, numbers: null, levels: null, range: null };
  const [mean, deviation, min, max, zeros] = row!.slice(2, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
  ];
  // In one list: the values are put in order once for all of them.
  const found = await file.query(`select unnest(quantile_cont(${id}, [${shares.join(', ')}])) from held`);
  const quantiles = found.map(([value]) => Number(value));
  const [lower, median, upper] = [quantiles[2]!, quantiles[3]!, quantiles[4]!];
  const [spread] = await file.query(`select median(abs(${id} - ${exact(median)})) from held`);
  const mad = Number(spread?.[0]);
  const fences = [tukeyFences(lower, upper), madFences(median, mad)].filter(one => one !== null);
  const edges = histogramEdges({ n, min, max, lower, upper, distinct, whole: row![7] === true });
  const { counts, below, above, beyond } = await countsOf(file, id, edges, fences);
  const numbers: NumberSummary = {
    mean,
    deviation,
    min,
    max,
    quantiles: shares.map((share, i) => [share, quantiles[i]!]),
    zeros,
    mad,
    outliers: fences.map((fence, i) => ({ ...fence, count: beyond[i]! })),
    histogram: { edges, counts, below, above, reference: null },
  };
  const range: [string, string] | null = column.kind === 'time' ? [String(row![8]), String(row![9])] : null;
  return { n, distinct, numbers, levels: null, range };
}

/** One pass: how many values lie in each bin, and beyond each pair of fences. */
async function countsOf(
  file: DataFile,
  id: string,
  edges: readonly number[],
  fences: readonly { readonly low: number; readonly high: number }[],
): Promise<{ counts: number[]; below: number; above: number; beyond: number[] }> {
  const bins = edges.length - 1;
  const [low, high] = [edges[0]!, edges[bins]!];
  const bin = `case when ${id} < ${exact(low)} then -1 when ${id} > ${exact(high)} then ${bins}
    else least(${bins - 1}, floor((${id} - ${exact(low)}) / ${exact(high - low)} * ${bins}))::int end`;
  const beyond = fences.map(
    fence => `count(*) filter (${id} < ${exact(fence.low)} or ${id} > ${exact(fence.high)})`,
  );
  const rows = await file.query(
    `select ${[`${bin} as bin`, 'count(*)', ...beyond].join(', ')} from held where ${id} is not null group by bin`,
  );
  const byBin = new Map(rows.map(row => [Number(row[0]), Number(row[1])]));
  return {
    counts: Array.from({ length: bins }, (_, i) => byBin.get(i) ?? 0),
    below: byBin.get(-1) ?? 0,
    above: byBin.get(bins) ?? 0,
    beyond: fences.map((_, i) => rows.reduce((sum, row) => sum + Number(row[2 + i]), 0)),
  };
}

async function wordSummary(file: DataFile, id: string): Promise<ColumnSummary> {
  const [row] = await file.query(`select count(${id}), count(distinct ${id}) from held`);
  const [n, distinct] = [Number(row?.[0]), Number(row?.[1])];
  const rows = await file.query(
    `select ${id}, count(*) as n from held where ${id} is not null group by 1 order by n desc, 1 limit ${mostLevels}`,
  );
  const levels = rows.map(([name, count]) => ({ name: String(name), count: Number(count) }));
  const listed = levels.reduce((sum, { count }) => sum + count, 0);
  return { n, distinct, numbers: null, levels: { levels, others: n - listed }, range: null };
}

/** A double as SQL, to the last bit; never a decimal, whose arithmetic is another. */
function exact(value: number): string {
  return `'${value}'::double`;
}
