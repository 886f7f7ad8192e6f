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
 * @returns players x rows: the value of player j in row i at `j * rows + i`
 * @throws BadInput when a path tests more than 30 players
 */
export function interventionalShap(game: TreeGame, rows: BinnedRows, signal: Signal): Float64Array {
  requireShortPaths(game.forest);
  const phi = new Float64Array(rows.rows * game.players);
  const rowSets = [rows, game.background];
  const buffers = new PatternBuffers(rowSets);
  const add = leafAdder(game, rows.rows, phi);
  for (const tree of game.forest.trees) {
    signal.throwIfAborted();
    visitLeaves(tree, game.playerOf, rowSets, buffers, add);
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

function leafAdder(game: TreeGame, rows: number, phi: Float64Array): (visit: LeafVisit) => void {
  const table = new Float64Array((1 << mostTablePlayers) * mostTablePlayers);
  const scratch = new Float64Array(1 << mostTablePlayers);
  const histogram = new Float64Array(1 << mostTablePlayers);
  const weights = new ShapleyWeights(mostPathPlayers);
  const { background, output } = game;
  const share = 1 / background.rows;

  return ({ whenTrue, whenFalse, players, count: k, patterns }) => {
    const whenPassed = whenTrue.value[output]!;
    const whenFailed = whenFalse?.value[output] ?? 0;
    if (k === 0 || (whenPassed === 0 && whenFailed === 0)) return;
    const [rowPatterns, backgroundPatterns] = patterns as [Int32Array, Int32Array];
    if (k > mostTablePlayers) {
      addByPairs(rowPatterns, backgroundPatterns, whenPassed, k, players, weights, phi);
      if (whenFailed === 0) return;
      const last = 1 << (k - 1);
      const flip = (pattern: number): number => pattern ^ last;
      addByPairs(rowPatterns.map(flip), backgroundPatterns.map(flip), whenFailed, k, players, weights, phi);
      return;
    }
    const size = 1 << k;
    histogram.fill(0, 0, size);
    for (const pattern of backgroundPatterns) histogram[pattern]! += share;
    fillLeafTable(histogram, k, whenPassed, whenFailed, table, scratch);
    for (let j = 0; j < k; j++) {
      const line = j * size;
      let at = players[j]! * rows;
      for (let i = 0; i < rows; i++) phi[at++]! += table[line + rowPatterns[i]!]!;
    }
  };
}

function addByPairs(
  rowPatterns: Int32Array,
  backgroundPatterns: Int32Array,
  value: number,
  k: number,
  players: Int32Array,
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
    for (let j = 0; j < k; j++) phi[players[j]! * rowPatterns.length + i]! += part[j]!;
  });
}
