import type { Column, Table } from '../data/table.ts';

/** How a document names the distance. */
export const gowerWords =
  'Gower: the mean over the columns of |difference| / range of the reference rows for numbers, 0 or 1 for words; ' +
  'a missing value is 1 away from any other';

/**
 * Gower's distance between rows of numbers and words (Gower 1971): the mean over the columns of the range-scaled
 * absolute difference, or of 0 / 1 for words. Ranges are those of the reference rows; a number outside them may be
 * more than 1 away.
 */
export class Gower {
  readonly #columns: readonly Column[];
  /** Range of each column over the reference rows; 0 for words and constants. */
  readonly ranges: Float64Array;

  /** @param reference rows of the table that ranges are taken over, or the ranges themselves */
  constructor(table: Table, reference: Int32Array | Float64Array) {
    this.#columns = table.columns;
    this.ranges =
      reference instanceof Float64Array
        ? reference
        : Float64Array.from(table.columns, column =>
            column.kind === 'number' ? rangeOf(column.values, reference) : 0,
          );
  }

  /** The same distance between rows of another table with the same columns. */
  over(table: Table): Gower {
    return new Gower(table, this.ranges);
  }

  /** Distance in one column, 0 to 1 within the reference. */
  column(j: number, a: number, b: number): number {
    const column = this.#columns[j]!;
    if (column.kind === 'category') return column.codes[a] === column.codes[b] ? 0 : 1;
    return this.numbers(j, column.values[a]!, column.values[b]!);
  }

  /** As `column`, of two values of a column of numbers. */
  numbers(j: number, a: number, b: number): number {
    if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) === Number.isNaN(b) ? 0 : 1;
    if (a === b) return 0;
    const range = this.ranges[j]!;
    return range > 0 ? Math.abs(a - b) / range : 1;
  }

  /** Distance of two rows. */
  rows(a: number, b: number): number {
    let sum = 0;
    for (let j = 0; j < this.#columns.length; j++) sum += this.column(j, a, b);
    return sum / Math.max(1, this.#columns.length);
  }

  /** Distance of a composed row, whose column j comes from row picks[at + j], from row `a`. */
  composed(picks: Int32Array, at: number, a: number): number {
    let sum = 0;
    for (let j = 0; j < this.#columns.length; j++) sum += this.column(j, a, picks[at + j]!);
    return sum / Math.max(1, this.#columns.length);
  }
}

function rangeOf(values: Float64Array, rows: Int32Array): number {
  let low = Infinity;
  let high = -Infinity;
  for (const row of rows) {
    const value = values[row]!;
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return high > low ? high - low : 0;
}
