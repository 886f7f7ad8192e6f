import { isOperator } from './graphIndex.ts';
import type { onnx } from './onnx.generated.js';
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

/** How many trees a node holds; null when it is no tree ensemble. */
export function treeCountOf(node: onnx.NodeProto): number | null {
  if (isOperator(node, 'ai.onnx.ml', 'TreeEnsemble')) return ints(node, 'tree_roots').length;
  if (!isOperator(node, 'ai.onnx.ml', 'TreeEnsembleClassifier', 'TreeEnsembleRegressor')) return null;
  return new Set(ints(node, 'nodes_treeids')).size;
}

/** The trees of one node and their depth; null when it is no tree ensemble. */
export function ensembleOf(node: onnx.NodeProto): TreeCount | null {
  if (isOperator(node, 'ai.onnx.ml', 'TreeEnsemble')) return ensembleOfFive(node);
  if (!isOperator(node, 'ai.onnx.ml', 'TreeEnsembleClassifier', 'TreeEnsembleRegressor')) return null;
  const trees = ints(node, 'nodes_treeids');
  const ids = ints(node, 'nodes_nodeids');
  const modes = attributeOf(node, 'nodes_modes')?.strings ?? [];
  // One map a tree: small whole numbers are by far the fastest keys, and there may be millions of nodes.
  const positions = new Map<number, Map<number, number>>();
  for (const [i, id] of ids.entries()) {
    const tree = trees[i] ?? 0;
    const ofTree = positions.get(tree) ?? new Map<number, number>();
    positions.set(tree, ofTree.set(id, i));
  }
  const below = new Uint8Array(ids.length);
  const children = (name: string): Int32Array =>
    Int32Array.from(ints(node, name), (id, i) => {
      // Of the modes only LEAF begins with an L.
      if (modes[i]?.[0] === 0x4c) return NO_CHILD;
      const at = positions.get(trees[i] ?? 0)?.get(id) ?? LEAF;
      if (at !== LEAF) below[at] = 1;
      return at;
    });
  const [yes, no] = [children('nodes_truenodeids'), children('nodes_falsenodeids')];
  const roots = ids.map((_, i) => i).filter(i => below[i] === 0);
  return { count: new Set(trees).size, depth: deepest(roots, yes, no) };
}

/** TreeEnsemble of ai.onnx.ml 5 keeps leaves apart from the nodes that compare. */
function ensembleOfFive(node: onnx.NodeProto): TreeCount {
  const roots = ints(node, 'tree_roots');
  const [yes, no] = [ints(node, 'nodes_truenodeids'), ints(node, 'nodes_falsenodeids')];
  const [yesLeaf, noLeaf] = [ints(node, 'nodes_trueleafs'), ints(node, 'nodes_falseleafs')];
  const children = (list: readonly number[], leaves: readonly number[]): Int32Array =>
    Int32Array.from(list, (id, i) => (leaves[i] ? LEAF : id));
  return { count: roots.length, depth: deepest(roots, children(yes, yesLeaf), children(no, noLeaf)) };
}

function ints(node: onnx.NodeProto, name: string): readonly number[] {
  return attributeOf(node, name)?.ints ?? [];
}

/** A child that has no entry among the nodes. */
const LEAF = -1;
/** In place of the children of a leaf that has an entry. */
const NO_CHILD = -2;

/** Edges on the longest way down; a node is entered once, so that a damaged tree with a circle ends as well. */
function deepest(roots: readonly number[], yes: Int32Array, no: Int32Array): number {
  const seen = new Uint8Array(yes.length);
  let largest = 0;
  const nodes = [...roots];
  const depths = roots.map(() => 0);
  for (let at = nodes.pop(); at !== undefined; at = nodes.pop()) {
    const depth = depths.pop()!;
    largest = Math.max(largest, depth);
    if (at < 0 || at >= seen.length || seen[at] === 1) continue;
    seen[at] = 1;
    for (const child of [yes[at]!, no[at] ?? LEAF]) {
      if (child === NO_CHILD) continue;
      nodes.push(child);
      depths.push(depth + 1);
    }
  }
  return largest;
}
