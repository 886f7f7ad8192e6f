import type { Covers } from './covers.ts';
import { isForestLeaf, type ForestLeaf, type ForestNode, type Split } from './forest.ts';

/** Rows as bins, features x n: feature f of row i at `f * rows + i`. */
export interface BinnedRows {
  readonly bins: Uint16Array;
  readonly rows: number;
}

/**
 * What is known at a leaf, or at two sibling leaves: bit j of a row's pattern says whether the row passes every
 * test that player j has on the path, whatever the others do. Of siblings the last bit says which side a row
 * takes. The arrays are reused: read them before returning.
 */
export interface LeafVisit {
  readonly whenTrue: ForestLeaf;
  /** The sibling that rows without the last bit reach; null when there is none. */
  readonly whenFalse: ForestLeaf | null;
  /** Players on the path; player `players[j]` owns bit j. The first `count` count. */
  readonly players: Int32Array;
  readonly count: number;
  /** A pattern a row, for each of the row sets given. */
  readonly patterns: readonly Int32Array[];
  /** Product of the covers of each player's branches here; of the last, at siblings, the true branch's. */
  readonly shares: Float64Array;
}

/** Tables have 2^k patterns for k players on a path; longer paths are attributed without them. */
export const mostTablePlayers = 10;

/**
 * Visits every leaf of a tree once with the patterns of all rows. A row costs one step a node, however many
 * leaves it could reach.
 * @param playerOf feature -> player; columns of one player share a bit
 * @param covers share of the background that takes the true branch, by split; null when not needed
 */
export function visitLeaves(
  tree: ForestNode,
  playerOf: Int32Array,
  rowSets: readonly BinnedRows[],
  buffers: PatternBuffers,
  covers: Covers | null,
  onLeaf: (visit: LeafVisit) => void,
): void {
  const players = new Int32Array(mostTablePlayers + 1);
  const shares = new Float64Array(mostTablePlayers + 1);

  const visit = (node: ForestNode, depth: number, count: number): void => {
    const patterns = buffers.at(depth);
    if (isForestLeaf(node)) {
      onLeaf({ whenTrue: node, whenFalse: null, players, count, patterns, shares });
      return;
    }
    const player = playerOf[node.feature]!;
    const at = players.subarray(0, count).indexOf(player);
    const below = buffers.at(depth + 1);
    const share = covers?.get(node) ?? 0;
    if (at >= 0) {
      const before = shares[at]!;
      for (const side of [1, 0] as const) {
        shares[at] = before * (side === 1 ? share : 1 - share);
        rowSets.forEach((set, s) => keepBit(node, set, side, at, patterns[s]!, below[s]!));
        visit(side === 1 ? node.whenTrue : node.whenFalse, depth + 1, count);
      }
      shares[at] = before;
      return;
    }
    players[count] = player;
    shares[count] = share;
    rowSets.forEach((set, s) => addBit(node, set, 1, count, patterns[s]!, below[s]!));
    const { whenTrue, whenFalse } = node;
    if (isForestLeaf(whenTrue) && isForestLeaf(whenFalse)) {
      onLeaf({ whenTrue, whenFalse, players, count: count + 1, patterns: below, shares });
      return;
    }
    visit(whenTrue, depth + 1, count + 1);
    players[count] = player;
    shares[count] = 1 - share;
    rowSets.forEach((set, s) => addBit(node, set, 0, count, patterns[s]!, below[s]!));
    visit(whenFalse, depth + 1, count + 1);
  };

  visit(tree, 0, 0);
}

/** A new player's bit: whether the row takes this side of the split. */
function addBit(
  split: Split,
  { bins, rows }: BinnedRows,
  side: 0 | 1,
  bit: number,
  from: Int32Array,
  to: Int32Array,
): void {
  const { low, high, holds, feature } = split;
  const column = feature * rows;
  const flip = 1 - side;
  if (holds === null)
    for (let i = 0; i < rows; i++) {
      const bin = bins[column + i]!;
      to[i] = from[i]! | (((((bin - low) | (high - bin)) >>> 31) ^ 1 ^ flip) << bit);
    }
  else for (let i = 0; i < rows; i++) to[i] = from[i]! | ((holds[bins[column + i]!]! ^ flip) << bit);
}

/** A known player's bit stays only where the row takes this side too. */
function keepBit(
  split: Split,
  { bins, rows }: BinnedRows,
  side: 0 | 1,
  bit: number,
  from: Int32Array,
  to: Int32Array,
): void {
  const { low, high, holds, feature } = split;
  const column = feature * rows;
  for (let i = 0; i < rows; i++) {
    const bin = bins[column + i]!;
    const passes = holds === null ? (((bin - low) | (high - bin)) >>> 31) ^ 1 : holds[bin]!;
    to[i] = from[i]! & ~((passes ^ side) << bit);
  }
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
