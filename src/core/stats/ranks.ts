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

const digitBits = 16;
const digits = 1 << digitBits;

/**
 * Indices that put the values in ascending order, equal values in their own order; NaN last. A radix sort
 * over the bits of the numbers: a million take a fraction of what comparing them does.
 */
export function sortOrder(values: Float64Array): Uint32Array {
  const n = values.length;
  const keys = new Uint16Array(4 * n);
  const words = new Uint32Array(keys.buffer);
  const bits = new Uint32Array(Float64Array.from(values, value => value + 0).buffer);
  for (let i = 0; i < n; i++) {
    const [low, high] = [bits[2 * i]!, bits[2 * i + 1]!];
    // Negative numbers grow downwards: all their bits turn; of the others only the sign.
    const negative = high >>> 31 === 1 && !Number.isNaN(values[i]!);
    words[2 * i] = negative ? ~low : low;
    words[2 * i + 1] = negative ? ~high : (high | 0x80000000) >>> 0;
  }
  let order = Uint32Array.from({ length: n }, (_, i) => i);
  let spare = new Uint32Array(n);
  const counts = new Uint32Array(digits);
  for (let digit = 0; digit < 4; digit++) {
    counts.fill(0);
    for (let i = 0; i < n; i++) counts[keys[4 * i + digit]!]!++;
    // All alike in this digit, as the low bits of what was float32.
    if (n > 0 && counts[keys[digit]!] === n) continue;
    for (let key = 0, start = 0; key < digits; key++) {
      const count = counts[key]!;
      counts[key] = start;
      start += count;
    }
    for (let i = 0; i < n; i++) {
      const index = order[i]!;
      spare[counts[keys[4 * index + digit]!]!++] = index;
    }
    [order, spare] = [spare, order];
  }
  return order;
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
