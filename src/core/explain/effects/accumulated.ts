import { normalQuantile } from '../../stats/distributions.ts';
import type { Signal } from '../../signal.ts';
import type { ComposedModel } from '../types.ts';
import { composedAnswers } from './composed.ts';

/** One step from a position to the next: what the answers of some rows change by. */
interface Step {
  /** Pool row that is changed. */
  readonly row: number;
  /** The step, from position k to k + 1. */
  readonly k: number;
}

export interface Accumulated {
  /** One a position; zero on average over the rows. */
  readonly values: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/**
 * Accumulated local effects of a number column (Apley and Zhu 2020; ALEPlot, alibi): the mean change over each
 * bin of the rows that lie in it, added up and centred.
 * @param rows pool rows; those whose value is missing have bin -1 and are left out
 * @param bins the bin of each row (`binsOf`)
 * @param edges pool rows that hold the bins' edges, one more than there are bins
 */
export async function accumulatedEffects(
  model: ComposedModel,
  rows: Int32Array,
  column: number,
  bins: Int32Array,
  edges: Int32Array,
  signal: Signal,
): Promise<Accumulated> {
  const steps = Array.from(rows, (row, i) => ({ row, k: bins[i]! })).filter(({ k }) => k >= 0);
  const changes = await changesOf(model, column, steps, edges, signal);
  const counts = countsOf(steps, edges.length - 1);
  const total = steps.length;
  // A row of bin k stands at the middle of its two edges.
  const weights = Float64Array.from(
    edges,
    (_, k) => ((counts[k - 1] ?? 0) + (counts[k] ?? 0)) / (2 * Math.max(1, total)),
  );
  return accumulate(steps, changes, counts, weights);
}

/**
 * Accumulated local effects of a category column over its levels in a given order: each row steps to the level
 * before and after its own.
 * @param places the place in the order of each row's level; -1: missing
 * @param levels pool rows that hold the levels, in the order
 */
export async function accumulatedLevels(
  model: ComposedModel,
  rows: Int32Array,
  column: number,
  places: Int32Array,
  levels: Int32Array,
  signal: Signal,
): Promise<Accumulated> {
  const steps: Step[] = [];
  const counts = new Float64Array(levels.length);
  rows.forEach((row, i) => {
    const place = places[i]!;
    if (place < 0) return;
    counts[place]!++;
    if (place > 0) steps.push({ row, k: place - 1 });
    if (place < levels.length - 1) steps.push({ row, k: place });
  });
  const changes = await changesOf(model, column, steps, levels, signal);
  const total = counts.reduce((sum, count) => sum + count, 0);
  return accumulate(
    steps,
    changes,
    countsOf(steps, levels.length - 1),
    counts.map(count => count / Math.max(1, total)),
  );
}

/** Bin of each value: bin k holds (edges[k], edges[k + 1]], the first its lower edge too; -1 for NaN. */
export function binsOf(values: Float64Array, edges: Float64Array): Int32Array {
  return Int32Array.from(values, value => {
    if (Number.isNaN(value)) return -1;
    let low = 0;
    let high = edges.length - 2;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (edges[middle + 1]! < value) low = middle + 1;
      else high = middle;
    }
    return low;
  });
}

/** f(row with the column at the end of its step) - f(row with it at the start). */
async function changesOf(
  model: ComposedModel,
  column: number,
  steps: readonly Step[],
  positions: Int32Array,
  signal: Signal,
): Promise<Float64Array> {
  const n = steps.length;
  const answers = await composedAnswers(
    model,
    2 * n,
    i => steps[i % n]!.row,
    (picks, at, i) => (picks[at + column] = positions[steps[i % n]!.k + (i < n ? 0 : 1)]!),
    signal,
  );
  return answers.subarray(n).map((after, i) => after - answers[i]!);
}

function countsOf(steps: readonly Step[], size: number): Float64Array {
  const counts = new Float64Array(size);
  for (const { k } of steps) counts[k]!++;
  return counts;
}

/**
 * Adds up the mean changes and takes away their weighted mean. Every value is linear in the mean changes, so its
 * variance is too: the sum of squared coefficients times the variance of each mean. A bin of one row takes the
 * variance of the others.
 */
function accumulate(
  steps: readonly Step[],
  changes: Float64Array,
  counts: Float64Array,
  weights: Float64Array,
): Accumulated {
  const bins = counts.length;
  const means = new Float64Array(bins);
  steps.forEach(({ k }, i) => (means[k]! += changes[i]! / counts[k]!));
  const squares = new Float64Array(bins);
  steps.forEach(({ k }, i) => (squares[k]! += (changes[i]! - means[k]!) ** 2));
  const degrees = counts.reduce((sum, count) => sum + Math.max(0, count - 1), 0);
  const pooled = squares.reduce((sum, square) => sum + square, 0) / Math.max(1, degrees);
  const variances = squares.map((square, k) =>
    counts[k] === 0 ? 0 : (counts[k]! > 1 ? square / (counts[k]! - 1) : pooled) / counts[k]!,
  );

  const values = new Float64Array(bins + 1);
  for (let k = 0; k < bins; k++) values[k + 1] = values[k]! + means[k]!;
  const centre = values.reduce((sum, value, k) => sum + value * weights[k]!, 0);
  // tail[l]: the share of rows beyond step l, which is what the centre takes of it.
  const tail = new Float64Array(bins);
  for (let l = bins - 1, sum = 0; l >= 0; l--) tail[l] = sum += weights[l + 1]!;
  const z = normalQuantile(0.975);
  const half = values.map((_, k) => {
    let variance = 0;
    for (let l = 0; l < bins; l++) variance += ((l < k ? 1 : 0) - tail[l]!) ** 2 * variances[l]!;
    return z * Math.sqrt(variance);
  });
  return {
    values: values.map(value => value - centre),
    low: values.map((value, k) => value - centre - half[k]!),
    high: values.map((value, k) => value - centre + half[k]!),
  };
}
