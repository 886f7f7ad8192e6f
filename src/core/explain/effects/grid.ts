import type { CategoryColumn, Column, NumberColumn } from '../../data/table.ts';

/** Ascending values of a number column, without what is missing or infinite. */
export function sortedNumbers(column: NumberColumn): Float64Array {
  return column.values.filter(value => Number.isFinite(value)).sort();
}

/**
 * Positions of a curve over a number column: every value where there are few, else half of them spaced evenly
 * from the least to the largest value and half at quantiles, so that neither the ends nor the middle are coarse.
 * Columns of whole numbers keep whole positions.
 * @param sorted ascending, finite
 */
export function numberGrid(sorted: Float64Array, size: number): Float64Array {
  const distinct = uniqueSorted(sorted);
  if (distinct.length <= size) return distinct;
  const [low, high] = [sorted[0]!, sorted.at(-1)!];
  const even = Math.ceil(size / 2);
  const positions = new Float64Array(size);
  for (let k = 0; k < even; k++) positions[k] = low + ((high - low) * k) / (even - 1);
  for (let k = even; k < size; k++) positions[k] = valueQuantile(sorted, (k - even + 1) / (size - even + 1));
  positions[even - 1] = high;
  const whole = sorted.every(Number.isInteger);
  return uniqueSorted((whole ? positions.map(Math.round) : positions).sort());
}

/** Edges of at most `bins` bins of about as many rows each; every edge is a value of the column (ties make fewer). */
export function quantileEdges(sorted: Float64Array, bins: number): Float64Array {
  const edges = Float64Array.from({ length: bins + 1 }, (_, k) => valueQuantile(sorted, k / bins));
  return uniqueSorted(edges);
}

/** The least value with at least a share p of the values at or below it (Hyndman and Fan's type 1). */
function valueQuantile(sorted: Float64Array, p: number): number {
  return sorted[Math.max(0, Math.ceil(p * sorted.length - 1e-9) - 1)]!;
}

function uniqueSorted(sorted: Float64Array): Float64Array {
  return sorted.filter((value, i) => i === 0 || value !== sorted[i - 1]);
}

/** How often each level occurs, and what is missing. */
export function levelCounts(column: CategoryColumn): { readonly counts: number[]; readonly missing: number } {
  const counts = new Array<number>(column.levels.length).fill(0);
  let missing = 0;
  for (const code of column.codes)
    if (code < 0) missing++;
    else counts[code]!++;
  return { counts, missing };
}

/** Why a column has no curve, in a sentence; null when it has. */
export function whyNoCurve(column: Column): string | null {
  const distinct =
    column.kind === 'number'
      ? uniqueSorted(sortedNumbers(column)).length
      : levelCounts(column).counts.filter(count => count > 0).length;
  if (distinct > 1) return null;
  if (distinct === 0) return `\`${column.name}\` is missing in every row.`;
  return `\`${column.name}\` has one value in every row: there is nothing to vary.`;
}
