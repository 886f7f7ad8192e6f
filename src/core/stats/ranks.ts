import { RadixSorter } from './radix.ts';

/** Ranks from 1, equal values sharing their mean rank. NaN sorts last. */
export function meanRanks(values: Float64Array): Float64Array {
  const order = sortOrder(values);
  const ranks = new Float64Array(values.length);
  for (let start = 0; start < order.length;) {
    let end = start + 1;
    while (end < order.length && values[order[end]!] === values[order[start]!]) end++;
    for (let i = start; i < end; i++) ranks[order[i]!] = (start + 1 + end) / 2;
    start = end;
  }
  return ranks;
}

/**
 * Indices that put the values in ascending order, equal values in their own order; NaN last. A radix sort
 * over the bits of the numbers: a million take a fraction of what comparing them does.
 */
export function sortOrder(values: Float64Array): Uint32Array {
  const n = values.length;
  const order = new Uint32Array(n);
  for (let i = 0; i < n; i++) order[i] = i;
  if (isAscending(values)) return order;
  const bits = new Uint32Array(values.slice().buffer);
  const low = new Uint32Array(n);
  const high = new Uint32Array(n);
  for (let i = 0; i < n; i++) {
    // Negative numbers grow downwards: all their bits turn; the others get their sign set, as -0 has it.
    const negative = values[i]! < 0;
    low[i] = negative ? ~bits[2 * i]! : bits[2 * i]!;
    high[i] = negative ? ~bits[2 * i + 1]! : bits[2 * i + 1]! | 0x80000000;
  }
  const sorter = new RadixSorter();
  sorter.sortWith(low, order);
  for (let i = 0; i < n; i++) low[i] = high[order[i]!]!;
  sorter.sortWith(low, order);
  return order;
}

function isAscending(values: Float64Array): boolean {
  for (let i = 1; i < values.length; i++) if (!(values[i]! >= values[i - 1]!)) return false;
  return true;
}

/** Pearson's correlation; null for a constant. */
export function pearson(x: Float64Array, y: Float64Array): number | null {
  const mean = (values: Float64Array): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const [mx, my] = [mean(x), mean(y)];
  let [xy, xx, yy] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    const [dx, dy] = [x[i]! - mx, y[i]! - my];
    xy += dx * dy;
    xx += dx * dx;
    yy += dy * dy;
  }
  return xx > 0 && yy > 0 ? Math.max(-1, Math.min(1, xy / Math.sqrt(xx * yy))) : null;
}

/** Spearman's rank correlation; null for a constant. */
export function spearman(x: Float64Array, y: Float64Array): number | null {
  return pearson(meanRanks(x), meanRanks(y));
}
