import type { Progress, Signal } from '../signal.ts';

/**
 * A model as a function of composed rows. A pool holds the rows to explain and the background, in the raw
 * input space, one column a player. A composed row takes each of its columns from some pool row.
 * This is all that a black-box method needs, whatever the columns hold (numbers, words).
 */
export interface ComposedModel {
  /** The players' names: the raw columns, d of them. */
  readonly players: readonly string[];
  /** Rows in the pool. */
  readonly poolRows: number;
  /** Values a composed row gives: 1 for attributions; all scores for permutation importance. */
  readonly outputs: number;
  /**
   * @param picks n x d, row-major: composed row i takes column j from pool row picks[i * d + j]
   * @returns n x outputs, row-major
   */
  evaluate(picks: Int32Array, signal: Signal): Promise<Float64Array>;
  /**
   * The same for mixes of two rows, composed without picks; absent: they are asked as picks.
   * @returns one value a coalition, mix by mix, until the next call; of models with one output
   */
  mixed?(mixes: readonly Mix[], signal: Signal): Promise<Float64Array>;
  /** Whether two pool rows hold the same in a player's columns; absent: not known. */
  readonly same?: (player: number, a: number, b: number) => boolean;
}

/** Composed rows between two pool rows, one a coalition: its members are taken from one row, all else from the other. */
export interface Mix {
  readonly own: number;
  readonly other: number;
  /** Places among the model's players, k of them; coalitions are of these alone. */
  readonly players: Int32Array;
  /** n x k, row-major: 1 takes the own row's value, 0 the other's. */
  readonly coalitions: Uint8Array;
}

export interface ExplainTask {
  /** Pool rows to explain, n of them. */
  readonly rows: Int32Array;
  /** Pool rows of the background, m of them. */
  readonly background: Int32Array;
  readonly seed: number;
  readonly signal: Signal;
  readonly progress: Progress;
}

/** What every attribution method returns, black box or exact. */
export interface Attributions {
  readonly method: string;
  /** True when the values are exact for this background, not sampled. */
  readonly exact: boolean;
  readonly players: readonly string[];
  /** n x d, row-major, in the output's units. */
  readonly values: Float64Array;
  /** Standard errors, n x d; null for an exact method. */
  readonly errors: Float64Array | null;
  /** The mean prediction of the background. */
  readonly baseValue: number;
  /** The model's own output for the n rows. */
  readonly predictions: Float64Array;
  /** Largest |baseValue + sum(values) - prediction| over the rows. */
  readonly additivityError: number;
  /** How many composed rows were evaluated. */
  readonly evaluations: number;
}
