import type { Signal } from '../../signal.ts';
import { scalarLink, type ScalarLink } from './link.ts';
import { pairAdder } from './marginShap.ts';
import { PairWalk, ShapleyWeights } from './pairwise.ts';
import type { BinnedRows } from './patterns.ts';
import type { TreeGame } from './treeGame.ts';

/**
 * Values in the space of the score, s = link(margin): for each background row the Shapley values of the margin
 * are scaled by (s(x) - s(b)) / (margin(x) - margin(b)), then averaged. This is what shap's
 * model_output="probability" computes. They add up exactly to score minus mean background score; they are the
 * Shapley values of the margin against each background row in the score's units, not those of the score itself.
 * @param margins of the rows; `backgroundMargins` of the background
 * @returns players x rows
 */
export function rescaledValues(
  game: TreeGame,
  link: ScalarLink,
  rows: BinnedRows,
  margins: Float64Array,
  backgroundMargins: Float64Array,
  signal: Signal,
): Float64Array {
  const { playerOf, players, background, output, trees } = game;
  const phi = new Float64Array(players * rows.rows);
  const score = scalarLink(link);
  const walk = new PairWalk(playerOf, players, rows, background);
  const weights = new ShapleyWeights(trees.reduce((most, { longest }) => Math.max(most, longest), 0));
  const adder = pairAdder(weights, output, rows.rows, phi);
  for (let i = 0; i < rows.rows; i++) {
    signal.throwIfAborted();
    const own = margins[i]!;
    for (let b = 0; b < background.rows; b++) {
      adder.at(i, slope(score, own, backgroundMargins[b]!) / background.rows);
      for (const { root } of trees) walk.walk(root, i, b, adder.add);
    }
  }
  return phi;
}

/** The secant's slope; between margins too near to tell apart, the tangent's by a central difference. */
export function slope(score: (margin: number) => number, a: number, b: number): number {
  if (Math.abs(a - b) > 1e-6 * Math.max(1, Math.abs(a))) return (score(a) - score(b)) / (a - b);
  const middle = (a + b) / 2;
  const step = 1e-5 * Math.max(1, Math.abs(middle));
  return (score(middle + step) - score(middle - step)) / (2 * step);
}
