import { BadInput } from '../../failure.ts';
import type { Signal } from '../../signal.ts';
import { countPatterns, productShares } from './marginShap.ts';
import { PairWalk } from './pairwise.ts';
import { fillPairTable } from './pairTable.ts';
import { PathWalk } from './pathQuadrature.ts';
import { mostTablePlayers, PatternBuffers, visitLeaves, type BinnedRows } from './patterns.ts';
import type { GameTree, TreeGame } from './treeGame.ts';

/** Numbers of one answer, at most: 512 MB. */
const mostNumbers = 64_000_000;

/** Rows from which tables by pattern cost less than a walk a row. */
const rowsForTables = 20;

/**
 * Shapley interaction values as shap gives them: off the diagonal half the Shapley interaction index of the two
 * players, on it what is left of the player's own value, so that each line sums to the value.
 * @param values players x rows, the Shapley values of the same rows (`MarginShap`)
 * @returns players x players x rows
 * @throws BadInput when the answer would not fit in memory
 */
export function interactionValues(
  game: TreeGame,
  rows: BinnedRows,
  values: Float64Array,
  signal: Signal,
): Float64Array {
  const { players } = game;
  if (players * players * rows.rows > mostNumbers)
    throw new BadInput(
      'too-many-interactions',
      `The interactions of ${players} columns in ${rows.rows} rows are more than fit in memory: ` +
        `ask for at most ${Math.max(1, Math.floor(mostNumbers / (players * players)))} rows at a time.`,
    );
  const pairs = new Float64Array(players * players * rows.rows);
  const buffers = new PatternBuffers([rows, game.background]);
  for (const tree of game.trees) {
    signal.throwIfAborted();
    if (tree.longest <= mostTablePlayers && rows.rows >= rowsForTables)
      addByTables(game, tree, rows, buffers, pairs);
    else addByWalks(game, tree, rows, pairs);
  }
  // The sums went to one place a pair, in either order.
  for (let j = 0; j < players; j++)
    for (let o = 0; o < j; o++) {
      const [there, back] = [(j * players + o) * rows.rows, (o * players + j) * rows.rows];
      for (let i = 0; i < rows.rows; i++) {
        const half = (pairs[there + i]! + pairs[back + i]!) / 2;
        pairs[there + i] = half;
        pairs[back + i] = half;
      }
    }
  for (let j = 0; j < players; j++)
    for (let i = 0; i < rows.rows; i++) {
      let rest = values[j * rows.rows + i]!;
      for (let o = 0; o < players; o++) if (o !== j) rest -= pairs[(j * players + o) * rows.rows + i]!;
      pairs[(j * players + j) * rows.rows + i] = rest;
    }
  return pairs;
}

function addByTables(
  { playerOf, players: all, background, covers, output }: TreeGame,
  tree: GameTree,
  rows: BinnedRows,
  buffers: PatternBuffers,
  pairs: Float64Array,
): void {
  const most = tree.longest;
  const table = new Float64Array(((most * (most - 1)) / 2) << most);
  const histogram = new Float64Array(1 << most);
  const scratch = new Float64Array(3 << most);
  const sets = covers === null ? [rows, background] : [rows];
  visitLeaves(tree.root, playerOf, sets, buffers, covers, visit => {
    const { whenTrue, whenFalse, players, count: k, patterns, shares } = visit;
    const passed = whenTrue.value[output]!;
    const failed = whenFalse?.value[output] ?? 0;
    if (k < 2 || (passed === 0 && failed === 0)) return;
    if (covers === null) countPatterns(histogram, k, patterns[1]!, 1 / background.rows);
    else productShares(histogram, k, shares);
    fillPairTable(histogram, k, passed, failed, table, scratch);
    const own = patterns[0]!;
    for (let j = 1; j < k; j++)
      for (let i = 0; i < j; i++) {
        const line = ((j * (j - 1)) / 2 + i) << k;
        let at = (players[i]! * all + players[j]!) * rows.rows;
        for (let r = 0; r < rows.rows; r++) pairs[at++]! += table[line + own[r]!]!;
      }
  });
}

function addByWalks(
  { playerOf, players, background, covers, output }: TreeGame,
  { root, longest }: GameTree,
  rows: BinnedRows,
  pairs: Float64Array,
): void {
  if (covers !== null) {
    const walk = new PathWalk(playerOf, players, covers);
    for (let i = 0; i < rows.rows; i++) walk.addPairs(root, output, longest, rows, i, pairs);
    return;
  }
  const walk = new PairWalk(playerOf, players, rows, background);
  let row = 0;
  const add = (i: number, j: number, value: number): void => {
    pairs[(i * players + j) * rows.rows + row]! += value;
  };
  const onLeaf = (leaf: Float64Array, needed: Int32Array, a: number, barred: Int32Array, b: number): void => {
    const value = leaf[output]! / background.rows;
    if (value === 0) return;
    // The leaf's game is 1 for coalitions with all needed and no barred players: x^a (1 - x)^b on the diagonal.
    for (let i = 0; i < a; i++) {
      for (let j = 0; j < i; j++) add(needed[i]!, needed[j]!, value * beta(a - 2, b));
      for (let j = 0; j < b; j++) add(needed[i]!, barred[j]!, -value * beta(a - 1, b - 1));
    }
    for (let i = 0; i < b; i++)
      for (let j = 0; j < i; j++) add(barred[i]!, barred[j]!, value * beta(a, b - 2));
  };
  for (row = 0; row < rows.rows; row++)
    for (let other = 0; other < background.rows; other++) walk.walk(root, row, other, onLeaf);
}

/** The integral of x^a (1 - x)^b over [0, 1]: a! b! / (a + b + 1)!. */
function beta(a: number, b: number): number {
  let choose = 1;
  for (let i = 1; i <= a; i++) choose = (choose * (b + i)) / i;
  return 1 / ((a + b + 1) * choose);
}
