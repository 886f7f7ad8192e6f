import type { Column, Table } from '../../core/data/table.ts';
import { below, type Random } from '../../core/random.ts';
import { sortOrder } from '../../core/stats/ranks.ts';

/** A seeded sample of the rows that stream by: all of them up to `size` (Li's algorithm L beyond that). */
export class RowSample {
  readonly #size: number;
  readonly #random: Random;
  readonly #slots: (Float64Array | Int32Array)[] = [];
  #template: readonly Column[] = [];
  readonly #rows: Int32Array;
  #seen = 0;
  #weight = 1;
  #next: number;

  constructor(size: number, random: Random) {
    this.#size = size;
    this.#random = random;
    this.#rows = new Int32Array(size);
    this.#next = size - 1;
    this.#skip();
  }

  add(table: Table): void {
    this.#template = table.columns;
    const start = this.#seen;
    const end = start + table.rows;
    const first = Math.max(0, Math.min(table.rows, this.#size - start));
    for (let row = 0; row < first; row++) this.#rows[start + row] = start + row;
    const from: number[] = [];
    const to: number[] = [];
    while (this.#next < end) {
      const slot = below(this.#random, this.#size);
      this.#rows[slot] = this.#next;
      from.push(this.#next - start);
      to.push(slot);
      this.#skip();
    }
    this.#seen = end;
    table.columns.forEach((column, c) => {
      const values = column.kind === 'number' ? column.values : column.codes;
      const slots = (this.#slots[c] ??=
        column.kind === 'number' ? new Float64Array(this.#size) : new Int32Array(this.#size));
      slots.set(values.subarray(0, first), Math.min(start, this.#size));
      for (let i = 0; i < from.length; i++) slots[to[i]!] = values[from[i]!]!;
    });
  }

  /** The next row that comes into the sample: the rows between are not even looked at. */
  #skip(): void {
    this.#weight *= Math.exp(Math.log(1 - this.#random()) / this.#size);
    this.#next += 1 + Math.floor(Math.log(1 - this.#random()) / Math.log(1 - this.#weight));
  }

  /** The sample in the order of the file; `rows` is null when it holds every row. */
  take(): { readonly table: Table; readonly rows: Int32Array | null } {
    const count = Math.min(this.#seen, this.#size);
    const whole = this.#seen <= this.#size;
    const order = sortOrder(Float64Array.from(this.#rows.subarray(0, count)));
    const columns = this.#template.map((column, c): Column => {
      const slots = this.#slots[c]!;
      const values = slots.slice(0, count);
      if (!whole) for (let i = 0; i < count; i++) values[i] = slots[order[i]!]!;
      return values instanceof Float64Array
        ? { kind: 'number', name: column.name, values }
        : {
            kind: 'category',
            name: column.name,
            codes: values,
            levels: column.kind === 'category' ? column.levels : [],
          };
    });
    return {
      table: { rows: count, columns },
      rows: whole ? null : Int32Array.from(order, i => this.#rows[i]!),
    };
  }
}
