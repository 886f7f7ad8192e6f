import { gaussLegendre } from './quadrature.ts';

/**
 * Attributions of a leaf of unit value for every pattern a row can have there.
 * With h the share of the background in each pattern b, a row of pattern c and a coalition S reach the leaf when
 * every player has its bit set in c (if in S) or in b. Shapley's weights are Beta integrals, so the sum over
 * coalitions is a product over players inside one integral on [0, 1], done exactly by Gauss-Legendre
 * (Quadrature-TreeSHAP, arXiv 2605.04497; tables by pattern as in WOODELF, arXiv 2511.09376).
 * @param histogram 2^k weights of the background's patterns; they sum to 1
 * @param table written: 2^k x k, row-major
 * @param scratch at least 2^k long
 */
export function fillLeafTable(
  histogram: Float64Array,
  k: number,
  table: Float64Array,
  scratch: Float64Array,
): void {
  const size = 1 << k;
  table.fill(0, 0, size * k);
  const { nodes, weights } = gaussLegendre(Math.max(1, Math.ceil(k / 2)));
  for (let q = 0; q < nodes.length; q++) {
    const t = nodes[q]!;
    const s = 1 - t;
    const weight = weights[q]!;
    for (let c = 0; c < size; c++) scratch[c] = histogram[c]!;
    for (let bit = 1; bit < size; bit <<= 1)
      for (let block = 0; block < size; block += bit << 1)
        for (let c = block; c < block + bit; c++) {
          const absent = scratch[c]!;
          const present = scratch[c + bit]!;
          scratch[c] = s * present;
          scratch[c + bit] = t * absent + present;
        }
    const overS = weight / s;
    const overT = weight / t;
    const overOne = 1 / t;
    for (let j = 0; j < k; j++) {
      const bit = 1 << j;
      for (let block = 0; block < size; block += bit << 1)
        for (let c = block; c < block + bit; c++) {
          const without = scratch[c]! * overS;
          table[c * k + j]! -= without;
          table[(c + bit) * k + j]! += scratch[c + bit]! * overT - without * overOne;
        }
    }
  }
}
