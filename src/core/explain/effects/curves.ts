import { normalQuantile } from '../../stats/distributions.ts';
import type { Signal } from '../../signal.ts';
import type { ComposedModel } from '../types.ts';
import { composedAnswers } from './composed.ts';

/**
 * Individual conditional expectation (Goldstein et al. 2015): the answers of every row with one column, or
 * several at once, set to each position.
 * @param rows pool rows, n of them
 * @param columns the players that are set
 * @param positions positions[k][c]: pool row that holds the value of columns[c] at position k
 * @returns positions x n, in the model's output
 */
export async function individualCurves(
  model: ComposedModel,
  rows: Int32Array,
  columns: readonly number[],
  positions: readonly Int32Array[],
  signal: Signal,
): Promise<Float64Array> {
  const n = rows.length;
  return await composedAnswers(
    model,
    positions.length * n,
    i => rows[i % n]!,
    (picks, at, i) => {
      const sources = positions[Math.floor(i / n)]!;
      columns.forEach((column, c) => (picks[at + column] = sources[c]!));
    },
    signal,
  );
}

export interface CurveSummary {
  /** Partial dependence: the mean of the curves, one a position. */
  readonly mean: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** Standard deviation over the rows of the curves less their value at the centre. */
  readonly spread: Float64Array;
}

/**
 * The mean of individual curves with its normal 95 % band over the rows.
 * @param curves positions x n
 * @param centre position at which curves are subtracted for their spread
 */
export function summarise(curves: Float64Array, n: number, centre: number): CurveSummary {
  const size = curves.length / n;
  const z = normalQuantile(0.975);
  const mean = new Float64Array(size);
  const half = new Float64Array(size);
  const spread = new Float64Array(size);
  for (let k = 0; k < size; k++) {
    const level = moments(n, i => curves[k * n + i]!);
    mean[k] = level.mean;
    half[k] = n < 2 ? 0 : (z * level.sd) / Math.sqrt(n);
    spread[k] = moments(n, i => curves[k * n + i]! - curves[centre * n + i]!).sd;
  }
  return {
    mean,
    low: mean.map((value, k) => value - half[k]!),
    high: mean.map((value, k) => value + half[k]!),
    spread,
  };
}

function moments(n: number, value: (i: number) => number): { readonly mean: number; readonly sd: number } {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += value(i);
  const mean = sum / n;
  let squares = 0;
  for (let i = 0; i < n; i++) squares += (value(i) - mean) ** 2;
  return { mean, sd: n < 2 ? 0 : Math.sqrt(squares / (n - 1)) };
}
