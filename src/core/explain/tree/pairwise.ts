import { isForestLeaf, passes, type ForestNode } from './forest.ts';
import type { BinnedRows } from './patterns.ts';

/**
 * Shapley weights (a - 1)! b! / (a + b)! = 1 / (a C(a + b, a)): of coalitions that need a players and bar b, the
 * part of each needed player.
 */
export class ShapleyWeights {
  readonly #side: number;
  readonly #weights: Float64Array;

  constructor(most: number) {
    this.#side = most + 1;
    this.#weights = new Float64Array(this.#side * this.#side);
    for (let a = 1; a <= most; a++)
      for (let b = 0; a + b <= most; b++) this.#weights[a * this.#side + b] = betaWeight(a, b);
  }

  /** The part of each of the a players that the row alone provides. */
  needed(a: number, b: number): number {
    return this.#weights[a * this.#side + b]!;
  }

  /** The part, to be subtracted, of each of the b players that the background alone provides. */
  barred(a: number, b: number): number {
    return this.#weights[b * this.#side + a]!;
  }
}

function betaWeight(a: number, b: number): number {
  let choose = 1;
  for (let i = 1; i <= a; i++) choose = (choose * (b + i)) / i;
  return 1 / (a * choose);
}

/** Told at every leaf that some coalition reaches: who is needed there and who is barred. */
type OnLeaf = (leaf: Float64Array, needed: Int32Array, a: number, barred: Int32Array, b: number) => void;

/**
 * Walks a tree for one row and one background row together. Where both go the same way so do all coalitions;
 * where they part, the player of the test decides. For paths of any length; a cost for each pair of rows.
 */
export class PairWalk {
  readonly #playerOf: Int32Array;
  readonly #rows: BinnedRows;
  readonly #background: BinnedRows;
  /** Per player: 0 undecided, 1 taken from the row, -1 from the background. */
  readonly #taken: Int8Array;
  readonly #needed: Int32Array;
  readonly #barred: Int32Array;
  #row = 0;
  #other = 0;
  #onLeaf: OnLeaf = () => undefined;

  constructor(playerOf: Int32Array, players: number, rows: BinnedRows, background: BinnedRows) {
    this.#playerOf = playerOf;
    this.#rows = rows;
    this.#background = background;
    this.#taken = new Int8Array(players);
    this.#needed = new Int32Array(players);
    this.#barred = new Int32Array(players);
  }

  walk(tree: ForestNode, row: number, other: number, onLeaf: OnLeaf): void {
    this.#row = row;
    this.#other = other;
    this.#onLeaf = onLeaf;
    this.#visit(tree, 0, 0);
  }

  #visit(node: ForestNode, a: number, b: number): void {
    let at = node;
    while (!isForestLeaf(at)) {
      const player = this.#playerOf[at.feature]!;
      const taken = this.#taken[player]!;
      const own = taken < 0 || passes(at, this.#rows.bins[at.feature * this.#rows.rows + this.#row]!);
      const theirs =
        taken > 0 || passes(at, this.#background.bins[at.feature * this.#background.rows + this.#other]!);
      if (taken !== 0 || own === theirs) {
        at = (taken < 0 ? theirs : own) ? at.whenTrue : at.whenFalse;
        continue;
      }
      this.#taken[player] = 1;
      this.#needed[a] = player;
      this.#visit(own ? at.whenTrue : at.whenFalse, a + 1, b);
      this.#taken[player] = -1;
      this.#barred[b] = player;
      this.#visit(theirs ? at.whenTrue : at.whenFalse, a, b + 1);
      this.#taken[player] = 0;
      return;
    }
    this.#onLeaf(at.value, this.#needed, a, this.#barred, b);
  }
}
