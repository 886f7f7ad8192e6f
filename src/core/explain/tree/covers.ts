import { isForestLeaf, type ForestNode, type Split } from './forest.ts';
import type { BinnedRows } from './patterns.ts';

/** Share of the background rows at a split that take its true branch. */
export type Covers = ReadonlyMap<Split, number>;

/**
 * Covers counted from background rows: what an ONNX file says of them (`nodes_hitrates`) is constant or missing
 * in what the exporters write. At a split that no background row reaches, half goes each way: it matters only
 * for rows that come there by columns that are known, which the background says nothing of.
 */
export function coversOf(trees: readonly ForestNode[], { bins, rows }: BinnedRows): Covers {
  const covers = new Map<Split, number>();
  const order = new Int32Array(rows);
  const held = new Int32Array(rows);

  /** Puts the rows that take the true branch first, both in their order. @returns where the others begin */
  const part = ({ feature, low, high, holds }: Split, from: number, to: number): number => {
    const column = feature * rows;
    let yes = from;
    let no = 0;
    if (holds === null)
      for (let i = from; i < to; i++) {
        const row = order[i]!;
        const bin = bins[column + row]!;
        const passed = (((bin - low) | (high - bin)) >>> 31) ^ 1;
        // Written to both sides; one of them moves on.
        order[yes] = row;
        held[no] = row;
        yes += passed;
        no += 1 - passed;
      }
    else
      for (let i = from; i < to; i++) {
        const row = order[i]!;
        if (holds[bins[column + row]!] === 1) order[yes++] = row;
        else held[no++] = row;
      }
    for (let i = 0; i < no; i++) order[yes + i] = held[i]!;
    return yes;
  };

  /** The rows at this node are order[from..to). */
  const visit = (node: ForestNode, from: number, to: number): void => {
    if (isForestLeaf(node)) return;
    const yes = part(node, from, to);
    covers.set(node, from === to ? 0.5 : (yes - from) / (to - from));
    visit(node.whenTrue, from, yes);
    visit(node.whenFalse, yes, to);
  };

  for (const tree of trees) {
    for (let i = 0; i < rows; i++) order[i] = i;
    visit(tree, 0, rows);
  }
  return covers;
}

/** The mean of one output over the rows that covers were counted from: leaves weighted by their shares of them. */
export function expectedOutput(trees: readonly ForestNode[], covers: Covers, output: number): number {
  const expected = (node: ForestNode): number => {
    if (isForestLeaf(node)) return node.value[output]!;
    const share = covers.get(node)!;
    return share * expected(node.whenTrue) + (1 - share) * expected(node.whenFalse);
  };
  return trees.reduce((sum, tree) => sum + expected(tree), 0);
}
