import type { Column } from '../../core/data/table.ts';

/** Mixes a 32-bit word into a 32-bit hash (murmur3's steps). */
function mix(hash: number, word: number): number {
  let k = Math.imul(word, 0xcc9e2d51);
  k = (k << 15) | (k >>> 17);
  const h = hash ^ Math.imul(k, 0x1b873593);
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
}

function finish(hash: number): number {
  let h = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** Two 32-bit hashes for each row of a batch, fed a column at a time. */
export class RowHashes {
  readonly #first: Int32Array;
  readonly #second: Int32Array;
  /** Hashes of each column's words by code; they grow with the levels. */
  readonly #words: number[][] = [];

  constructor(rows: number) {
    this.#first = new Int32Array(rows);
    this.#second = new Int32Array(rows);
  }

  start(): void {
    this.#first.fill(0x9747b28c | 0);
    this.#second.fill(0x3c6ef372);
  }

  /** @param index the column's place, under which its words' hashes are remembered */
  add(index: number, column: Column, rows: number): void {
    const first = this.#first;
    const second = this.#second;
    if (column.kind === 'number') {
      const bits = new Uint32Array(column.values.buffer, column.values.byteOffset, rows * 2);
      for (let i = 0; i < rows; i++) {
        const zero = column.values[i] === 0;
        const low = zero ? 0 : bits[2 * i]!;
        const high = zero ? 0 : bits[2 * i + 1]!;
        first[i] = mix(mix(first[i]!, low), high);
        second[i] = mix(mix(second[i]!, high ^ 0x5bd1e995), low);
      }
      return;
    }
    const words = (this.#words[index] ??= []);
    while (words.length < column.levels.length) words.push(wordHash(column.levels[words.length]!));
    for (let i = 0; i < rows; i++) {
      const code = column.codes[i]!;
      const hash = code < 0 ? 0x7fffffff : words[code]!;
      first[i] = mix(first[i]!, hash);
      second[i] = mix(second[i]!, hash ^ 0x5bd1e995);
    }
  }

  /** 53 bits of both as one number: equal rows have equal keys, and among a million rows others hardly do. */
  key(row: number): number {
    return finish(this.#first[row]!) * 2 ** 21 + (finish(this.#second[row]!) & 0x1fffff);
  }
}

function wordHash(word: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < word.length; i++) hash = mix(hash, word.charCodeAt(i));
  return finish(hash) | 0;
}

const registerBits = 14;

/**
 * How many different numbers there are, within about 1 % (HyperLogLog, Flajolet et al. 2007, with linear
 * counting for few).
 */
export class DistinctCount {
  readonly #registers = new Uint8Array(1 << registerBits);

  add(values: Float64Array): void {
    const bits = new Uint32Array(values.buffer, values.byteOffset, values.length * 2);
    for (let i = 0; i < values.length; i++) {
      const value = values[i]!;
      if (Number.isNaN(value)) continue;
      const zero = value === 0;
      const hash = finish(mix(mix(0, zero ? 0 : bits[2 * i]!), zero ? 0 : bits[2 * i + 1]!));
      const register = hash >>> (32 - registerBits);
      const rank = Math.clz32((hash << registerBits) | (1 << (registerBits - 1))) + 1;
      if (rank > this.#registers[register]!) this.#registers[register] = rank;
    }
  }

  estimate(): number {
    const m = this.#registers.length;
    let sum = 0;
    let empty = 0;
    for (const rank of this.#registers) {
      sum += 2 ** -rank;
      if (rank === 0) empty++;
    }
    const raw = ((0.7213 / (1 + 1.079 / m)) * m * m) / sum;
    if (raw <= 2.5 * m && empty > 0) return Math.round(m * Math.log(m / empty));
    // A 32-bit hash runs out of values near four thousand million rows; the correction is for that end.
    return Math.round(raw <= 2 ** 32 / 30 ? raw : -(2 ** 32) * Math.log(1 - raw / 2 ** 32));
  }
}
