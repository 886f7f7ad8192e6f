import type { Signal } from '../../signal.ts';
import { KeptTables } from './keptTables.ts';
import { fillLeafTable } from './leafTable.ts';
import { fillPathTable } from './pathTable.ts';
import { PairWalk, ShapleyWeights } from './pairwise.ts';
import { PathWalk } from './pathQuadrature.ts';
import {
  mostTablePlayers,
  PatternBuffers,
  visitLeaves,
  type BinnedRows,
  type LeafVisit,
} from './patterns.ts';
import type { GameTree, TreeGame } from './treeGame.ts';

/** Numbers kept between calls, at most: tables depend only on the background. */
const mostKept = 16_000_000;

/** More rows than this are looked up tree by tree in tables made on the way, which stay in the cache. */
const mostRowsKept = 64;

/**
 * Exact Shapley values of one margin of a forest. Interventional: v(S) = mean over the background of the margin
 * with the players in S taken from the row (shap's feature_perturbation="interventional"). Path-dependent:
 * v(S) = the margin with each test of a player outside S answered by the background's covers at that split
 * (shap's "tree_path_dependent").
 *
 * Paths of few players go through tables by bit pattern, which are kept for the next rows; longer ones, and
 * few rows where no table is kept, pair by pair (interventional) or by a walk with quadrature (path-dependent).
 */
export class MarginShap {
  readonly #game: TreeGame;
  readonly #kept = new Map<GameTree, KeptTables>();
  readonly #weights: ShapleyWeights;
  readonly #table = new Float64Array((1 << mostTablePlayers) * mostTablePlayers);
  readonly #scratch = new Float64Array(mostTablePlayers << mostTablePlayers);
  readonly #histogram = new Float64Array(1 << mostTablePlayers);
  #room = mostKept;

  constructor(game: TreeGame) {
    this.#game = game;
    this.#weights = new ShapleyWeights(game.trees.reduce((most, { longest }) => Math.max(most, longest), 0));
  }

