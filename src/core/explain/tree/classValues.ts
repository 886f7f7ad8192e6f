import type { Signal } from '../../signal.ts';
import { ClassGame } from './classGame.ts';
import { flatTree, type FlatTree } from './forest.ts';
import type { ClassLink } from './link.ts';
import type { BinnedRows } from './patterns.ts';
import type { TreeGame } from './treeGame.ts';

/**
 * Shapley values of the probability of one class among several: v(S) = mean over the background of the softmax
 * of all classes' margins with the players in S taken from the row. Exact, pair by pair of rows (`ClassGame`).
 * @returns players x rows
 * @throws BadInput when a row and a background row part by more players than all coalitions can be made of
 */
export function classValues(
  { forest, output, playerOf, players, background }: TreeGame,
  link: ClassLink,
  rows: BinnedRows,
  signal: Signal,
): Float64Array {
  const phi = new Float64Array(players * rows.rows);
  const pair = new ClassGame(link, players, forest.outputs, output);
  const trees = forest.trees.map(tree => flatTree(tree, forest.outputs));
  for (let i = 0; i < rows.rows; i++) {
    signal.throwIfAborted();
    for (let b = 0; b < background.rows; b++) {
      pair.add(forest.base, 0, 0, 0);
      for (const tree of trees) addTree(pair, tree, forest.outputs, playerOf, rows, i, background, b);
      pair.finish(1 / background.rows, phi, rows.rows, i);
    }
  }
  return phi;
}

/**
 * Adds every leaf that some coalition reaches. Where row and background row go the same way so do all
 * coalitions; where they part, the player of the test decides, there and further down.
 */
function addTree(
  pair: ClassGame,
  { feature, low, high, whenTrue, whenFalse, holds, values }: FlatTree,
  outputs: number,
  playerOf: Int32Array,
  rows: BinnedRows,
  row: number,
  background: BinnedRows,
  other: number,
): void {
  const below = (at: number, bin: number): number => {
    const from = low[at]!;
    const passed = from < 0 ? holds[-1 - from]![bin] === 1 : bin >= from && bin <= high[at]!;
    return passed ? whenTrue[at]! : whenFalse[at]!;
  };
  const visit = (root: number, held: number, barred: number): void => {
    let at = root;
    let bars = barred;
    for (let f = feature[at]!; f >= 0; f = feature[at]!) {
      const own = below(at, rows.bins[f * rows.rows + row]!);
      const theirs = below(at, background.bins[f * background.rows + other]!);
      if (own === theirs) {
        at = own;
        continue;
      }
      const bit = pair.bit(playerOf[f]!);
      if ((held & bit) !== 0) at = own;
      else {
        if ((bars & bit) === 0) {
          visit(own, held | bit, bars);
          bars |= bit;
        }
        at = theirs;
      }
    }
    pair.add(values, at * outputs, held, bars);
  };
  visit(0, 0, 0);
}
