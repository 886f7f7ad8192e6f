import type { RowCount } from '../../core/checks/facts.ts';
import { Counted } from './counted.ts';

/** The keys of all rows of a data file (equal rows, equal keys) with their labels. */
export class RowKeys {
  #keys = new Float64Array(1024);
  #labels = new Float64Array(1024);
  #rows = 0;

  /** @param labels one a row (codes or values), or null without labels */
  add(keys: Float64Array, labels: ArrayLike<number> | null): void {
    while (this.#rows + keys.length > this.#keys.length) {
      this.#keys = doubled(this.#keys);
      this.#labels = doubled(this.#labels);
    }
    this.#keys.set(keys, this.#rows);
    if (labels !== null) this.#labels.set(labels, this.#rows);
    this.#rows += keys.length;
  }

  /** Rows equal to an earlier one, with the same label (or no label) and with another. */
  repeats(): { readonly duplicates: RowCount; readonly conflicts: RowCount } {
    const seen = new KeyFilter(this.#rows);
    const suspects: number[] = [];
    for (let row = 0; row < this.#rows; row++)
      if (seen.put(this.#keys[row]!)) suspects.push(this.#keys[row]!);
    // By other bits of the keys: those that met in the first are apart in the second.
    const again = new KeyFilter(suspects.length, 0);
    for (const key of suspects) again.put(key);
    const first = new Map<number, number>();
    const duplicates = new Counted();
    const conflicts = new Counted();
    for (let row = 0; row < this.#rows; row++) {
      if (!again.has(this.#keys[row]!)) continue;
      const key = this.#keys[row]!;
      const earlier = first.get(key);
      if (earlier === undefined) first.set(key, row);
      else (Object.is(this.#labels[earlier], this.#labels[row]) ? duplicates : conflicts).add(row);
    }
    return { duplicates: duplicates.count(), conflicts: conflicts.count() };
  }

  /** Rows whose features are those of some row of the other file. */
  overlap(other: RowKeys): RowCount {
    const [own, shared] = [new KeyFilter(this.#rows), new KeyFilter(other.#rows)];
    for (let row = 0; row < this.#rows; row++) own.put(this.#keys[row]!);
    const keys = new Set<number>();
    for (let row = 0; row < other.#rows; row++)
      if (own.has(other.#keys[row]!)) {
        shared.put(other.#keys[row]!);
        keys.add(other.#keys[row]!);
      }
    const found = new Counted();
    for (let row = 0; row < this.#rows; row++)
      if (shared.has(this.#keys[row]!) && keys.has(this.#keys[row]!)) found.add(row);
    return found.count();
  }
}

/**
 * Tells keys that were surely not put in from those that may have been: one bit a key of a table that fits the
 * caches, where a Map of a million doubles is slow and large. Of keys that differ one in 16 is let through.
 */
class KeyFilter {
  readonly #bits: Uint32Array;
  readonly #mask: number;
  readonly #scale: number;

  /** @param from which of a key's 53 bits is the first that counts */
  constructor(expected: number, from = 25) {
    this.#scale = 2 ** -from;
    const size = 2 ** Math.min(28, Math.ceil(Math.log2(Math.max(64, expected * 16))));
    this.#bits = new Uint32Array(size / 32);
    this.#mask = size - 1;
  }

  /** Puts in a key; true when it, or one with the same bit, was there. */
  put(key: number): boolean {
    const bit = this.#bit(key);
    const word = this.#bits[bit >>> 5]!;
    this.#bits[bit >>> 5] = word | (1 << (bit & 31));
    return (word & (1 << (bit & 31))) !== 0;
  }

  has(key: number): boolean {
    const bit = this.#bit(key);
    return (this.#bits[bit >>> 5]! & (1 << (bit & 31))) !== 0;
  }

  /** Keys are whole numbers of 53 random bits: any of their bits will do. */
  #bit(key: number): number {
    return Math.floor(key * this.#scale) & this.#mask;
  }
}

function doubled(values: Float64Array): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(values.length * 2);
  larger.set(values);
  return larger;
}
