import type { ColumnProfile } from '../../core/checks/facts.ts';
import type { CategoryColumn, Column, NumberColumn } from '../../core/data/table.ts';
import { spearman } from '../../core/stats/ranks.ts';
import { DistinctCount, emptyRegisters } from './distinct.ts';

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

/** What was counted of a column of numbers, as plain data: the same on whatever thread it was counted. */
export interface NumberState {
  rows: number;
  missing: number;
  infinite: number;
  finite: number;
  mean: number;
  /** Sum of the squared deviations from the mean. */
  squares: number;
  min: number;
  max: number;
  integers: boolean;
  readonly registers: Uint8Array;
}

export class NumberCounter implements ColumnCounter {
  readonly state: NumberState;
  readonly #distinct: DistinctCount;

  constructor(state?: NumberState) {
    this.state = state ?? {
      ...{ rows: 0, missing: 0, infinite: 0, finite: 0, mean: 0, squares: 0 },
      ...{ min: Infinity, max: -Infinity, integers: true, registers: emptyRegisters() },
    };
    this.#distinct = new DistinctCount(this.state.registers);
  }

  get missing(): number {
    return this.state.missing;
  }

  add({ values }: NumberColumn): void {
    const { state } = this;
    // Sums are taken about the first value, so that large numbers with small spread keep their digits.
    let known = 0;
    while (known < values.length && !Number.isFinite(values[known])) known++;
    const shift = known < values.length ? values[known]! : 0;
    let sum = 0;
    let squares = 0;
    let missing = 0;
    let infinite = 0;
    let { min, max } = state;
    for (let i = 0; i < values.length; i++) {
      const value = values[i]!;
      if (value - value !== 0) {
        if (value !== value) missing++;
        else infinite++;
        continue;
      }
      const from = value - shift;
      sum += from;
      squares += from * from;
      if (value < min) min = value;
      if (value > max) max = value;
    }
    const count = values.length - missing - infinite;
    state.rows += values.length;
    state.missing += missing;
    state.infinite += infinite;
    state.min = min;
    state.max = max;
    state.integers &&= wholeNumbers(values);
    this.#distinct.add(values);
    if (count > 0) this.#combine(count, shift + sum / count, Math.max(0, squares - (sum * sum) / count));
  }

  /** Chan, Golub and LeVeque's update of mean and squared deviations by a batch. */
  #combine(count: number, mean: number, squares: number): void {
    const { state } = this;
    const total = state.finite + count;
    const delta = mean - state.mean;
    state.squares += squares + (delta * delta * state.finite * count) / total;
    state.mean += (delta * count) / total;
    state.finite = total;
  }

  profile(sample: Column, whole: boolean): ColumnProfile {
    const { values } = sample as NumberColumn;
    const { rows, missing, infinite, finite, mean, squares, min, max, integers } = this.state;
    const distinct = whole ? present(values).size : Math.min(this.#distinct.estimate(), rows);
    return {
      name: sample.name,
      kind: 'number',
      rows,
      missing,
      distinct,
      numbers:
        finite === 0
          ? null
          : {
              min,
              max,
              mean,
              std: finite > 1 ? Math.sqrt(squares / (finite - 1)) : 0,
              integers,
              infinite,
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

/** Of those that are finite. */
function wholeNumbers(values: Float64Array): boolean {
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value - value === 0 && value !== Math.trunc(value)) return false;
  }
  return true;
}

function present(values: Float64Array): Set<number> {
  return new Set(values.filter(value => !Number.isNaN(value)));
}

function orderCorrelation(values: Float64Array): number | null {
  const step = Math.ceil(values.length / orderRows);
  const rows = new Float64Array(Math.ceil(values.length / step));
  const present = new Float64Array(rows.length);
  let n = 0;
  for (let row = 0; row < values.length; row += step)
    if (!Number.isNaN(values[row]!)) {
      rows[n] = row;
      present[n++] = values[row]!;
    }
  return n < 2 ? null : spearman(rows.subarray(0, n), present.subarray(0, n));
}
