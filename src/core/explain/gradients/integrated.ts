import { BadInput } from '../../failure.ts';
import { additivityError } from '../additivity.ts';
import { requireRows } from '../coalitions.ts';
import type { Progress, Signal } from '../../signal.ts';
import type { Attributions } from '../types.ts';

/** A differentiable number of a model, over its raw columns. */
export interface DifferentiableModel {
  readonly players: readonly string[];
  /**
   * @param points n x d, row-major
   * @returns the n numbers and their gradients, n x d
   */
  evaluate(
    points: Float64Array,
    signal: Signal,
  ): Promise<{ readonly values: Float64Array; readonly gradients: Float64Array }>;
}

export interface GradientTask {
  /** n x d, row-major. */
  readonly rows: Float64Array;
  /** m x d. */
  readonly background: Float64Array;
  readonly signal: Signal;
  readonly progress: Progress;
}

/** Points on each path, doubled from the first until the values add up. */
const fewestSteps = 16;
const mostSteps = 1024;
/** Of the largest distance between a prediction and the base value. */
const tolerance = 1e-3;

/**
 * Integrated gradients (Sundararajan, Taly & Yan 2017) along straight lines from the background to each row, by
 * the midpoint rule; with several background rows their mean, which is expected gradients (Erion et al. 2021) with
 * the background taken whole. Completeness (the values add up to prediction - base value) is measured, and the
 * number of steps doubled until it holds to a thousandth of the largest such difference.
 * @throws BadInput `missing-values` where a row or the background has a NaN
 */
export async function integratedGradients(
  model: DifferentiableModel,
  task: GradientTask,
): Promise<Attributions> {
  const d = model.players.length;
  const n = task.rows.length / d;
  const m = task.background.length / d;
  requireRows(task.rows, task.background);
  requireNumbers(model.players, task.rows, 'rows to explain');
  requireNumbers(model.players, task.background, 'background');
  const predictions = (await model.evaluate(task.rows, task.signal)).values;
  const background = (await model.evaluate(task.background, task.signal)).values;
  const baseValue = background.reduce((sum, value) => sum + value, 0) / m;
  const span = predictions.reduce((most, value) => Math.max(most, Math.abs(value - baseValue)), 0);
  let evaluations = n + m;
  let worst = 0;
  const values = new Float64Array(n * d);
  for (let i = 0; i < n; i++) {
    task.progress(i, n, 'rows explained');
    const row = task.rows.subarray(i * d, (i + 1) * d);
    for (let steps = fewestSteps; ; steps *= 2) {
      const phi = await pathIntegral(model, row, task.background, steps, task.signal);
      evaluations += steps * m;
      const error = additivityError(phi, baseValue, predictions.subarray(i, i + 1));
      if (error > tolerance * span && steps < mostSteps) continue;
      values.set(phi, i * d);
      worst = Math.max(worst, error);
      break;
    }
  }
  task.progress(n, n, 'rows explained');
  return {
    method: m === 1 ? 'integrated-gradients' : 'expected-gradients',
    exact: false,
    players: model.players,
    values,
    errors: null,
    baseValue,
    predictions,
    additivityError: worst,
    evaluations,
  };
}

/** Points held at once, as elements. */
const pointElements = 1 << 20;

/** Midpoint integral of gradient times distance, averaged over the background: d values. */
export async function pathIntegral(
  model: DifferentiableModel,
  row: Float64Array,
  background: Float64Array,
  steps: number,
  signal: Signal,
): Promise<Float64Array> {
  const d = row.length;
  const m = background.length / d;
  const phi = new Float64Array(d);
  const atOnce = Math.max(1, Math.floor(pointElements / d));
  for (let from = 0; from < steps * m; from += atOnce) {
    const count = Math.min(atOnce, steps * m - from);
    const points = new Float64Array(count * d);
    for (let p = 0; p < count; p++) {
      const start = Math.floor((from + p) / steps) * d;
      const t = (((from + p) % steps) + 0.5) / steps;
      for (let j = 0; j < d; j++) {
        const origin = background[start + j]!;
        points[p * d + j] = origin + t * (row[j]! - origin);
      }
    }
    const { gradients } = await model.evaluate(points, signal);
    for (let p = 0; p < count; p++) {
      const start = Math.floor((from + p) / steps) * d;
      for (let j = 0; j < d; j++)
        phi[j]! += (gradients[p * d + j]! * (row[j]! - background[start + j]!)) / (steps * m);
    }
  }
  return phi;
}

function requireNumbers(players: readonly string[], values: Float64Array, what: string): void {
  const at = values.findIndex(value => Number.isNaN(value));
  if (at < 0) return;
  throw new BadInput(
    'missing-values',
    `The ${what} have a missing value in \`${players[at % players.length]!}\`, and a gradient needs a number. ` +
      'Leave such rows out, or choose the method `shapley`.',
  );
}
