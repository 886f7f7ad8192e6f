import { gaussLegendre } from './quadrature.ts';

/**
 * `fillLeafTable` for path-dependent values, whose background passes each player's tests independently with the
 * product of its covers: the integrand is then a product over players, and a player's line differs between its
 * two sides by a factor only.
 * @param shares of each player; of the last, the true branch's
 * @param table written: k x 2^k, one line a player
 * @param scratch at least ceil(k / 2) 2^(k - 1) long
 */
export function fillPathTable(
  shares: Float64Array,
  k: number,
  whenTrue: number,
  whenFalse: number,
  table: Float64Array,
  scratch: Float64Array,
): void {
  const size = 1 << k;
  const half = size >> 1;
  const { nodes, weights } = gaussLegendre((k + 1) >> 1);
  const points = nodes.length;
  // At each point the product over the players below the last, for every pattern of theirs.
  for (let q = 0; q < points; q++) {
    const from = q * half;
    const t = nodes[q]!;
    scratch[from] = weights[q]!;
    for (let i = 0; i < k - 1; i++) {
      const bit = 1 << i;
      const without = shares[i]! * (1 - t);
      const within = without + t;
      for (let c = from; c < from + bit; c++) {
        scratch[c + bit] = scratch[c]! * within;
        scratch[c]! *= without;
      }
    }
  }

  const last = shares[k - 1]!;
  const gap = whenTrue - whenFalse;
  const line = (k - 1) * size;
  for (let c = 0; c < half; c++) {
    let sum = 0;
    for (let q = 0; q < points; q++) sum += scratch[q * half + c]!;
    table[line + c] = -gap * last * sum;
    table[line + half + c] = gap * (1 - last) * sum;
  }

  for (let j = 0; j < k - 1; j++) {
    const bit = 1 << j;
    const low = bit - 1;
    const share = shares[j]!;
    for (let side = 0; side < 2; side++) {
      // What the siblings weigh at each point, over the factor that player j has on its side of the row.
      for (let q = 0; q < points; q++) {
        const t = nodes[q]!;
        const taken = last + (side - last) * t;
        factors[q] = (whenTrue * taken + whenFalse * (1 - taken)) / (share + (1 - share) * t);
      }
      const to = j * size + side * half;
      for (let i = 0; i < half >> 1; i++) {
        const c = ((i & ~low) << 1) | (i & low);
        let sum = 0;
        for (let q = 0, at = c + bit; q < points; q++, at += half) sum += scratch[at]! * factors[q]!;
        table[to + c] = -share * sum;
        table[to + c + bit] = (1 - share) * sum;
      }
    }
  }
}

const factors = new Float64Array(16);
