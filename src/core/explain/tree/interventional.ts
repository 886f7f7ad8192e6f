import { BadInput } from '../../failure.ts';
import type { Signal } from '../../signal.ts';
import type { Forest } from './forest.ts';
import { fillLeafTable } from './leafTable.ts';
import { addPairs, ShapleyWeights } from './pairs.ts';
import { mostPathPlayers, PatternBuffers, visitLeaves, type BinnedRows, type LeafVisit } from './patterns.ts';

/** Paths of more players than this are attributed pair by pair instead of through tables of 2^k patterns. */
const mostTablePlayers = 10;

export interface TreeGame {
  readonly forest: Forest;
  /** Which of the forest's outputs is explained, as a margin. */
  readonly output: number;
  /** Feature -> player. */
  readonly playerOf: Int32Array;
  readonly players: number;
  readonly background: BinnedRows;
}

/**
 * Exact interventional Shapley values of a forest's margin: v(S) = mean over the background of the margin with
 * the players in S taken from the row (shap.TreeExplainer, feature_perturbation="interventional").
 * @returns rows x players, row-major
 * @throws BadInput when a path tests more than 30 players
 */
export function interventionalShap(game: TreeGame, rows: BinnedRows, signal: Signal): Float64Array {
  requireShortPaths(game.forest);
  const phi = new Float64Array(rows.rows * game.players);
  const rowSets = [rows, game.background];
  const buffers = new PatternBuffers(rowSets);
  const add = leafAdder(game, phi);
  for (const tree of game.forest.trees) {
    signal.throwIfAborted();
    visitLeaves(game.forest, tree, game.playerOf, rowSets, buffers, add);
  }
  return phi;
}

export function requireShortPaths(forest: Forest): void {
  if (forest.pathFeatures > mostPathPlayers)
    throw new BadInput(
      'path-too-long',
      `A path of the trees tests ${forest.pathFeatures} columns, more than ${mostPathPlayers}: explain the model as a black box.`,
    );
}

function leafAdder(game: TreeGame, phi: Float64Array): (visit: LeafVisit) => void {
  const table = new Float64Array((1 << mostTablePlayers) * mostTablePlayers);
  const scratch = new Float64Array(1 << mostTablePlayers);
  const histogram = new Float64Array(1 << mostTablePlayers);
  const weights = new ShapleyWeights(mostPathPlayers);
  const { players: width, background, output } = game;
  return ({ leaf, players, count: k, patterns }) => {
    const value = leaf.value[output]!;
    if (value === 0 || k === 0) return;
    const [rowPatterns, backgroundPatterns] = patterns as [Int32Array, Int32Array];
    if (k > mostTablePlayers) {
      addByPairs(rowPatterns, backgroundPatterns, value, k, players, width, weights, phi);
      return;
    }
    const size = 1 << k;
    histogram.fill(0, 0, size);
    const share = value / background.rows;
    for (const pattern of backgroundPatterns) histogram[pattern]! += share;
    fillLeafTable(histogram, k, table, scratch);
    for (let i = 0, at = 0; i < rowPatterns.length; i++, at += width) {
      const from = rowPatterns[i]! * k;
      for (let j = 0; j < k; j++) phi[at + players[j]!]! += table[from + j]!;
    }
  };
}

function addByPairs(
  rowPatterns: Int32Array,
  backgroundPatterns: Int32Array,
  value: number,
  k: number,
  players: Int32Array,
  width: number,
  weights: ShapleyWeights,
  phi: Float64Array,
): void {
  const counts = new Map<number, number>();
  for (const pattern of backgroundPatterns) counts.set(pattern, (counts.get(pattern) ?? 0) + 1);
  const distinct = Int32Array.from(counts.keys());
  const shares = Float64Array.from(counts.values(), count => (count * value) / backgroundPatterns.length);
  const known = new Map<number, Float64Array>();
  rowPatterns.forEach((pattern, i) => {
    let part = known.get(pattern);
    if (part === undefined) {
      part = new Float64Array(k);
      addPairs(pattern, distinct, shares, distinct.length, k, weights, part);
      known.set(pattern, part);
    }
    for (let j = 0; j < k; j++) phi[i * width + players[j]!]! += part[j]!;
  });
}
