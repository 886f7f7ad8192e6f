import { sortOrder } from '../stats/ranks.ts';

const digitBits = 11;
const digits = 1 << digitBits;

/** Rows in the order of one value, sorted once: draws of rows are then put in order by radix sort. */
export class Ranking {
  /** Position of each row in ascending order. */
  readonly #position: Uint32Array;
  /** Number of the group of equal values at each position. */
  readonly #group: Uint32Array;
  /** Row at each position. */
  readonly order: Uint32Array;
  readonly #passes: number;
  readonly #counts = new Uint32Array(digits);
  #keys = new Uint32Array(0);
  #spare = new Uint32Array(0);

  /** @param values one a row, none of them NaN */
  constructor(values: Float64Array) {
    const n = values.length;
    this.order = sortOrder(values);
    this.#position = new Uint32Array(n);
    this.#group = new Uint32Array(n);
    for (let at = 0; at < n; at++) {
      const row = this.order[at]!;
      this.#position[row] = at;
      if (at > 0)
        this.#group[at] = this.#group[at - 1]! + (values[row] === values[this.order[at - 1]!] ? 0 : 1);
    }
    this.#passes = Math.max(1, Math.ceil(Math.log2(Math.max(2, n)) / digitBits));
  }

  /** Whether the values at two positions are equal. */
  tied(one: number, other: number): boolean {
    return this.#group[one] === this.#group[other];
  }

  /** Positions of the rows, ascending. The array is used again by the next call. */
  sorted(rows: Int32Array): Uint32Array {
    const n = rows.length;
    if (this.#keys.length !== n) {
      this.#keys = new Uint32Array(n);
      this.#spare = new Uint32Array(n);
    }
    let [from, to] = [this.#keys, this.#spare];
    for (let i = 0; i < n; i++) from[i] = this.#position[rows[i]!]!;
    for (let pass = 0; pass < this.#passes; pass++) {
      this.#pass(from, to, pass * digitBits);
      [from, to] = [to, from];
    }
    return from;
  }

  #pass(from: Uint32Array, to: Uint32Array, shift: number): void {
    const counts = this.#counts.fill(0);
    const mask = digits - 1;
    for (let i = 0; i < from.length; i++) counts[(from[i]! >>> shift) & mask]!++;
    let start = 0;
    for (let digit = 0; digit < digits; digit++) {
      const count = counts[digit]!;
      counts[digit] = start;
      start += count;
    }
    for (let i = 0; i < from.length; i++) {
      const key = from[i]!;
      to[counts[(key >>> shift) & mask]!++] = key;
    }
  }
}
