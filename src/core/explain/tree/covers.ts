import { isForestLeaf, passes, type ForestNode, type Split } from './forest.ts';
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

  /** The rows at this node are order[from..to). */
  const visit = (node: ForestNode, from: number, to: number): void => {
    if (isForestLeaf(node)) return;
    let yes = from;
    let no = 0;
    for (let i = from; i < to; i++) {
      const row = order[i]!;
      if (passes(node, bins[node.feature * rows + row]!)) order[yes++] = row;
      else held[no++] = row;
    }
    order.set(held.subarray(0, no), yes);
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
