import type { Interval } from '../../protocol/results/shared.ts';
import { intervalOf } from '../stats/meanInterval.ts';
import type { Attributions } from './types.ts';

/** The mean of one player's |attribution| over rows. */
export interface Size {
  readonly mean: number;
  readonly interval: Interval | null;
}

/** Sizes of attributions over all rows, summed up batch by batch: any number of rows takes the room of one. */
export class Sizes {
  readonly players: readonly string[];
  rows = 0;
  readonly #means: Float64Array;
  /** Sums of squared differences from the mean (Welford). */
  readonly #squares: Float64Array;

  constructor(players: readonly string[]) {
    this.players = players;
    this.#means = new Float64Array(players.length);
    this.#squares = new Float64Array(players.length);
  }

  /** @param values rows x players, row-major */
  addValues(values: ArrayLike<number>): void {
    const d = this.players.length;
    for (let from = 0; from < values.length; from += d) {
      this.rows++;
      for (let j = 0; j < d; j++) {
        const size = Math.abs(values[from + j]!);
        const before = size - this.#means[j]!;
        this.#means[j]! += before / this.rows;
        this.#squares[j]! += before * (size - this.#means[j]!);
      }
    }
  }

  size(player: number): Size {
    const mean = this.#means[player]!;
    const found = intervalOf(mean, this.#squares[player]! / (this.rows - 1), this.rows, 'rows');
    // A mean of sizes is not below nothing, however few the rows.
    return { mean, interval: found === null ? null : { ...found, low: Math.max(0, found.low) } };
  }
}

/** What is said of attributions over all rows. */
export class Summary extends Sizes {
  readonly method: string;
  readonly exact: boolean;
  readonly baseValue: number;
  additivityError = 0;
  evaluations = 0;

  constructor(first: Attributions) {
    super(first.players);
    this.method = first.method;
    this.exact = first.exact;
    this.baseValue = first.baseValue;
    this.add(first);
  }

  add({ values, additivityError, evaluations }: Attributions): void {
    this.addValues(values);
    this.additivityError = Math.max(this.additivityError, additivityError);
    this.evaluations += evaluations;
  }
}
