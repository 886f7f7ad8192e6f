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
 * over the bits of the numbers: a million take a fraction of what comparing them does. Of numbers that float32
 * holds, as a model's answers are, half the bits tell all.
 */
export function sortOrder(values: Float64Array): Uint32Array {
  const order = new Uint32Array(values.length);
  for (let i = 0; i < order.length; i++) order[i] = i;
  if (isAscending(values)) return order;
  const sorter = new RadixSorter();
  const single = singleKeys(values);
  if (single !== null) {
    sorter.sortWith(single, order);
    return order;
  }
  const { low, high } = doubleKeys(values);
  sorter.sortWith(low, order);
  for (let i = 0; i < low.length; i++) low[i] = high[order[i]!]!;
  sorter.sortWith(low, order);
  return order;
}

/** Keys that ascend as the values do: negative numbers grow downwards, so all their bits turn; the others get their sign set, as -0 has it. */
function doubleKeys(values: Float64Array): { readonly low: Uint32Array; readonly high: Uint32Array } {
  const n = values.length;
  const bits = new Uint32Array(values.slice().buffer);
  const [low, high] = [new Uint32Array(n), new Uint32Array(n)];
  for (let i = 0; i < n; i++) {
    const negative = values[i]! < 0;
    low[i] = negative ? ~bits[2 * i]! : bits[2 * i]!;
    high[i] = negative ? ~bits[2 * i + 1]! : bits[2 * i + 1]! | 0x80000000;
  }
  return { low, high };
}

/** The same of the values as float32; null when that does not hold one of them. */
function singleKeys(values: Float64Array): Uint32Array | null {
  const single = new Float32Array(values.length);
  for (let i = 0; i < single.length; i++) {
    const value = values[i]!;
    single[i] = value;
    if (single[i] !== value && value === value) return null;
  }
  const keys = new Uint32Array(single.buffer);
  for (let i = 0; i < keys.length; i++) keys[i] = values[i]! < 0 ? ~keys[i]! : keys[i]! | 0x80000000;
  return keys;
}

function isAscending(values: Float64Array): boolean {
  for (let i = 1; i < values.length; i++) if (!(values[i]! >= values[i - 1]!)) return false;
  return true;
}

function meanOf(values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}

/** Pearson's correlation; null for a constant. */
export function pearson(x: Float64Array, y: Float64Array): number | null {
  const [mx, my] = [meanOf(x), meanOf(y)];
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
