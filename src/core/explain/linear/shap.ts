import { BadInput } from '../../failure.ts';
import { applyLink } from '../tree/link.ts';
import type { AdditivePlan } from '../tree/pipeline.ts';
import type { Encoded } from '../tree/shap.ts';
import type { Attributions } from '../types.ts';

/** Weights of one score column over what the operators read: margin = sum of x[f] weights[f] + bias. */
export interface LinearMargin {
  readonly weights: Float64Array;
  readonly bias: number;
}

/** The weights of a plan's score column, its operators taken together. */
export function linearMargin(plan: AdditivePlan, column: number): LinearMargin {
  const margin = plan.columns[column];
  if (margin === undefined)
    throw new BadInput(
      'unknown-output',
      `The model has no output ${column}: its scores have ${plan.columns.length} columns.`,
    );
  const weights = new Float64Array(plan.playerOf.length);
  let bias = margin.offset;
  for (const { term, output, weight } of margin.parts) {
    if (term.kind !== 'linear') continue;
    const { linear } = term;
    bias += weight * linear.bias[output]!;
    for (let f = 0; f < linear.features; f++)
      weights[f]! += weight * linear.weights[f * linear.outputs + output]!;
  }
  return { weights, bias };
}

/** Margins of encoded rows for every score column, n x columns: what `proveReading` compares. */
export function linearMargins(plan: AdditivePlan, rows: Encoded): Float64Array {
  const count = plan.columns.length;
  const out = new Float64Array(rows.rows * count);
  for (let column = 0; column < count; column++) {
    const margins = marginsOf(linearMargin(plan, column), rows);
    margins.forEach((margin, i) => (out[i * count + column] = margin));
  }
  return out;
}

/** Scores of encoded rows, n x columns. */
export function linearScores(plan: AdditivePlan, rows: Encoded): Float64Array {
  return applyLink(plan.link, linearMargins(plan, rows), plan.columns.length);
}

/**
 * Error that the runtime's sum in float32 may have, over these rows: for `proveReading`. Sums of n terms round
 * n times, both ways.
 */
export function linearRounding(plan: AdditivePlan, rows: Encoded): number {
  const features = plan.playerOf.length;
  let largest = 0;
  plan.columns.forEach((_, column) => {
    const { weights, bias } = linearMargin(plan, column);
    for (let i = 0; i < rows.rows; i++) {
      let size = Math.abs(bias);
      for (let f = 0; f < features; f++) size += Math.abs(weights[f]! * rows.data[i * features + f]!);
      if (Number.isFinite(size)) largest = Math.max(largest, size);
    }
  });
  return 4 * 2 ** -24 * (Math.sqrt(features) + 4) * largest;
}

/**
 * Exact interventional SHAP values of a linear model's margin in closed form: a player's value is the sum over
 * its features of weight (x - mean of the background), whatever the encoders of its column do
 * (shap.LinearExplainer, feature_perturbation="interventional").
 * @param players names, in the plan's order
 * @param predictions the runtime's own margin for the rows, when it gives that; else the weights' own
 */
export function linearShap(
  plan: AdditivePlan,
  column: number,
  players: readonly string[],
  rows: Encoded,
  background: Encoded,
  predictions: Float64Array | null,
): Attributions {
  if (background.rows === 0)
    throw new BadInput('no-background', 'The background has no rows. Choose a background with at least one.');
  const margin = linearMargin(plan, column);
  const { weights } = margin;
  const features = weights.length;
  const means = new Float64Array(features);
  for (let b = 0; b < background.rows; b++)
    for (let f = 0; f < features; f++) means[f]! += background.data[b * features + f]! / background.rows;
  const d = players.length;
  const values = new Float64Array(rows.rows * d);
  for (let i = 0; i < rows.rows; i++)
    for (let f = 0; f < features; f++) {
      // A feature without weight may be missing in a row.
      if (weights[f] === 0) continue;
      values[i * d + plan.playerOf[f]!]! += weights[f]! * (rows.data[i * features + f]! - means[f]!);
    }
  const own = marginsOf(margin, rows);
  const baseValue = weights.reduce(
    (sum, weight, f) => (weight === 0 ? sum : sum + weight * means[f]!),
    margin.bias,
  );
  const shown = predictions ?? own;
  let additivityError = 0;
  shown.forEach((prediction, i) => {
    const sum = values.subarray(i * d, (i + 1) * d).reduce((total, value) => total + value, baseValue);
    additivityError = Math.max(additivityError, Math.abs(sum - prediction));
  });
  return {
    method: 'linear',
    exact: true,
    players,
    values,
    errors: null,
    baseValue,
    predictions: shown,
    additivityError,
    evaluations: 0,
  };
}

function marginsOf({ weights, bias }: LinearMargin, rows: Encoded): Float64Array {
  const features = weights.length;
  return Float64Array.from({ length: rows.rows }, (_, i) => {
    let sum = bias;
    for (let f = 0; f < features; f++)
      if (weights[f] !== 0) sum += weights[f]! * rows.data[i * features + f]!;
    return sum;
  });
}