  /** @returns players x rows: the value of player j in row i at `j * rows + i` */
  values(rows: BinnedRows, signal: Signal): Float64Array {
    const phi = new Float64Array(rows.rows * this.#game.players);
    const buffers = new PatternBuffers([rows, this.#game.background]);
    for (const tree of this.#game.trees) {
      signal.throwIfAborted();
      const kept = this.#kept.get(tree);
      if (kept !== undefined && rows.rows <= mostRowsKept)
        for (let i = 0; i < rows.rows; i++) kept.add(rows, i, phi);
      else if (this.#byTables(tree, rows.rows))
        this.#addByTables(tree, rows, buffers, phi, rows.rows <= mostRowsKept && this.#fits(tree));
      else this.#addByWalks(tree, rows, phi);
    }
    return phi;
  }

  /** Makes the tables that there is room for, so that the first rows are as fast as later ones. */
  prepare(signal: Signal): void {
    for (const tree of this.#game.trees) {
      signal.throwIfAborted();
      if (!this.#kept.has(tree) && this.#fits(tree)) {
        const none = { bins: new Uint16Array(0), rows: 0 };
        const buffers = new PatternBuffers([none, this.#game.background]);
        this.#addByTables(tree, none, buffers, new Float64Array(0), true);
      }
    }
  }

  #fits({ longest, cells }: GameTree): boolean {
    return longest <= mostTablePlayers && cells <= this.#room;
  }

  /** Whether tables cost less than walks for this many rows (or are worth keeping). */
  #byTables(tree: GameTree, rows: number): boolean {
    const { longest: k, leaves } = tree;
    if (k > mostTablePlayers) return false;
    if (rows <= mostRowsKept && this.#fits(tree)) return true;
    const tables = leaves * (k * k * 2 ** k * 0.25) + leaves * rows;
    const perRow = this.#game.method === 'path' ? leaves * 12 * k : this.#game.background.rows * 12 * k;
    return tables <= rows * perRow;
  }

  #addByTables(
    tree: GameTree,
    rows: BinnedRows,
    buffers: PatternBuffers,
    phi: Float64Array,
    keep: boolean,
  ): void {
    const { playerOf, background, covers } = this.#game;
    const tables: (Float64Array | null)[] = [];
    const sets = covers === null ? [rows, background] : [rows];
    visitLeaves(tree.root, playerOf, sets, buffers, covers, visit => {
      const made = this.#fill(visit);
      if (made) look(this.#table, visit, rows.rows, phi);
      if (keep) tables.push(made ? byPattern(this.#table, visit.count) : null);
    });
    if (!keep) return;
    this.#room -= tree.cells;
    this.#kept.set(tree, new KeptTables(tree.root, playerOf, tables));
  }

  /** @returns whether the leaf adds anything */
  #fill({ whenTrue, whenFalse, count: k, patterns, shares }: LeafVisit): boolean {
    const { output, background, covers } = this.#game;
    const whenPassed = whenTrue.value[output]!;
    const whenFailed = whenFalse?.value[output] ?? 0;
    if (k === 0 || (whenPassed === 0 && whenFailed === 0)) return false;
    if (covers !== null) {
      fillPathTable(shares, k, whenPassed, whenFailed, this.#table, this.#scratch);
      return true;
    }
    countPatterns(this.#histogram, k, patterns[1]!, 1 / background.rows);
    fillLeafTable(this.#histogram, k, whenPassed, whenFailed, this.#table, this.#scratch);
    return true;
  }

  #addByWalks({ root, longest }: GameTree, rows: BinnedRows, phi: Float64Array): void {
    const { playerOf, players, background, output, covers } = this.#game;
    if (covers !== null) {
      const walk = new PathWalk(playerOf, players, covers);
      for (let i = 0; i < rows.rows; i++) walk.add(root, output, longest, rows, i, phi);
      return;
    }
    const walk = new PairWalk(playerOf, players, rows, background);
    const adder = pairAdder(this.#weights, output, rows.rows, phi);
    for (let i = 0; i < rows.rows; i++)
      for (let r = 0; r < background.rows; r++) {
        adder.at(i, 1 / background.rows);
        walk.walk(root, i, r, adder.add);
      }
  }
}

/** A table of k lines of 2^k patterns as 2^k lines of k: one row reads one line. */
function byPattern(table: Float64Array, k: number): Float64Array {
  const size = 1 << k;
  const lines = new Float64Array(size * k);
  for (let j = 0; j < k; j++) for (let c = 0; c < size; c++) lines[c * k + j] = table[j * size + c]!;
  return lines;
}

/** Adds what a leaf's table says to each row. */
function look(
  table: Float64Array,
  { players, count: k, patterns }: LeafVisit,
  rows: number,
  phi: Float64Array,
): void {
  const [rowPatterns] = patterns as [Uint16Array];
  const size = 1 << k;
  let j = 0;
  for (; j + 2 < k; j += 3) {
    const line = j * size;
    const [a, b, c] = [players[j]! * rows, players[j + 1]! * rows, players[j + 2]! * rows];
    for (let i = 0; i < rows; i++) {
      const cell = line + rowPatterns[i]!;
      phi[a + i]! += table[cell]!;
      phi[b + i]! += table[cell + size]!;
      phi[c + i]! += table[cell + 2 * size]!;
    }
  }
  for (; j < k; j++) {
    const line = j * size;
    const at = players[j]! * rows;
    for (let i = 0; i < rows; i++) phi[at + i]! += table[line + rowPatterns[i]!]!;
  }
}

/** Shares of the background in each of 2^k patterns. */
export function countPatterns(
  histogram: Float64Array,
  k: number,
  patterns: Uint16Array,
  share: number,
): void {
  histogram.fill(0, 0, 1 << k);
  for (const pattern of patterns) histogram[pattern]! += share;
}

/** Shares of patterns whose bits are independent, each set with its player's share. */
export function productShares(histogram: Float64Array, k: number, shares: Float64Array): void {
  histogram[0] = 1;
  for (let j = 0; j < k; j++) {
    const size = 1 << j;
    const share = shares[j]!;
    for (let b = 0; b < size; b++) {
      histogram[b + size] = histogram[b]! * share;
      histogram[b]! *= 1 - share;
    }
  }
}

/** Adds the leaves of a walk to one row, with a weight. */
export function pairAdder(
  weights: ShapleyWeights,
  output: number,
  rows: number,
  phi: Float64Array,
): {
  at(row: number, weight: number): void;
  readonly add: (leaf: Float64Array, needed: Int32Array, a: number, barred: Int32Array, b: number) => void;
} {
  let row = 0;
  let weight = 1;
  return {
    at: (to, by) => {
      row = to;
      weight = by;
    },
    add: (leaf, needed, a, barred, b) => {
      const value = leaf[output]! * weight;
      if (value === 0) return;
      if (a > 0) {
        const part = value * weights.needed(a, b);
        for (let i = 0; i < a; i++) phi[needed[i]! * rows + row]! += part;
      }
      if (b > 0) {
        const part = value * weights.barred(a, b);
        for (let i = 0; i < b; i++) phi[barred[i]! * rows + row]! -= part;
      }
    },
  };
}
