import { BadInput } from '../../failure.ts';
import { additivityError } from '../additivity.ts';
import { ClassGame } from '../tree/classGame.ts';
import {
  applyLink,
  isScalar,
  linkedColumn,
  scalarLink,
  type ClassLink,
  type Link,
  type ScalarLink,
} from '../tree/link.ts';
import type { AdditivePlan } from '../tree/pipeline.ts';
import { roundings, type Precision } from '../tree/proof.ts';
import { slope } from '../tree/rescaled.ts';
import type { Encoded, TreeSpace } from '../tree/shap.ts';
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
 * Error that the runtime's sum may have, over these rows: for `proveReading`. Sums of n terms round n times,
 * both ways.
 */
export function linearRounding(plan: AdditivePlan, rows: Encoded, precision: Precision = 'float32'): number {
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
  return 4 * roundings[precision] * (Math.sqrt(features) + 4) * largest;
}

export interface LinearExplainer {
  /** The players' names, in the plan's order. */
  readonly players: readonly string[];
  readonly plan: AdditivePlan;
  readonly column: number;
  readonly space: TreeSpace;
}

/**
 * Exact interventional SHAP values of a linear model in closed form: in the margin a player's value is the sum
 * over its features of weight (x - mean of the background), whatever the encoders of its column do
 * (shap.LinearExplainer, feature_perturbation="interventional"). In the space of the score they are rescaled
 * against each background row, or, of classes that share a link, found by all coalitions, as those of trees
 * (`rescaledValues`, `classValues`).
 */
export class LinearShap {
  readonly #players: readonly string[];
  readonly #playerOf: Int32Array;
  readonly #plan: AdditivePlan;
  readonly #column: number;
  readonly #margin: LinearMargin;
  readonly #means: Float64Array;
  readonly #background: Encoded;
  readonly #backgroundMargins: Float64Array;
  /** What the scores explained go through; the identity in the space of the margin. */
  readonly #link: Link;
  /** The mean of the background in the space explained. */
  readonly baseValue: number;

  /** @throws BadInput for an empty background, a column that is not there, or a space the model has not */
  constructor({ players, plan, column, space }: LinearExplainer, background: Encoded) {
    if (background.rows === 0)
      throw new BadInput(
        'no-background',
        'The background has no rows. Choose a background with at least one.',
      );
    this.#players = players;
    this.#playerOf = plan.playerOf;
    this.#plan = plan;
    this.#column = column;
    this.#margin = linearMargin(plan, column);
    this.#link = space === 'margin' ? 'identity' : plan.link;
    this.#background = background;
    const features = plan.playerOf.length;
    this.#means = new Float64Array(features);
    for (let b = 0; b < background.rows; b++)
      for (let f = 0; f < features; f++)
        this.#means[f]! += background.data[b * features + f]! / background.rows;
    this.#backgroundMargins = marginsOf(this.#margin, background);
    const scores = this.#scores(background);
    this.baseValue = scores.reduce((sum, score) => sum + score, 0) / scores.length;
  }

  /**
   * @param predictions as in `TreeShap.explain`
   * @throws BadInput as `classValues`
   */
  explain(rows: Encoded, predictions: Float64Array | null): Attributions {
    const values = this.#values(rows);
    const shown = predictions ?? this.#scores(rows);
    return {
      method: 'linear',
      exact: true,
      players: this.#players,
      values,
      errors: null,
      baseValue: this.baseValue,
      predictions: shown,
      additivityError: additivityError(values, this.baseValue, shown),
      evaluations: 0,
    };
  }

  /** Columns of a sum do not interact: the values themselves on the diagonal. @returns n x d x d, row-major */
  interactions(rows: Encoded): Float64Array {
    const d = this.#players.length;
    const values = this.explain(rows, null).values;
    const pairs = new Float64Array(rows.rows * d * d);
    values.forEach((value, at) => {
      const j = at % d;
      pairs[((at - j) / d) * d * d + j * d + j] = value;
    });
    return pairs;
  }

  #scores(rows: Encoded): Float64Array {
    const margins = linearMargins(this.#plan, rows);
    return linkedColumn(this.#link, margins, this.#plan.columns.length, this.#column);
  }

  /** @returns rows x players */
  #values(rows: Encoded): Float64Array {
    const link = this.#link;
    if (link === 'identity') return this.#ofMargin(rows);
    return isScalar(link) ? this.#rescaled(rows, link) : this.#ofClass(rows, link);
  }

  #ofMargin({ data, rows }: Encoded): Float64Array {
    const { weights } = this.#margin;
    const [d, features] = [this.#players.length, weights.length];
    const values = new Float64Array(rows * d);
    for (let i = 0; i < rows; i++)
      for (let f = 0; f < features; f++) {
        // A feature without weight may be missing in a row.
        if (weights[f] === 0) continue;
        values[i * d + this.#playerOf[f]!]! += weights[f]! * (data[i * features + f]! - this.#means[f]!);
      }
    return values;
  }

  #rescaled(own: Encoded, link: ScalarLink): Float64Array {
    const { data, rows } = own;
    const margins = marginsOf(this.#margin, own);
    const score = scalarLink(link);
    const { weights } = this.#margin;
    const [d, features, m] = [this.#players.length, weights.length, this.#background.rows];
    const values = new Float64Array(rows * d);
    for (let i = 0; i < rows; i++)
      for (let b = 0; b < m; b++) {
        const scale = slope(score, margins[i]!, this.#backgroundMargins[b]!) / m;
        for (let f = 0; f < features; f++) {
          if (weights[f] === 0) continue;
          const gap = data[i * features + f]! - this.#background.data[b * features + f]!;
          values[i * d + this.#playerOf[f]!]! += scale * weights[f]! * gap;
        }
      }
    return values;
  }

  #ofClass({ data, rows }: Encoded, link: ClassLink): Float64Array {
    const classes = this.#plan.columns.length;
    const all = this.#plan.columns.map((_, column) => linearMargin(this.#plan, column).weights);
    const others = linearMargins(this.#plan, this.#background);
    const [d, features, m] = [this.#players.length, this.#playerOf.length, this.#background.rows];
    const pair = new ClassGame(link, d, classes, this.#column);
    const gaps = new Float64Array(d * classes);
    const values = new Float64Array(rows * d);
    for (let i = 0; i < rows; i++) {
      const own = values.subarray(i * d, (i + 1) * d);
      for (let b = 0; b < m; b++) {
        gaps.fill(0);
        for (let f = 0; f < features; f++) {
          const gap = data[i * features + f]! - this.#background.data[b * features + f]!;
          const to = this.#playerOf[f]! * classes;
          for (let k = 0; k < classes; k++) if (all[k]![f] !== 0) gaps[to + k]! += gap * all[k]![f]!;
        }
        pair.add(others, b * classes, 0, 0);
        for (let j = 0; j < d; j++) {
          const gap = gaps.subarray(j * classes, (j + 1) * classes);
          if (gap.some(each => each !== 0)) pair.add(gap, 0, pair.bit(j), 0);
        }
        pair.finish(1 / m, own, 1, 0);
      }
    }
    return values;
  }
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
