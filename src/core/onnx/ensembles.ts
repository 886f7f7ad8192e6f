import { isOperator } from './graphIndex.ts';
import type { onnx } from './onnx.generated.js';
import { textOf } from './tensor.ts';
import { attributeOf, nodesOf } from './walk.ts';

export interface TreeCount {
  readonly count: number;
  /** Comparisons on the deepest path from a root to a leaf. */
  readonly depth: number;
}

/** All tree ensembles of the model taken together; null when it has none. */
export function treesOf(model: onnx.ModelProto): TreeCount | null {
  let count = 0;
  let depth = 0;
  for (const node of nodesOf(model)) {
    const trees = ensembleOf(node);
    if (trees === null) continue;
    count += trees.count;
    depth = Math.max(depth, trees.depth);
  }
  return count === 0 ? null : { count, depth };
}

/** The trees of one node; null when it is no tree ensemble. */
export function ensembleOf(node: onnx.NodeProto): TreeCount | null {
  if (isOperator(node, 'ai.onnx.ml', 'TreeEnsemble')) return ensembleOfFive(node);
  if (!isOperator(node, 'ai.onnx.ml', 'TreeEnsembleClassifier', 'TreeEnsembleRegressor')) return null;
  const trees = ints(node, 'nodes_treeids');
  const ids = ints(node, 'nodes_nodeids');
  const modes = attributeOf(node, 'nodes_modes')?.strings ?? [];
  const key = (tree: number, id: number): string => `${tree} ${id}`;
  const positions = new Map(ids.map((id, i) => [key(trees[i] ?? 0, id), i]));
  const child = (list: readonly number[], i: number): number =>
    positions.get(key(trees[i] ?? 0, list[i] ?? -1)) ?? -1;
  const [yes, no] = [ints(node, 'nodes_truenodeids'), ints(node, 'nodes_falsenodeids')];
  const children = ids.map((_, i) =>
    modes[i] !== undefined && textOf(modes[i]) === 'LEAF' ? [] : [child(yes, i), child(no, i)],
  );
  const below = new Set(children.flat());
  const roots = ids.flatMap((_, i) => (below.has(i) ? [] : [i]));
  return { count: new Set(trees).size, depth: deepest(roots, children) };
}

/** TreeEnsemble of ai.onnx.ml 5 keeps leaves apart from the nodes that compare. */
function ensembleOfFive(node: onnx.NodeProto): TreeCount {
  const roots = ints(node, 'tree_roots');
  const [yes, no] = [ints(node, 'nodes_truenodeids'), ints(node, 'nodes_falsenodeids')];
  const [yesLeaf, noLeaf] = [ints(node, 'nodes_trueleafs'), ints(node, 'nodes_falseleafs')];
  // Leaves have no entry among the nodes: -1 stands for any of them.
  const children = yes.map((id, i) => [yesLeaf[i] ? -1 : id, noLeaf[i] ? -1 : (no[i] ?? -1)]);
  return { count: roots.length, depth: deepest(roots, children) };
}

function ints(node: onnx.NodeProto, name: string): readonly number[] {
  return attributeOf(node, name)?.ints ?? [];
}

/** Edges on the longest way down; a node is entered once, so that a damaged tree with a circle ends as well. */
function deepest(roots: readonly number[], children: readonly (readonly number[])[]): number {
  const seen = new Set<number>();
  let largest = 0;
  const pending = roots.map(at => ({ at, depth: 0 }));
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { at, depth } = next;
    largest = Math.max(largest, depth);
    if (at < 0 || seen.has(at)) continue;
    seen.add(at);
    for (const below of children[at] ?? []) pending.push({ at: below, depth: depth + 1 });
  }
  return largest;
}
