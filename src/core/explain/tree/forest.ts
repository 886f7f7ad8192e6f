import { BadInput } from '../../failure.ts';
import { isLeaf, type Branch, type Leaf, type TreeEnsemble, type TreeNode } from '../../onnx/ensemble.ts';

/**
 * A test as a set of bins: every threshold and category of a feature cuts its line into bins, and a test holds
 * for whole bins. Bin 0 is for missing values. Nearly all tests hold for the bins from `low` to `high`.
 */
export interface Split {
  readonly feature: number;
  readonly low: number;
  readonly high: number;
  /** One byte a bin, for a test that holds for no single run of bins; else null. */
  readonly holds: Uint8Array | null;
  readonly whenTrue: ForestNode;
  readonly whenFalse: ForestNode;
}

export interface ForestLeaf {
  /** Per output. */
  readonly value: Float64Array;
}

export type ForestNode = Split | ForestLeaf;

/** An ensemble with its features binned; margins are `base` plus the sum of one leaf a tree. */
export interface Forest {
  readonly trees: readonly ForestNode[];
  readonly features: number;
  readonly outputs: number;
  readonly base: Float64Array;
  /** Sorted cut points of each feature: value v is in bin 1 + (number of cuts below v). */
  readonly cuts: readonly Float64Array[];
  readonly single: boolean;
  /** Most distinct features tested on one path. */
  readonly pathFeatures: number;
}

/** More nodes than this after shared branches are written out: not a tree ensemble any more. */
const mostNodes = 4_000_000;

export function isForestLeaf(node: ForestNode): node is ForestLeaf {
  return 'value' in node;
}

/**
 * @param ensemble a sum of trees (`combinedEnsemble`): no average, no one-sided classifier
 * @throws BadInput when shared branches make the ensemble too large to write out as trees
 */
export function forestOf(ensemble: TreeEnsemble): Forest {
  const cuts = cutPoints(ensemble);
  const { outputs } = ensemble;
  let nodes = 0;
  let pathFeatures = 0;

  const build = (node: TreeNode, path: ReadonlySet<number>): ForestNode => {
    if (++nodes > mostNodes)
      throw new BadInput(
        'ensemble-too-large',
        'The tree ensemble shares so many branches that it cannot be written out as trees: explain it as a black box.',
      );
    if (isLeaf(node)) {
      pathFeatures = Math.max(pathFeatures, path.size);
      return leafOf(node, outputs);
    }
    const longer = path.has(node.feature) ? path : new Set(path).add(node.feature);
    const chain = equalityChain(node);
    const test = runOf(chain, cuts[node.feature]!);
    const passed = build(node.whenTrue, longer);
    const failed = build(chain.at(-1)!.whenFalse, longer);
    return {
      feature: node.feature,
      ...test.run,
      whenTrue: test.negated ? failed : passed,
      whenFalse: test.negated ? passed : failed,
    };
  };

  return {
    trees: ensemble.trees.map(tree => build(tree, new Set())),
    features: ensemble.features,
    outputs,
    base: Float64Array.from({ length: outputs }, (_, o) => ensemble.baseValues[o] ?? 0),
    cuts,
    single: ensemble.single,
    pathFeatures,
  };
}

/**
 * The bins of a matrix's values (n x features, row-major), features x n; float32 ensembles see rounded inputs.
 */
export function binned(forest: Forest, matrix: ArrayLike<number>, rows: number): Uint16Array {
  const bins = new Uint16Array(rows * forest.features);
  for (let i = 0; i < rows; i++)
    for (let f = 0; f < forest.features; f++) {
      const value = matrix[i * forest.features + f]!;
      bins[f * rows + i] = binOf(forest.cuts[f]!, forest.single ? Math.fround(value) : value);
    }
  return bins;
}

/** Margins of binned rows, n x outputs. */
export function evaluateForest(forest: Forest, bins: Uint16Array, rows: number): Float64Array {
  const { outputs, base } = forest;
  const margins = new Float64Array(rows * outputs);
  for (let i = 0; i < rows; i++) margins.set(base, i * outputs);
  // Tree by tree: one tree's nodes stay in the cache.
  for (const tree of forest.trees) {
    const { feature, low, high, whenTrue, whenFalse, holds, values } = flatTree(tree, outputs);
    for (let i = 0; i < rows; i++) {
      let at = 0;
      for (let f = feature[0]!; f >= 0; f = feature[at]!) {
        const bin = bins[f * rows + i]!;
        const set = low[at]! < 0 ? holds[-1 - low[at]!]! : null;
        const passed = set === null ? bin >= low[at]! && bin <= high[at]! : set[bin] === 1;
        at = passed ? whenTrue[at]! : whenFalse[at]!;
      }
      for (let o = 0; o < outputs; o++) margins[i * outputs + o]! += values[at * outputs + o]!;
    }
  }
  return margins;
}

/** A tree as columns of its nodes, the root first: walked several times as fast as linked nodes. */
export interface FlatTree {
  /** -1 at a leaf. */
  readonly feature: Int32Array;
  /** As in `Split`; -1 - n where `holds[n]` is asked. */
  readonly low: Int32Array;
  readonly high: Int32Array;
  readonly whenTrue: Int32Array;
  readonly whenFalse: Int32Array;
  readonly holds: readonly Uint8Array[];
  /** Nodes x outputs. */
  readonly values: Float64Array;
}

const flatTrees = new WeakMap<ForestNode, FlatTree>();

