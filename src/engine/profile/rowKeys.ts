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
    const first = new FirstRows(this.#rows);
    const duplicates = new Counted();
    const conflicts = new Counted();
    for (let row = 0; row < this.#rows; row++) {
      const earlier = first.put(this.#keys[row]!, row);
      if (earlier < 0) continue;
      const same = Object.is(this.#labels[earlier], this.#labels[row]);
      (same ? duplicates : conflicts).add(row);
    }
    return { duplicates: duplicates.count(), conflicts: conflicts.count() };
  }

  /** Rows whose features are those of some row of the other file. */
  overlap(other: RowKeys): RowCount {
    const first = new FirstRows(other.#rows);
    for (let row = 0; row < other.#rows; row++) first.put(other.#keys[row]!, row);
    const found = new Counted();
    for (let row = 0; row < this.#rows; row++) if (first.has(this.#keys[row]!)) found.add(row);
    return found.count();
  }
}

/** Key -> the first row that had it: open addressing, because a Map of a million doubles is slow and large. */
class FirstRows {
  readonly #keys: Float64Array;
  readonly #rows: Int32Array;
  readonly #mask: number;

  constructor(expected: number) {
    const size = 2 ** Math.ceil(Math.log2(Math.max(16, expected * 2)));
    this.#keys = new Float64Array(size);
    this.#rows = new Int32Array(size).fill(-1);
    this.#mask = size - 1;
  }

  /** The first row with this key, or -1 when it was new. */
  put(key: number, row: number): number {
    const slot = this.#slot(key);
    const earlier = this.#rows[slot]!;
    if (earlier >= 0) return earlier;
    this.#keys[slot] = key;
    this.#rows[slot] = row;
    return -1;
  }

  has(key: number): boolean {
    return this.#rows[this.#slot(key)]! >= 0;
  }

  #slot(key: number): number {
    let slot = (key % 0x7fffffff) & this.#mask;
    while (this.#rows[slot]! >= 0 && this.#keys[slot] !== key) slot = (slot + 1) & this.#mask;
    return slot;
  }
}

function doubled(values: Float64Array): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(values.length * 2);
  larger.set(values);
  return larger;
}
