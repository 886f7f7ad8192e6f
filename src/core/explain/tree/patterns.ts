import { isForestLeaf, type Forest, type ForestLeaf, type ForestNode } from './forest.ts';

/** Rows as bins, n x features, row-major. */
export interface BinnedRows {
  readonly bins: Uint16Array;
  readonly rows: number;
}

/**
 * What is known at a leaf: bit j of a row's pattern says whether the row passes every test that player j has on
 * the path, whatever the others do. The arrays are reused: read them before returning.
 */
export interface LeafVisit {
  readonly leaf: ForestLeaf;
  /** Players on the path; player `players[j]` owns bit j. The first `count` count. */
  readonly players: Int32Array;
  readonly count: number;
  /** A pattern a row, for each of the row sets given. */
  readonly patterns: readonly Int32Array[];
}

/** A pattern has one bit a player, in a signed 32-bit integer. */
export const mostPathPlayers = 30;

/**
 * Visits every leaf of a tree once with the patterns of all rows. A row costs one step a node, however many
 * leaves it could reach.
 * @param playerOf feature -> player; columns of one player share a bit
 */
export function visitLeaves(
  forest: Forest,
  tree: ForestNode,
  playerOf: Int32Array,
  rowSets: readonly BinnedRows[],
  buffers: PatternBuffers,
  onLeaf: (visit: LeafVisit) => void,
): void {
  const players = new Int32Array(mostPathPlayers + 1);
  const stride = forest.features;

  const visit = (node: ForestNode, depth: number, count: number): void => {
    const patterns = buffers.at(depth);
    if (isForestLeaf(node)) {
      onLeaf({ leaf: node, players, count, patterns });
      return;
    }
    const player = playerOf[node.feature]!;
    const known = players.subarray(0, count).indexOf(player);
    const bit = known < 0 ? count : known;
    if (known < 0) players[count] = player;
    const next = known < 0 ? count + 1 : count;
    const below = buffers.at(depth + 1);
    for (const [side, child] of [
      [1, node.whenTrue],
      [0, node.whenFalse],
    ] as const) {
      rowSets.forEach(({ bins, rows }, s) => {
        const from = patterns[s]!;
        const to = below[s]!;
        const { holds, feature } = node;
        if (known < 0)
          for (let i = 0, at = feature; i < rows; i++, at += stride)
            to[i] = from[i]! | (holds[bins[at]!] === side ? 1 << bit : 0);
        else
          for (let i = 0, at = feature; i < rows; i++, at += stride)
            to[i] = holds[bins[at]!] === side ? from[i]! : from[i]! & ~(1 << bit);
      });
      players[bit] = player;
      visit(child, depth + 1, next);
    }
  };

  visit(tree, 0, 0);
}

/** One set of pattern arrays a level, made when first reached. */
export class PatternBuffers {
  readonly #sizes: readonly number[];
  readonly #levels: Int32Array[][] = [];

  constructor(rowSets: readonly BinnedRows[]) {
    this.#sizes = rowSets.map(({ rows }) => rows);
  }

  at(level: number): readonly Int32Array[] {
    return (this.#levels[level] ??= this.#sizes.map(size => new Int32Array(size)));
  }
}
