import { coversOf, type Covers } from './covers.ts';
import { binned, isForestLeaf, type Forest, type ForestNode } from './forest.ts';
import type { BinnedRows } from './patterns.ts';

export type TreeMethod = 'interventional' | 'path';

/** One margin of a forest over a background, as a game of players. */
export interface TreeGame {
  readonly method: TreeMethod;
  readonly forest: Forest;
  /** Which of the forest's outputs is explained. */
  readonly output: number;
  /** Feature -> player. */
  readonly playerOf: Int32Array;
  readonly players: number;
  readonly background: BinnedRows;
  /** The trees that the output depends on. */
  readonly trees: readonly GameTree[];
  /** Path-dependent only. */
  readonly covers: Covers | null;
}

export interface GameTree {
  readonly root: ForestNode;
  /** Most players tested on one path. */
  readonly longest: number;
  readonly leaves: number;
  /** Numbers that tables for all its leaves hold: k for each of 2^k patterns of the k players on a path. */
  readonly cells: number;
}

/**
 * @param background m x features, row-major
 * @param playerOf feature -> player; columns of one player act as one
 */
export function treeGame(
  method: TreeMethod,
  forest: Forest,
  output: number,
  playerOf: Int32Array,
  players: number,
  background: ArrayLike<number>,
  backgroundRows: number,
): TreeGame {
  const rows = { bins: binned(forest, background, backgroundRows), rows: backgroundRows };
  const trees = forest.trees
    .map(root => measured(root, output, playerOf))
    .filter(({ matters }) => matters)
    .map(({ root, longest, leaves, cells }) => ({ root, longest, leaves, cells }));
  const covers =
    method === 'path'
      ? coversOf(
          trees.map(({ root }) => root),
          rows,
        )
      : null;
  return { method, forest, output, playerOf, players, background: rows, trees, covers };
}

function measured(
  root: ForestNode,
  output: number,
  playerOf: Int32Array,
): GameTree & { readonly matters: boolean } {
  const path = new Map<number, number>();
  let longest = 0;
  let leaves = 0;
  let cells = 0;
  let matters = false;
  const visit = (node: ForestNode): void => {
    if (isForestLeaf(node)) {
      leaves++;
      longest = Math.max(longest, path.size);
      matters ||= node.value[output] !== 0;
      return;
    }
    const player = playerOf[node.feature]!;
    const tests = path.get(player) ?? 0;
    path.set(player, tests + 1);
    const { whenTrue, whenFalse } = node;
    // Leaves that only a new player parts have one table.
    const together = tests === 0 && isForestLeaf(whenTrue) && isForestLeaf(whenFalse);
    for (const leaf of together ? [whenTrue] : [whenTrue, whenFalse])
      if (isForestLeaf(leaf)) cells += path.size * 2 ** path.size;
    visit(whenTrue);
    visit(whenFalse);
    if (tests === 0) path.delete(player);
    else path.set(player, tests);
  };
  visit(root);
  return { root, longest, leaves, cells, matters };
}
