import { binned, isForestLeaf, passes, type Forest, type Split } from '../tree/forest.ts';
import type { Encoded } from '../tree/shap.ts';

interface Outcome {
  readonly split: Split;
  readonly yes: boolean;
}

/** Feature -> tests with a table, and their outcome. */
type Outcomes = Map<number, Outcome[]>;

/**
 * The boxes of leaves that hold data ("live regions"): all points that reach the same leaf as a reference row in
 * every tree, and so have exactly its margins. A box is a run of bins a feature, whether a missing value is
 * inside, and the tests that hold for no single run.
 */
export class LeafBoxes {
  readonly #forest: Forest;
  readonly #low: Int32Array;
  readonly #high: Int32Array;
  readonly #missing: Uint8Array;
  /** By row. */
  readonly #tables: readonly (Outcomes | null)[];
  readonly rows: number;

  constructor(forest: Forest, reference: Encoded) {
    const { features } = forest;
    const { rows } = reference;
    this.#forest = forest;
    this.rows = rows;
    this.#low = new Int32Array(rows * features).fill(1);
    this.#high = new Int32Array(rows * features);
    this.#missing = new Uint8Array(rows * features).fill(1);
    for (let i = 0; i < rows; i++)
      for (let f = 0; f < features; f++) this.#high[i * features + f] = forest.cuts[f]!.length + 1;
    const bins = binned(forest, reference.data, rows);
    const tables: (Outcomes | undefined)[] = Array.from({ length: rows });
    for (const tree of forest.trees)
      for (let i = 0; i < rows; i++) {
        let node = tree;
        while (!isForestLeaf(node)) {
          const yes = passes(node, bins[node.feature * rows + i]!);
          if (node.holds === null) this.#narrow(i * features + node.feature, node, yes);
          else {
            const own: Outcomes = (tables[i] ??= new Map<number, Outcome[]>());
            const list = own.get(node.feature) ?? [];
            list.push({ split: node, yes });
            own.set(node.feature, list);
          }
          node = yes ? node.whenTrue : node.whenFalse;
        }
      }
    this.#tables = Array.from(tables, own => own ?? null);
  }

  #narrow(at: number, { low, high }: Split, yes: boolean): void {
    // A test holds for bins from 0 or 1 up to `high`: its other side is what lies above, and bin 0 when it starts at 1.
    const withMissing = low === 0;
    if (yes) this.#high[at] = Math.min(this.#high[at]!, high);
    else this.#low[at] = Math.max(this.#low[at]!, high + 1);
    if (yes !== withMissing) this.#missing[at] = 0;
  }

  /** Whether an encoded value lies in a row's box. */
  inside(row: number, feature: number, bin: number): boolean {
    const at = row * this.#forest.features + feature;
    if (bin === 0 ? this.#missing[at] === 0 : bin < this.#low[at]! || bin > this.#high[at]!) return false;
    const tables = this.#tables[row]?.get(feature);
    return tables === undefined || tables.every(({ split, yes }) => passes(split, bin) === yes);
  }
}
