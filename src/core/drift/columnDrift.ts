import { datum } from '../words.ts';
import type { CategoryColumn, Column, Table } from '../data/table.ts';
import { hellinger, jensenShannon, sharesOf, wasserstein } from '../stats/distances.ts';
import { binOf, chiSquare, ksPValue, ksStatistic, psi, quantileEdges } from '../stats/drift.ts';
import { sortedValues } from '../stats/quantile.ts';
import { decide, type Decision } from './rule.ts';
import { timeWords } from './timeWords.ts';

/** Bins of equal share in the reference. */
export const driftBins = 10;
/** Words that stand alone; all others are one. */
const mostLevels = 20;

/** How far one column has moved. */
export interface ColumnDrift extends Decision {
  readonly name: string;
  readonly kind: 'number' | 'category' | 'time';
  /** Values that are not missing, before and now. */
  readonly n: readonly [number, number];
  /** Shares missing. */
  readonly missing: readonly [number, number];
  /** Population stability index over `bins`. */
  readonly psi: number;
  /** Kolmogorov and Smirnov's for numbers and times, chi-square for words. */
  readonly test: string;
  readonly statistic: number;
  readonly pValue: number;
  /** In standard deviations of the reference; null for words and where it does not vary. */
  readonly wasserstein: number | null;
  /** Of the bins: Jensen and Shannon's distance to base 2, and Hellinger's. */
  readonly jensenShannon: number;
  readonly hellinger: number;
  /** The bins that PSI and the last two are over: their names, and the shares before and now. */
  readonly bins: readonly { readonly name: string; readonly before: number; readonly now: number }[];
  /** Of times: the first and the last, before and now. */
  readonly range?: { readonly before: readonly [string, string]; readonly now: readonly [string, string] };
}

/** How far each column that both tables have has moved, most first; columns without values are left out. */
export function columnDrift(reference: Table, data: Table): ColumnDrift[] {
  const after = new Map(data.columns.map(column => [column.name, column]));
  return reference.columns
    .flatMap(before => {
      const now = after.get(before.name);
      const drift = now === undefined ? null : driftOf(before, now);
      return drift === null ? [] : [drift];
    })
    .sort((a, b) => b.psi - a.psi);
}

/** The same of points in time, as seconds since 1970: the measures are of the seconds, what is shown are dates. */
export function timeDrift(reference: Table, data: Table): ColumnDrift[] {
  return columnDrift(reference, data).map((drift): ColumnDrift => {
    const [before, now] = [reference, data].map(table => {
      const column = table.columns.find(({ name }) => name === drift.name);
      return sortedValues(column?.kind === 'number' ? column.values : new Float64Array());
    }) as [Float64Array, Float64Array];
    const edges = quantileEdges(before, driftBins);
    const words = timeWords([...edges, before[0]!, before.at(-1)!, now[0]!, now.at(-1)!]);
    const ends = (values: Float64Array): readonly [string, string] => [
      words(values[0]!),
      words(values.at(-1)!),
    ];
    return {
      ...drift,
      kind: 'time',
      bins: drift.bins.map((bin, at) => ({ ...bin, name: binName(edges, at, words) })),
      range: { before: ends(before), now: ends(now) },
    };
  });
}

/** null when the two are of different kinds or one has no value. */
export function driftOf(before: Column, now: Column): ColumnDrift | null {
  if (before.kind === 'number' && now.kind === 'number')
    return numberDrift(before.name, before.values, now.values);
  if (before.kind === 'category' && now.kind === 'category') return wordDrift(before, now);
  return null;
}

