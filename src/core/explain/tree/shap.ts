import { BadInput } from '../../failure.ts';
import type { Signal } from '../../signal.ts';
import { additivityError } from '../additivity.ts';
import type { Attributions } from '../types.ts';
import { expectedOutput } from './covers.ts';
import { binned, evaluateForest, type Forest } from './forest.ts';
import { interactionValues } from './interactions.ts';
import { classValues } from './classValues.ts';
import { applyLink, isScalar, linkedColumn, type Link } from './link.ts';
import { MarginShap } from './marginShap.ts';
import type { BinnedRows } from './patterns.ts';
import type { AdditivePlan } from './pipeline.ts';
import { rescaledValues } from './rescaled.ts';
import { treeGame, type TreeGame, type TreeMethod } from './treeGame.ts';

/** `margin` is before the link (log-odds, log of a rate); `score` is what the model answers. */
export type TreeSpace = 'margin' | 'score';

export interface TreeExplainer {
  /** The players' names, in the plan's order. */
  readonly players: readonly string[];
  readonly plan: Pick<AdditivePlan, 'playerOf' | 'link'>;
  /** All the plan's operators in one (`combinedEnsemble`, `forestOf`). */
  readonly forest: Forest;
  /** Which column of the scores is explained. */
  readonly column: number;
  readonly method: TreeMethod;
  readonly space: TreeSpace;
}

/** A matrix of what the operators read (the plan's `input`), n x features, row-major. */
export interface Encoded {
  readonly data: ArrayLike<number>;
  readonly rows: number;
}

/**
 * Exact SHAP values of one score of a tree model over one background. Made once and asked often: what depends
 * on the background alone is kept. The reading must have been proven (`proveReading`).
 */
export class TreeShap {
  readonly #task: TreeExplainer;
  readonly #game: TreeGame;
  readonly #shap: MarginShap;
  /** Empty for path-dependent values, which are of the margin alone. */
  readonly #backgroundMargins: Float64Array = new Float64Array(0);
  /** What the scores explained go through; the identity in the space of the margin. */
  readonly #link: Link;
  /** The mean of the background in the space explained. */
  readonly baseValue: number;

  /** @throws BadInput for an empty background, a column that is not there, or a space the method has not */
  constructor(task: TreeExplainer, background: Encoded) {
    const { plan, forest, column, method, players } = task;
    if (background.rows === 0)
      throw new BadInput(
        'no-background',
        'The background has no rows. Choose a background with at least one.',
      );
    if (!(column >= 0 && column < forest.outputs))
      throw new BadInput(
        'unknown-output',
        `The model has no output ${column}: its scores have ${forest.outputs} columns.`,
      );
    this.#task = task;
    this.#link = linkOf(task.space, plan.link, method);
    this.#game = treeGame(
      method,
      forest,
      column,
      plan.playerOf,
      players.length,
      background.data,
      background.rows,
    );
    this.#shap = new MarginShap(this.#game);
    const { covers, trees } = this.#game;
    if (covers !== null) {
      const roots = trees.map(({ root }) => root);
      this.baseValue = forest.base[column]! + expectedOutput(roots, covers, column);
      return;
    }
    const all = evaluateForest(forest, this.#game.background.bins, background.rows);
    this.#backgroundMargins = columnOf(all, forest.outputs, column);
    const scores = linkedColumn(this.#link, all, forest.outputs, column);
    this.baseValue = scores.reduce((sum, score) => sum + score, 0) / scores.length;
  }

  /** Makes what can be made before rows are known, so that a single row is answered in milliseconds. */
  prepare(signal: Signal): void {
    if (this.#link === 'identity') this.#shap.prepare(signal);
  }

  /**
   * @param predictions the runtime's own output for the rows in the space explained, when it gives that (a margin
   * behind a link it does not): the additivity error is measured against it, else against the parsed trees
   */
  explain(rows: Encoded, predictions: Float64Array | null, signal: Signal): Attributions {
    const { forest, column, players, method } = this.#task;
    const own = { bins: binned(forest, rows.data, rows.rows), rows: rows.rows };
    const link = this.#link;
    const read =
      link !== 'identity' || predictions === null ? evaluateForest(forest, own.bins, own.rows) : null;
    const values = transposed(this.#values(own, read, signal), players.length, rows.rows);
    const shown = predictions ?? linkedColumn(link, read!, forest.outputs, column);
    return {
      method: method === 'path' ? 'tree-path' : 'tree',
      exact: true,
      players,
      values,
      errors: null,
      baseValue: this.baseValue,
      predictions: shown,
      additivityError: additivityError(values, this.baseValue, shown),
      evaluations: 0,
    };
  }

  /**
   * @param read the margins of the rows in every column; null in the space of the margin
   * @returns players x rows
   */
  #values(rows: BinnedRows, read: Float64Array | null, signal: Signal): Float64Array {
    const { forest, column } = this.#task;
    const link = this.#link;
    if (link === 'identity') return this.#shap.values(rows, signal);
    if (!isScalar(link)) return classValues(this.#game, link, rows, signal);
    const margins = columnOf(read!, forest.outputs, column);
    return rescaledValues(this.#game, link, rows, margins, this.#backgroundMargins, signal);
  }

  /**
   * Interaction values in the space of the margin, as shap gives them: half the interaction index off the
   * diagonal, the rest of the player's value on it.
   * @returns n x d x d, row-major
   */
  interactions(rows: Encoded, signal: Signal): Float64Array {
    if (this.#link !== 'identity')
      throw new BadInput(
        'interactions-space',
        'Interaction values are exact in the space of the margin only: choose the raw space.',
      );
    const { forest, players } = this.#task;
    const own = { bins: binned(forest, rows.data, rows.rows), rows: rows.rows };
    const pairs = interactionValues(this.#game, own, this.#shap.values(own, signal), signal);
    return transposed(pairs, players.length * players.length, rows.rows);
  }
}

function columnOf(matrix: Float64Array, columns: number, column: number): Float64Array {
  return Float64Array.from({ length: matrix.length / columns }, (_, i) => matrix[i * columns + column]!);
}

/**
 * Scores of encoded rows by the parsed trees, n x columns: what-if answers without the runtime.
 */
export function scoresOf(plan: AdditivePlan, forest: Forest, rows: Encoded): Float64Array {
  const margins = evaluateForest(forest, binned(forest, rows.data, rows.rows), rows.rows);
  return applyLink(plan.link, margins, plan.columns.length);
}

function linkOf(space: TreeSpace, link: Link, method: TreeMethod): Link {
  if (space === 'margin' || link === 'identity') return 'identity';
  if (method === 'path')
    throw new BadInput(
      'space',
      'Path-dependent values are in the space of the margin: choose the raw space, or the interventional method.',
    );
  return link;
}

function transposed(values: Float64Array, lines: number, rows: number): Float64Array {
  const out = new Float64Array(values.length);
  for (let j = 0; j < lines; j++) for (let i = 0; i < rows; i++) out[i * lines + j] = values[j * rows + i]!;
  return out;
}
