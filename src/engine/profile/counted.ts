import type { RowCount } from '../../core/checks/facts.ts';

const shown = 100;

/** Counts rows and remembers the first hundred. */
export class Counted {
  #count = 0;
  readonly #rows: number[] = [];

  add(row: number): void {
    this.#count++;
    if (this.#rows.length < shown) this.#rows.push(row);
  }

  count(): RowCount {
    return { count: this.#count, rows: this.#rows };
  }
}
