import { gaussLegendre } from './quadrature.ts';

/**
 * Attributions of two sibling leaves for every pattern a row can have there. The last bit says whether a row
 * passes the test that parts them, so that one table serves both; `whenFalse` 0 makes it a table of one leaf.
 *
 * With h the share of the background in each pattern b, a row of pattern c and a coalition S reach a leaf when
 * every player has its bit set in c (if in S) or in b. Shapley's weights are Beta integrals, so the sum over
 * coalitions is a product over players inside one integral on [0, 1], done exactly by Gauss-Legendre
 * (Quadrature-TreeSHAP, arXiv 2605.04497; tables by pattern as in WOODELF, arXiv 2511.09376).
 * @param histogram 2^k shares of the background's patterns
 * @param table written: k x 2^k, one line a player
 * @param scratch at least 2^(k + 1) long
 */
export function fillLeafTable(
  histogram: Float64Array,
  k: number,
  whenTrue: number,
  whenFalse: number,
  table: Float64Array,
  scratch: Float64Array,
): void {
  const size = 1 << k;
  const half = size >> 1;
  const { nodes, weights } = gaussLegendre((k + 1) >> 1);
  table.fill(0, 0, size * k);
  for (let q = 0; q < nodes.length; q++) {
    const t = nodes[q]!;
    const s = 1 - t;
    const weight = weights[q]!;
    for (let c = 0; c < size; c++) scratch[c] = histogram[c]!;
    integrate(scratch, half, t, s);

    const gap = weight * (whenTrue - whenFalse);
    const last = (k - 1) * size;
    for (let c = 0; c < half; c++) {
      const absent = scratch[c]!;
      const present = scratch[c + half]!;
      table[last + c]! -= gap * present;
      table[last + half + c]! += gap * absent;
      scratch[c] = whenTrue * s * present + whenFalse * (t * present + absent);
      scratch[c + half] = whenTrue * (t * absent + present) + whenFalse * s * absent;
    }

    for (let j = 0; j < k - 1; j++) attribute(scratch, size, 1 << j, table, j * size, weight, t);
  }
}

/** Folds each player's test into the shares, for the players below the last. */
export function integrate(scratch: Float64Array, half: number, t: number, s: number): void {
  for (let bit = 1; bit < half; bit <<= 1) {
    const low = bit - 1;
    for (let i = 0; i < half; i++) {
      const c = ((i & ~low) << 1) | (i & low);
      const absent = scratch[c]!;
      const present = scratch[c + bit]!;
      scratch[c] = s * present;
      scratch[c + bit] = t * absent + present;
    }
  }
}

/** Adds `weight` times the difference that one player's bit makes, for every pattern. */
export function attribute(
  scratch: Float64Array,
  size: number,
  bit: number,
  table: Float64Array,
  from: number,
  weight: number,
  t: number,
): void {
  const low = bit - 1;
  const half = size >> 1;
  const overS = weight / (1 - t);
  const overT = weight / t;
  const overOne = 1 / t;
  for (let i = 0; i < half; i++) {
    const c = ((i & ~low) << 1) | (i & low);
    const without = scratch[c]! * overS;
    table[from + c]! -= without;
    table[from + c + bit]! += scratch[c + bit]! * overT - without * overOne;
  }
}
