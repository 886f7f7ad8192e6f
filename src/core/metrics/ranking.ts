import { RadixSorter } from '../stats/radix.ts';
import { sortOrder } from '../stats/ranks.ts';
import type { Times } from './kernel.ts';
import type { ClassScores } from './scored.ts';

/** Rows in the order of one value, sorted once: draws of rows are then put in order by radix sort. */
export class Ranking {
  /** Row at each position. */
  readonly order: Uint32Array;
  /** The value at each position: ascending. */
  readonly values: Float64Array;
  /** How many different values there are. */
  readonly distinct: number;
  /** Position of each row; made when rows are first put in order. */
  #position: Uint32Array | null = null;
  readonly #sorter = new RadixSorter();
  #keys = new Uint32Array(0);
  /** Rows that ascend in this order, whose positions `#keys` holds. */
  #ascending: Int32Array | null = null;

  /** @param values one a row, none of them NaN */
  constructor(values: Float64Array) {
    const n = values.length;
    this.order = sortOrder(values);
    this.values = new Float64Array(n);
    let distinct = 0;
    for (let at = 0; at < n; at++) {
      const row = this.order[at]!;
      const value = values[row]!;
      if (at === 0 || value !== this.values[at - 1]) distinct++;
      this.values[at] = value;
    }
    this.distinct = distinct;
  }

  /** Positions of the rows, ascending, with how often each counts. The arrays are used again by the next call. */
  sorted(rows: Int32Array, times?: Times): { readonly positions: Uint32Array; readonly times?: Times } {
    const n = rows.length;
    if (times !== undefined && rows === this.#ascending)
      return { positions: this.#keys.subarray(0, n), times };
    if (this.#keys.length < n) this.#keys = new Uint32Array(n);
    const keys = this.#keys.length === n ? this.#keys : this.#keys.subarray(0, n);
    if (times === undefined && this.#isEach(rows)) {
      for (let at = 0; at < n; at++) keys[at] = at;
      this.#ascending = null;
      return { positions: keys };
    }
    const position = (this.#position ??= this.#positions());
    let ascending = true;
    for (let i = 0, before = 0; i < n; i++) {
      const at = position[rows[i]!]!;
      keys[i] = at;
      if (at < before) ascending = false;
      before = at;
    }
    this.#ascending = ascending ? rows : null;
    if (times === undefined) {
      if (!ascending) this.#sorter.sort(keys);
      return { positions: keys };
    }
    if (ascending) return { positions: keys, times };
    const moved = Uint32Array.from(times);
    this.#sorter.sortWith(keys, moved);
    return { positions: keys, times: moved };
  }

  /** Whether these are all rows, each once, in turn: their positions are then all positions. */
  #isEach(rows: Int32Array): boolean {
    if (rows.length !== this.order.length) return false;
    let row = 0;
    while (row < rows.length && rows[row] === row) row++;
    return row === rows.length;
  }

  #positions(): Uint32Array {
    const found = new Uint32Array(this.order.length);
    for (let at = 0; at < found.length; at++) found[this.order[at]!] = at;
    return found;
  }
}

/** A ranking, and at each position whether its row is of the class. */
interface OfClass {
  readonly ranking: Ranking;
  readonly hits: Uint8Array;
}

const rankings = new WeakMap<ClassScores, Map<number, OfClass>>();

/** The rows by the score of one class, rows without a score first. Made once for all that read it. */
export function rankingOf(scored: ClassScores, index: number): OfClass {
  const known = rankings.get(scored) ?? new Map<number, OfClass>();
  rankings.set(scored, known);
  const ranking = known.get(index) ?? rankedBy(scored, index);
  known.set(index, ranking);
  return ranking;
}

function rankedBy({ n, scores, labels, classes }: ClassScores, index: number): OfClass {
  const k = classes.length;
  const values = new Float64Array(n);
  for (let row = 0; row < n; row++) {
    const score = scores[row * k + index]!;
    values[row] = score === score ? score : -Infinity;
  }
  const ranking = new Ranking(values);
  const { order } = ranking;
  const hits = new Uint8Array(n);
  for (let at = 0; at < n; at++) hits[at] = labels[order[at]!] === index ? 1 : 0;
  return { ranking, hits };
}
