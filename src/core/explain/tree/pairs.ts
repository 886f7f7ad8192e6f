/** Shapley weights (a - 1)! b! / (a + b)! by `weights[a * side + b]`, for coalitions of a needed and b barred players. */
export class ShapleyWeights {
  readonly #side: number;
  readonly #weights: Float64Array;

  constructor(most: number) {
    this.#side = most + 1;
    this.#weights = new Float64Array(this.#side * this.#side);
    for (let a = 1; a <= most; a++)
      for (let b = 0; a + b <= most; b++) this.#weights[a * this.#side + b] = betaWeight(a, b);
  }

  /** The part of each of the a players that the row alone provides. */
  needed(a: number, b: number): number {
    return this.#weights[a * this.#side + b]!;
  }

  /** The part, to be subtracted, of each of the b players that the background alone provides. */
  barred(a: number, b: number): number {
    return this.#weights[b * this.#side + a]!;
  }
}

/** (a - 1)! b! / (a + b)! = 1 / (a C(a + b, a)). */
function betaWeight(a: number, b: number): number {
  let choose = 1;
  for (let i = 1; i <= a; i++) choose = (choose * (b + i)) / i;
  return 1 / (a * choose);
}

/**
 * Attributions of a leaf of unit value for one row's pattern, by going through the background's distinct
 * patterns: for long paths, where a table of 2^k patterns would be too large.
 * @param phi k values, added to
 */
export function addPairs(
  row: number,
  background: Int32Array,
  shares: Float64Array,
  distinct: number,
  k: number,
  weights: ShapleyWeights,
  phi: Float64Array,
): void {
  const full = (1 << k) - 1;
  for (let p = 0; p < distinct; p++) {
    const other = background[p]!;
    if ((row | other) !== full) continue;
    const needed = row & ~other;
    const barred = other & ~row;
    const a = bitCount(needed);
    const b = bitCount(barred);
    if (a > 0) {
      const part = weights.needed(a, b) * shares[p]!;
      for (let rest = needed; rest !== 0; rest &= rest - 1) phi[31 - Math.clz32(rest & -rest)]! += part;
    }
    if (b > 0) {
      const part = weights.barred(a, b) * shares[p]!;
      for (let rest = barred; rest !== 0; rest &= rest - 1) phi[31 - Math.clz32(rest & -rest)]! -= part;
    }
  }
}

function bitCount(bits: number): number {
  let v = bits - ((bits >>> 1) & 0x55555555);
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
  return (((v + (v >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24;
}
