import type { Column, Table } from '../../core/data/table.ts';
import { below, type Random } from '../../core/random.ts';

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
    table.columns.forEach((column, c) => {
      this.#slots[c] ??= column.kind === 'number' ? new Float64Array(this.#size) : new Int32Array(this.#size);
    });
    const start = this.#seen;
    const end = start + table.rows;
    for (; this.#seen < Math.min(end, this.#size); this.#seen++)
      this.#keep(table, this.#seen - start, this.#seen);
    while (this.#next < end) {
      this.#seen = this.#next;
      this.#keep(table, this.#next - start, below(this.#random, this.#size));
      this.#skip();
    }
    this.#seen = end;
  }

  #keep(table: Table, row: number, at: number): void {
    this.#rows[at] = this.#seen;
    table.columns.forEach((column, c) => {
      this.#slots[c]![at] = column.kind === 'number' ? column.values[row]! : column.codes[row]!;
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
    const order = Uint32Array.from({ length: count }, (_, i) => i);
    if (!whole) order.sort((i, j) => this.#rows[i]! - this.#rows[j]!);
    const columns = this.#template.map((column, c): Column => {
      const slots = this.#slots[c]!;
      return column.kind === 'number'
        ? { kind: 'number', name: column.name, values: Float64Array.from(order, i => slots[i]!) }
        : {
            kind: 'category',
            name: column.name,
            codes: Int32Array.from(order, i => slots[i]!),
            levels: column.levels,
          };
    });
    return {
      table: { rows: count, columns },
      rows: whole ? null : Int32Array.from(order, i => this.#rows[i]!),
    };
  }
}
