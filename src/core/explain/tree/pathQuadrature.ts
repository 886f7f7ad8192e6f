import type { Covers } from './covers.ts';
import { isForestLeaf, passes, type ForestNode } from './forest.ts';
import type { BinnedRows } from './patterns.ts';
import { gaussLegendre } from './quadrature.ts';

/**
 * Path-dependent values of one row by one walk through a tree: for few rows, and for paths of any length.
 *
 * A leaf's game is a product over the path's players: of o when the player is known (1 if the row passes all its
 * tests), of z when not (the product of the covers of its branches). Shapley's weights are Beta integrals, so
 * the attribution of j is the integral over [0, 1] of v (o_j - z_j) times the product over the others of
 * z + (o - z) t, done exactly by Gauss-Legendre (Quadrature-TreeSHAP, arXiv 2605.04497).
 */
export class PathWalk {
  readonly #playerOf: Int32Array;
  readonly #covers: Covers;
  /** Per player on the path: whether the row passes so far, and the product of covers; z < 0 when not on it. */
  readonly #o: Float64Array;
  readonly #z: Float64Array;
  readonly #path: number[] = [];
  #rows: BinnedRows = { bins: new Uint16Array(0), rows: 0 };
  #row = 0;
  #output = 0;
  #nodes: Float64Array = new Float64Array(0);
  #weights: Float64Array = new Float64Array(0);
  #onLeaf: (value: number, products: Float64Array) => void = () => undefined;

  constructor(playerOf: Int32Array, players: number, covers: Covers) {
    this.#playerOf = playerOf;
    this.#covers = covers;
    this.#o = new Float64Array(players).fill(1);
    this.#z = new Float64Array(players).fill(-1);
  }

  /**
   * @param longest most players on a path of the tree
   * @param phi players x rows, added to
   */
  add(
    tree: ForestNode,
    output: number,
    longest: number,
    rows: BinnedRows,
    row: number,
    phi: Float64Array,
  ): void {
    this.#start(output, longest, rows, row);
    this.#onLeaf = (value, products) => {
      for (const j of this.#path) {
        const gain = this.#o[j]! - this.#z[j]!;
        let sum = 0;
        for (let q = 0; q < products.length; q++) sum += products[q]! / this.#factor(j, q);
        phi[j * rows.rows + row]! += value * gain * sum;
      }
    };
    this.#visit(tree, this.#weights);
  }

  /** @param pairs players x players x rows, added to: the interaction of i and j in one of their two places */
  addPairs(
    tree: ForestNode,
    output: number,
    longest: number,
    rows: BinnedRows,
    row: number,
    pairs: Float64Array,
  ): void {
    const players = this.#o.length;
    this.#start(output, longest, rows, row);
    this.#onLeaf = (value, products) => {
      for (const j of this.#path)
        for (const i of this.#path) {
          if (i === j) break;
          const gain = (this.#o[j]! - this.#z[j]!) * (this.#o[i]! - this.#z[i]!);
          let sum = 0;
          for (let q = 0; q < products.length; q++)
            sum += products[q]! / (this.#factor(j, q) * this.#factor(i, q));
          pairs[(i * players + j) * rows.rows + row]! += value * gain * sum;
        }
    };
    this.#visit(tree, this.#weights);
  }

  #start(output: number, longest: number, rows: BinnedRows, row: number): void {
    const { nodes, weights } = gaussLegendre(Math.max(1, (longest + 1) >> 1));
    this.#nodes = nodes;
    this.#weights = weights;
    this.#rows = rows;
    this.#row = row;
    this.#output = output;
  }

  #factor(player: number, q: number): number {
    const z = this.#z[player]!;
    return z + (this.#o[player]! - z) * this.#nodes[q]!;
  }

  /** @param products the quadrature's weights times the factors of the players on the path */
  #visit(node: ForestNode, products: Float64Array): void {
    if (isForestLeaf(node)) {
      const value = node.value[this.#output]!;
      if (value !== 0) this.#onLeaf(value, products);
      return;
    }
    const player = this.#playerOf[node.feature]!;
    const [o, z] = [this.#o[player]!, this.#z[player]!];
    const met = z >= 0;
    const share = this.#covers.get(node)!;
    const own = passes(node, this.#rows.bins[node.feature * this.#rows.rows + this.#row]!);
    if (!met) this.#path.push(player);
    for (const side of [true, false]) {
      const ownAfter = own === side ? o : 0;
      const shareAfter = (met ? z : 1) * (side ? share : 1 - share);
      // Neither the row nor the background comes here by this player: no coalition does.
      if (ownAfter === 0 && shareAfter === 0) continue;
      const below = new Float64Array(products.length);
      for (let q = 0; q < products.length; q++) {
        const t = this.#nodes[q]!;
        const before = met ? z + (o - z) * t : 1;
        below[q] = (products[q]! * (shareAfter + (ownAfter - shareAfter) * t)) / before;
      }
      this.#o[player] = ownAfter;
      this.#z[player] = shareAfter;
      this.#visit(side ? node.whenTrue : node.whenFalse, below);
    }
    this.#o[player] = o;
    this.#z[player] = z;
    if (!met) this.#path.pop();
  }
}
