import { attribute, integrate } from './leafTable.ts';
import { gaussLegendre } from './quadrature.ts';

/**
 * Shapley interaction indices of two sibling leaves for every pattern a row can have there: `fillLeafTable` with
 * a second difference. Pair (i, j), i < j, is at line j (j - 1) / 2 + i.
 * @param histogram 2^k shares of the background's patterns
 * @param table written: k (k - 1) / 2 lines of 2^k
 * @param scratch at least 3 * 2^k long
 */
export function fillPairTable(
  histogram: Float64Array,
  k: number,
  whenTrue: number,
  whenFalse: number,
  table: Float64Array,
  scratch: Float64Array,
): void {
  const size = 1 << k;
  const half = size >> 1;
  const { nodes, weights } = gaussLegendre(Math.max(1, k >> 1));
  const shares = scratch.subarray(0, size);
  const gap = scratch.subarray(size, 2 * size);
  const first = scratch.subarray(2 * size, 3 * size);
  table.fill(0, 0, (size * k * (k - 1)) / 2);
  for (let q = 0; q < nodes.length; q++) {
    const t = nodes[q]!;
    const s = 1 - t;
    const weight = weights[q]!;
    shares.set(histogram.subarray(0, size));
    integrate(shares, half, t, s);
    for (let c = 0; c < half; c++) {
      const absent = shares[c]!;
      const present = shares[c + half]!;
      gap[c] = -(whenTrue - whenFalse) * present;
      gap[c + half] = (whenTrue - whenFalse) * absent;
      shares[c] = whenTrue * s * present + whenFalse * (t * present + absent);
      shares[c + half] = whenTrue * (t * absent + present) + whenFalse * s * absent;
    }
    for (let j = 1; j < k; j++) {
      if (j < k - 1) {
        first.fill(0);
        attribute(shares, size, 1 << j, first, 0, 1, t);
      } else first.set(gap);
      for (let i = 0; i < j; i++)
        attribute(first, size, 1 << i, table, ((j * (j - 1)) / 2 + i) * size, weight, t);
    }
  }
}
