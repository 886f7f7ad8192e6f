import type { CategoryColumn, NumberColumn } from '../../data/table.ts';
import { levelCounts, sortedNumbers } from './grid.ts';

/** Fewer rows than this say nothing of the model there. */
const fewRows = 5;
const mostBins = 30;

/** Where rows are thin: fewer than 5, or under a tenth of an even share. */
export function isThin(count: number, total: number, bins: number): boolean {
  return count < Math.max(fewRows, total / bins / 10);
}

export interface NumberSupport {
  /** Ascending, one more than counts. */
  readonly edges: Float64Array;
  readonly counts: readonly number[];
  readonly thin: readonly boolean[];
  readonly missing: number;
}

/**
 * Rows of the reference in bins over the range of a curve.
 * @param grid the curve's positions, ascending: where they are few and the column's only values, each has its bin
 * @param discrete the grid holds every value of the column
 */
export function numberSupport(reference: NumberColumn, grid: Float64Array, discrete: boolean): NumberSupport {
  const sorted = sortedNumbers(reference);
  const edges = discrete ? aroundEach(grid) : evenEdges(grid, sorted.length);
  const counts = new Array<number>(edges.length - 1).fill(0);
  for (const value of sorted) {
    const bin = supportBin(edges, value);
    if (bin >= 0) counts[bin]!++;
  }
  const inside = counts.reduce((sum, count) => sum + count, 0);
  return {
    edges,
    counts,
    thin: counts.map(count => isThin(count, inside, counts.length)),
    missing: reference.values.length - sorted.length,
  };
}

/** The bin [edges[k], edges[k + 1]) of a value, the last with its upper edge; -1 outside. */
export function supportBin(edges: Float64Array, value: number): number {
  const last = edges.length - 1;
  if (value < edges[0]! || value > edges[last]!) return -1;
  let low = 0;
  let high = last - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (edges[middle]! <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}

export interface LevelSupport {
  /** Most frequent first. */
  readonly levels: readonly string[];
  readonly counts: readonly number[];
  readonly thin: readonly boolean[];
  readonly missing: number;
}

/** @param levels the curve's levels; those that the reference lacks count 0 */
export function levelSupport(reference: CategoryColumn, levels: readonly string[]): LevelSupport {
  const { counts, missing } = levelCounts(reference);
  const known = new Map(reference.levels.map((level, code) => [level, counts[code]!]));
  const all = [...new Set([...reference.levels, ...levels])]
    .map(level => ({ level, count: known.get(level) ?? 0 }))
    .filter(({ level, count }) => count > 0 || levels.includes(level))
    .sort((a, b) => b.count - a.count || (a.level < b.level ? -1 : 1));
  return {
    levels: all.map(({ level }) => level),
    counts: all.map(({ count }) => count),
    // An even share says nothing of categories: rare ones are natural.
    thin: all.map(({ count }) => count < fewRows),
    missing,
  };
}

function aroundEach(values: Float64Array): Float64Array {
  const last = values.length - 1;
  const middles = Array.from(values.subarray(0, last), (value, k) => (value + values[k + 1]!) / 2);
  return Float64Array.of(values[0]!, ...middles, values[last]!);
}

/** Bins of one width, as many as the rows can fill; of whole numbers, each holds as many numbers. */
function evenEdges(grid: Float64Array, rows: number): Float64Array {
  const [low, high] = [grid[0]!, grid.at(-1)!];
  const bins = Math.max(5, Math.min(mostBins, Math.floor(Math.sqrt(rows))));
  if (!grid.every(Number.isInteger))
    return Float64Array.from({ length: bins + 1 }, (_, k) => low + ((high - low) * k) / bins);
  const width = Math.ceil((high - low + 1) / bins);
  const count = Math.ceil((high - low + 1) / width);
  return Float64Array.from({ length: count + 1 }, (_, k) => low - 0.5 + k * width);
}
