import type { ColumnProfile } from '../../core/checks/facts.ts';
import type { CategoryColumn, Column, NumberColumn } from '../../core/data/table.ts';
import { spearman } from '../../core/stats/ranks.ts';
import { DistinctCount } from './distinct.ts';

const shownLevels = 1000;
/** Rows enough to see that a column runs with the row number. */
const orderRows = 10_000;

/** Counts one column as its batches stream by. */
export interface ColumnCounter {
  add(column: Column): void;
  readonly missing: number;
  /** @param sample the column in a sample of the rows; @param whole true when that is all of them */
  profile(sample: Column, whole: boolean): ColumnProfile;
}

export class NumberCounter implements ColumnCounter {
  missing = 0;
  #rows = 0;
  #infinite = 0;
  #finite = 0;
  #mean = 0;
  #squares = 0;
  #min = Infinity;
  #max = -Infinity;
  #integers = true;
  readonly #distinct = new DistinctCount();

  add(column: NumberColumn): void {
    const { values } = column;
    this.#rows += values.length;
    // Sums are taken about the first value, so that large numbers with small spread keep their digits.
    let shift = 0;
    let count = 0;
    let sum = 0;
    let squares = 0;
    let min = this.#min;
    let max = this.#max;
    let integers = this.#integers;
    for (let i = 0; i < values.length; i++) {
      const value = values[i]!;
      if (value - value !== 0) {
        if (value !== value) this.missing++;
        else this.#infinite++;
        continue;
      }
      if (count++ === 0) shift = value;
      const from = value - shift;
      sum += from;
      squares += from * from;
      if (value < min) min = value;
      if (value > max) max = value;
      if (integers && value !== Math.trunc(value)) integers = false;
    }
    this.#min = min;
    this.#max = max;
    this.#integers = integers;
    this.#distinct.add(values);
    if (count > 0) this.#combine(count, shift + sum / count, Math.max(0, squares - (sum * sum) / count));
  }

  /** Chan, Golub and LeVeque's update of mean and squared deviations by a batch. */
  #combine(count: number, mean: number, squares: number): void {
    const total = this.#finite + count;
    const delta = mean - this.#mean;
    this.#squares += squares + (delta * delta * this.#finite * count) / total;
    this.#mean += (delta * count) / total;
    this.#finite = total;
  }

  profile(sample: Column, whole: boolean): ColumnProfile {
    const { values } = sample as NumberColumn;
    const distinct = whole ? present(values).size : Math.min(this.#distinct.estimate(), this.#rows);
    return {
      name: sample.name,
      kind: 'number',
      rows: this.#rows,
      missing: this.missing,
      distinct,
      numbers:
        this.#finite === 0
          ? null
          : {
              min: this.#min,
              max: this.#max,
              mean: this.#mean,
              std: this.#finite > 1 ? Math.sqrt(this.#squares / (this.#finite - 1)) : 0,
              integers: this.#integers,
              infinite: this.#infinite,
            },
      levels: null,
      orderCorrelation: distinct > 1 ? orderCorrelation(values) : null,
    };
  }
}

export class WordCounter implements ColumnCounter {
  missing = 0;
  #rows = 0;
  #counts = new Int32Array(64);
  #levels: readonly string[] = [];

  add(column: CategoryColumn): void {
    this.#rows += column.codes.length;
    this.#levels = column.levels;
    if (column.levels.length > this.#counts.length) {
      const larger = new Int32Array(column.levels.length * 2);
      larger.set(this.#counts);
      this.#counts = larger;
    }
    for (const code of column.codes) {
      if (code < 0) this.missing++;
      else this.#counts[code]!++;
    }
  }

  /** How many values are not among these words. */
  unseen(known: ReadonlySet<string>): number {
    return this.#levels.reduce((sum, level, code) => sum + (known.has(level) ? 0 : this.#counts[code]!), 0);
  }

  get levels(): readonly string[] {
    return this.#levels;
  }

  profile(sample: Column): ColumnProfile {
    const levels = this.#levels.map((level, code) => ({ level, count: this.#counts[code]! }));
    return {
      name: sample.name,
      kind: 'category',
      rows: this.#rows,
      missing: this.missing,
      distinct: levels.length,
      numbers: null,
      levels: levels.toSorted((a, b) => b.count - a.count).slice(0, shownLevels),
      orderCorrelation: null,
    };
  }
}

function present(values: Float64Array): Set<number> {
  return new Set(values.filter(value => !Number.isNaN(value)));
}

function orderCorrelation(values: Float64Array): number | null {
  const step = Math.ceil(values.length / orderRows);
  const rows: number[] = [];
  for (let row = 0; row < values.length; row += step) if (!Number.isNaN(values[row]!)) rows.push(row);
  if (rows.length < 2) return null;
  return spearman(
    Float64Array.from(rows),
    Float64Array.from(rows, row => values[row]!),
  );
}
