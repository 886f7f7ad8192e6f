/** No more bins than can be told apart on a sketch. */
const mostBins = 40;

export interface NumberFacts {
  readonly n: number;
  readonly min: number;
  readonly max: number;
  readonly lower: number;
  readonly upper: number;
  readonly distinct: number;
  /** All values are whole numbers. */
  readonly whole: boolean;
}

/**
 * Edges of a histogram: Freedman and Diaconis's width (1981), between the outer fences (3 interquartile ranges
 * beyond the quartiles), so that a few far values do not press all others into one bin; one bin a value where
 * whole numbers are few.
 */
export function histogramEdges({ n, min, max, lower, upper, distinct, whole }: NumberFacts): number[] {
  if (!(max > min)) return [min - 0.5, max + 0.5];
  const spread = upper - lower;
  const [low, high] =
    spread > 0 ? [Math.max(min, lower - 3 * spread), Math.min(max, upper + 3 * spread)] : [min, max];
  const [first, last] = [Math.ceil(low), Math.floor(high)];
  if (whole && last - first < mostBins)
    return Array.from({ length: last - first + 2 }, (_, i) => first - 0.5 + i);
  const width = spread > 0 ? (2 * spread) / Math.cbrt(n) : (high - low) / 10;
  const bins = Math.max(1, Math.min(mostBins, Math.ceil((high - low) / width), distinct));
  return Array.from({ length: bins + 1 }, (_, i) => (i === bins ? high : low + ((high - low) * i) / bins));
}

/** The bin of a value: [edge, next edge), the last one closed; -1 below, the number of bins above. */
export function binAt(edges: readonly number[], value: number): number {
  const bins = edges.length - 1;
  const [low, high] = [edges[0]!, edges[bins]!];
  if (value < low) return -1;
  if (value > high) return bins;
  return Math.min(bins - 1, Math.floor(((value - low) / (high - low)) * bins));
}

/** Shares of values in each bin; of all that are not missing. */
export function sharesIn(edges: readonly number[], values: Float64Array): number[] {
  const counts = new Array<number>(edges.length - 1).fill(0);
  let n = 0;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    n++;
    const bin = binAt(edges, value);
    if (bin >= 0 && bin < counts.length) counts[bin]!++;
  }
  return counts.map(count => (n === 0 ? 0 : count / n));
}