/** Drift of numbers; NaN is missing. */
export function numberDrift(name: string, before: Float64Array, now: Float64Array): ColumnDrift | null {
  const [a, b] = [sortedValues(before), sortedValues(now)];
  if (a.length === 0 || b.length === 0) return null;
  const edges = quantileEdges(a, driftBins);
  const counts = (values: Float64Array): number[] => {
    const found = new Array<number>(edges.length + 1).fill(0);
    for (const value of values) found[binOf(edges, value)]!++;
    return found;
  };
  const statistic = ksStatistic(a, b);
  const std = deviation(a);
  const distance = std > 0 ? wasserstein(a, b) / std : null;
  return {
    ...judged(
      {
        name,
        kind: 'number',
        n: [a.length, b.length],
        missing: [1 - a.length / before.length, 1 - b.length / now.length],
        test: 'Kolmogorov-Smirnov',
        statistic,
        pValue: ksPValue(statistic, a.length, b.length),
        wasserstein: distance,
      },
      [counts(a), counts(b)],
      Array.from({ length: edges.length + 1 }, (_, bin) => binName(edges, bin)),
      distance === null ? null : { name: 'Wasserstein distance in standard deviations', value: distance },
    ),
  };
}

function wordDrift(before: CategoryColumn, now: CategoryColumn): ColumnDrift | null {
  const [a, b] = [wordCounts(before), wordCounts(now)];
  const [totalA, totalB] = [totalOf(a), totalOf(b)];
  if (totalA === 0 || totalB === 0) return null;
  const common = [...a]
    .sort(([x, n], [y, m]) => m - n || (x < y ? -1 : 1))
    .slice(0, mostLevels)
    .map(([word]) => word);
  const counts = (found: Map<string, number>, total: number): number[] => {
    const listed = common.map(word => found.get(word) ?? 0);
    return [...listed, total - listed.reduce((sum, count) => sum + count, 0)];
  };
  let [x, y] = [counts(a, totalA), counts(b, totalB)];
  const names = [...common, 'all others'];
  if (x.at(-1) === 0 && y.at(-1) === 0) {
    [x, y] = [x.slice(0, -1), y.slice(0, -1)];
    names.pop();
  }
  const { statistic, pValue } = chiSquare(x, y);
  return judged(
    {
      name: before.name,
      kind: 'category',
      n: [totalA, totalB],
      missing: [1 - totalA / before.codes.length, 1 - totalB / now.codes.length],
      test: 'chi-square',
      statistic,
      pValue,
      wasserstein: null,
    },
    [x, y],
    names,
    null,
  );
}

function judged(
  found: Pick<
    ColumnDrift,
    'name' | 'kind' | 'n' | 'missing' | 'test' | 'statistic' | 'pValue' | 'wasserstein'
  >,
  [before, now]: readonly [readonly number[], readonly number[]],
  names: readonly string[],
  distance: { readonly name: string; readonly value: number } | null,
): ColumnDrift {
  const [p, q] = [sharesOf(before), sharesOf(now)];
  const js = jensenShannon(p, q);
  return {
    ...found,
    psi: psi(before, now),
    jensenShannon: js,
    hellinger: hellinger(p, q),
    bins: names.map((name, i) => ({ name, before: p[i]!, now: q[i]! })),
    ...decide(
      found.n[0],
      { name: found.test, pValue: found.pValue },
      distance ?? { name: 'Jensen-Shannon distance', value: js },
    ),
  };
}

function binName(edges: readonly number[], bin: number, word = datum): string {
  if (edges.length === 0) return 'all';
  if (bin === 0) return `<= ${word(edges[0]!)}`;
  if (bin === edges.length) return `> ${word(edges[bin - 1]!)}`;
  return `(${word(edges[bin - 1]!)}, ${word(edges[bin]!)}]`;
}

function wordCounts(column: CategoryColumn): Map<string, number> {
  const byCode = new Float64Array(column.levels.length);
  for (const code of column.codes) if (code >= 0) byCode[code]!++;
  return new Map(
    column.levels.flatMap((word, code) => (byCode[code]! > 0 ? [[word, byCode[code]!] as const] : [])),
  );
}

function totalOf(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}

/** Of all values, not of a sample of more: as Evidently norms the Wasserstein distance. */
function deviation(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}