export function flatTree(root: ForestNode, outputs: number): FlatTree {
  const known = flatTrees.get(root);
  if (known !== undefined) return known;
  const nodes: ForestNode[] = [root];
  const children: number[] = [];
  for (let at = 0; at < nodes.length; at++) {
    const node = nodes[at]!;
    if (isForestLeaf(node)) continue;
    children[at] = nodes.length;
    nodes.push(node.whenTrue, node.whenFalse);
  }
  const holds: Uint8Array[] = [];
  const column = (of: (node: Split, at: number) => number): Int32Array =>
    Int32Array.from(nodes, (node, at) => (isForestLeaf(node) ? -1 : of(node, at)));
  const values = new Float64Array(nodes.length * outputs);
  nodes.forEach((node, at) => {
    if (isForestLeaf(node)) values.set(node.value, at * outputs);
  });
  const made: FlatTree = {
    feature: column(({ feature }) => feature),
    low: column(split => (split.holds === null ? split.low : -holds.push(split.holds))),
    high: column(({ high }) => high),
    whenTrue: column((_, at) => children[at]!),
    whenFalse: column((_, at) => children[at]! + 1),
    holds,
    values,
  };
  flatTrees.set(root, made);
  return made;
}

export function passes(split: Split, bin: number): boolean {
  return split.holds === null ? bin >= split.low && bin <= split.high : split.holds[bin] === 1;
}

function binOf(cuts: Float64Array, value: number): number {
  if (Number.isNaN(value)) return 0;
  let low = 0;
  let high = cuts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (cuts[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low + 1;
}

/**
 * Where a test changes its answer. `v <= t` cuts at t; `v < t` cuts at the number before t; equality cuts at
 * both, so that t has a bin of its own.
 */
function cutPoints(ensemble: TreeEnsemble): Float64Array[] {
  const points = Array.from({ length: ensemble.features }, () => new Set<number>());
  const before = ensemble.single ? previousSingle : previousDouble;
  const seen = new Set<TreeNode>();
  const visit = (node: TreeNode): void => {
    if (isLeaf(node) || seen.has(node)) return;
    seen.add(node);
    const set = points[node.feature]!;
    for (const value of node.mode === 'MEMBER' ? node.members : [node.threshold]) {
      if (node.mode !== 'LT' && node.mode !== 'GTE') set.add(value);
      if (node.mode !== 'LEQ' && node.mode !== 'GT') set.add(before(value));
    }
    visit(node.whenTrue);
    visit(node.whenFalse);
  };
  ensemble.trees.forEach(visit);
  return points.map((set, feature) => {
    if (set.size > 65_000)
      throw new BadInput(
        'too-many-thresholds',
        `The tree ensemble tests column ${feature} at ${set.size} thresholds, more than 65,000: explain it as a black box.`,
      );
    return Float64Array.from(set).sort();
  });
}

/** Consecutive equality tests of one feature with one shared branch are one membership test. */
function equalityChain(node: Branch): readonly [Branch, ...Branch[]] {
  const chain: [Branch, ...Branch[]] = [node];
  let last = node;
  while (last.mode === 'EQ' && !isLeaf(last.whenFalse)) {
    const next: Branch = last.whenFalse;
    if (next.mode !== 'EQ' || next.feature !== node.feature || next.whenTrue !== node.whenTrue) break;
    chain.push(next);
    last = next;
  }
  return chain;
}

interface Run {
  readonly low: number;
  readonly high: number;
  readonly holds: Uint8Array | null;
}

/** The bins for which a test holds, or, negated, for which it does not. */
function runOf(chain: readonly [Branch, ...Branch[]], cuts: Float64Array): { run: Run; negated: boolean } {
  const [first] = chain;
  const { mode, threshold, missingTrue } = first;
  if (mode === 'LEQ' || mode === 'LT' || mode === 'GT' || mode === 'GTE') {
    const negated = mode === 'GT' || mode === 'GTE';
    const below = binOf(cuts, threshold);
    const high = mode === 'LEQ' || mode === 'GT' ? below : below - 1;
    return { run: { low: missingTrue === negated ? 1 : 0, high, holds: null }, negated };
  }
  const holds = Uint8Array.from({ length: cuts.length + 2 }, (_, bin) => {
    const value = bin === 0 ? NaN : bin - 1 < cuts.length ? cuts[bin - 1]! : Infinity;
    return chain.some(each => equals(each, value)) ? 1 : 0;
  });
  return { run: { low: 0, high: 0, holds }, negated: false };
}

/** The runtime's rule for EQ, NEQ and MEMBER: a missing value holds when the node says so, else it is compared. */
function equals(branch: Branch, value: number): boolean {
  if (Number.isNaN(value) && branch.missingTrue) return true;
  if (branch.mode === 'MEMBER') return branch.members.includes(value);
  return (value === branch.threshold) === (branch.mode === 'EQ');
}

function leafOf(leaf: Leaf, outputs: number): ForestLeaf {
  const value = new Float64Array(outputs);
  leaf.outputs.forEach((output, i) => {
    value[output]! += leaf.weights[i]!;
  });
  return { value };
}

function previousSingle(value: number): number {
  const bits = new Int32Array(1);
  const number = new Float32Array(bits.buffer);
  number[0] = value;
  if (value === 0) bits[0] = -0x7fffffff;
  else bits[0]! += value > 0 ? -1 : 1;
  return number[0];
}

function previousDouble(value: number): number {
  const bits = new BigInt64Array(1);
  const number = new Float64Array(bits.buffer);
  number[0] = value;
  if (value === 0) return -Number.MIN_VALUE;
  bits[0]! += value > 0 ? -1n : 1n;
  return number[0];
}
