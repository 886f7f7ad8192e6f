/**
 * The p-quantile of ascending values, linear between the two nearest (Hyndman and Fan's type 7, numpy's
 * default). NaN when there are none.
 */
export function quantileOfSorted(sorted: ArrayLike<number>, p: number): number {
  if (sorted.length === 0) return NaN;
  const at = (sorted.length - 1) * p;
  const lower = Math.floor(at);
  const low = sorted[lower]!;
  const high = sorted[Math.min(lower + 1, sorted.length - 1)]!;
  return low + (at - lower) * (high - low);
}

/** The values without NaN, ascending. */
export function sortedValues(values: Float64Array): Float64Array {
  return values.filter(value => !Number.isNaN(value)).sort();
}
