import { DuckDBVarCharVector, type DuckDBVector } from '@duckdb/node-api';
import { validBits, wholeNumbersIn, type WholeNumbers } from './vectors.ts';

/** DuckDB keeps a string in 16 bytes: its length, then up to 12 bytes of it, or 4 and a pointer to the rest. */
const stringWords = 4;
const inlineBytes = 12;
const slots = 2 ** 14;
/** Whole numbers from 0 whose codes are looked up in an array. */
const smallNumbers = 256;

/**
 * Words and their codes, in the order they were first seen. Codes stay what they are as words are added.
 * Decoding a string costs ten times as much as knowing it again by its 16 bytes, so those are remembered.
 */
export class Words {
  readonly levels: string[] = [];
  readonly #codes = new Map<string, number>();
  readonly #known = new Int32Array(slots * stringWords);
  readonly #knownCodes = new Int32Array(slots).fill(-1);
  readonly #numberCodes = new Int32Array(smallNumbers).fill(-1);
  /** The chunk in which a pointer was seen: another chunk's pointers mean other strings. */
  readonly #seenIn = new Int32Array(slots);
  #filled = 0;
  #chunk = 0;

  /** The code of a word; -1 for a missing one. */
  code(word: string | null): number {
    if (word === null) return -1;
    const known = this.#codes.get(word);
    if (known !== undefined) return known;
    const code = this.levels.length;
    this.levels.push(word);
    this.#codes.set(word, code);
    return code;
  }

  /** Codes of rows [from, from + count) of a column of strings or whole numbers, written from `to` on. */
  add(vector: DuckDBVector, from: number, count: number, codes: Int32Array, to: number): void {
    const numbers = wholeNumbersIn(vector);
    if (numbers !== null) {
      const valid = validBits(vector);
      for (let row = from; row < from + count; row++) {
        const missing = valid !== null && ((valid[row >> 3]! >> (row & 7)) & 1) === 0;
        codes[to + row - from] = missing ? -1 : this.#codeOf(numbers, row);
      }
      return;
    }
    if (!(vector instanceof DuckDBVarCharVector))
      throw new Error('a column of words did not come as strings');
    // The package keeps its memory private; it is only read here.
    const view = vector['dataView'] as DataView;
    const strings = new Int32Array(view.buffer, view.byteOffset, (from + count) * stringWords);
    const valid = validBits(vector);
    this.#chunk++;
    for (let row = from; row < from + count; row++) {
      const missing = valid !== null && ((valid[row >> 3]! >> (row & 7)) & 1) === 0;
      codes[to + row - from] = missing ? -1 : this.#codeAt(strings, row, vector);
    }
  }

  #codeOf({ items, halves }: WholeNumbers, row: number): number {
    // A number of 64 bits whose upper half only repeats its sign is one of 32.
    const value = halves === null ? Number(items[row]) : halves[2 * row]!;
    if (halves !== null && halves[2 * row + 1] !== value >> 31) return this.code(String(items[row]));
    const known = this.#numberCodes[value];
    if (known !== undefined && known >= 0) return known;
    const code = this.code(String(value));
    if (known !== undefined) this.#numberCodes[value] = code;
    return code;
  }

  #codeAt(strings: Int32Array, row: number, vector: DuckDBVarCharVector): number {
    const at = row * stringWords;
    const known = this.#known;
    const length = strings[at]!;
    const a = strings[at + 1]!;
    const b = strings[at + 2]!;
    const c = strings[at + 3]!;
    const inlined = length <= inlineBytes;
    let hash = Math.imul(length, 0x9e3779b1) ^ Math.imul(a, 0x85ebca77);
    hash ^= Math.imul(b, 0xc2b2ae3d) ^ Math.imul(c, 0x27d4eb2f);
    let slot = (hash ^ (hash >>> 15)) & (slots - 1);
    while (this.#knownCodes[slot]! >= 0) {
      const k = slot * stringWords;
      if (known[k] === length && known[k + 1] === a && known[k + 2] === b && known[k + 3] === c) {
        if (inlined || this.#seenIn[slot] === this.#chunk) return this.#knownCodes[slot]!;
        break;
      }
      slot = (slot + 1) & (slots - 1);
    }
    const code = this.code(vector.getItem(row));
    const isNew = this.#knownCodes[slot]! < 0;
    if (isNew && this.#filled >= slots / 2) return code;
    if (isNew) this.#filled++;
    known.set([length, a, b, c], slot * stringWords);
    this.#knownCodes[slot] = code;
    this.#seenIn[slot] = this.#chunk;
    return code;
  }
}
