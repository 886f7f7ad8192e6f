import { BadInput } from '../failure.ts';
import { onnx } from './onnx.generated.js';
import { tensorNumbers } from './tensor.ts';

/** How a node tests its feature, as in ai.onnx.ml 5; the true branch is taken when the test holds. */
export const branchModes = ['LEQ', 'LT', 'GTE', 'GT', 'EQ', 'NEQ', 'MEMBER'] as const;
export type BranchMode = (typeof branchModes)[number];

/** A test of one feature. */
export interface Branch {
  readonly feature: number;
  readonly mode: BranchMode;
  readonly threshold: number;
  /** MEMBER only: the values for which it holds. */
  readonly members: readonly number[];
  /** Missing values take the true branch; otherwise NaN is compared like any number. */
  readonly missingTrue: boolean;
  readonly whenTrue: TreeNode;
  readonly whenFalse: TreeNode;
}

/** What a leaf adds to the outputs. */
export interface Leaf {
  readonly outputs: readonly number[];
  readonly weights: readonly number[];
}

/** Nodes may be shared (equality chains of categorical splits): a tree may be a directed acyclic graph. */
export type TreeNode = Branch | Leaf;

export interface TreeEnsemble {
  readonly operator: string;
  readonly trees: readonly TreeNode[];
  /** Columns of the operator's input that are tested, plus one. */
  readonly features: number;
  /** Classes or targets. */
  readonly outputs: number;
  /**
   * Values are compared in float32; else in float64. Told by the attributes, but the runtime goes by its input:
   * float64 input is compared in float64 even with thresholds of float32.
   */
  readonly single: boolean;
  readonly average: boolean;
  readonly baseValues: readonly number[];
  readonly postTransform: 'NONE' | 'SOFTMAX' | 'LOGISTIC' | 'SOFTMAX_ZERO' | 'PROBIT';
  readonly classifier: boolean;
  /**
   * A two-class classifier with weights under id 0 only: through the logistic function the one margin s becomes
   * [logistic(-s), logistic(s)], else [1 - s, s] when no weight is negative, else [-s, s].
   */
  readonly binaryMargin: 'none' | 'complement' | 'mirror';
}

export function isLeaf(node: TreeNode): node is Leaf {
  return 'weights' in node;
}

export function isEnsemble(node: onnx.NodeProto): boolean {
  return /^TreeEnsemble(Regressor|Classifier)?$/.test(node.op_type);
}

/**
 * Reads a TreeEnsembleRegressor, TreeEnsembleClassifier (ai.onnx.ml 1 to 3) or TreeEnsemble (5).
 * @throws BadInput for aggregates that do not add up (MIN, MAX) and for nodes that do not form trees
 */
export function readEnsemble(node: onnx.NodeProto): TreeEnsemble {
  const attributes = new Attributes(node);
  return node.op_type === 'TreeEnsemble' ? readVersion5(attributes) : readVersion3(node.op_type, attributes);
}

function readVersion3(operator: string, attributes: Attributes): TreeEnsemble {
  const classifier = operator === 'TreeEnsembleClassifier';
  const prefix = classifier ? 'class' : 'target';
  const outputs = classifier
    ? Math.max(
        attributes.strings('classlabels_strings').length,
        attributes.numbers('classlabels_int64s').length,
      )
    : attributes.integer('n_targets', 1);
  const nodes = nodeTable(attributes);
  const leaves = leafTable(attributes, prefix);
  const all = [...leaves.values()];
  const oneSided = classifier && outputs === 2 && all.every(leaf => leaf.outputs.every(id => id === 0));
  return {
    operator,
    trees: link(nodes, leaves),
    features: nodes.reduce((most, each) => Math.max(most, each.leaf ? 0 : each.feature + 1), 0),
    outputs,
    single: !attributes.has('nodes_values_as_tensor'),
    average: averaged(attributes.string('aggregate_function', 'SUM')),
    baseValues: attributes.numbers('base_values'),
    postTransform: postTransform(attributes.string('post_transform', 'NONE')),
    classifier,
    binaryMargin: !oneSided
      ? 'none'
      : all.every(leaf => leaf.weights.every(weight => weight >= 0))
        ? 'complement'
        : 'mirror',
  };
}

interface NodeRow {
  readonly tree: number;
  readonly id: number;
  readonly leaf: boolean;
  readonly feature: number;
  readonly mode: BranchMode;
  readonly threshold: number;
  readonly missingTrue: boolean;
  readonly whenTrue: number;
  readonly whenFalse: number;
}

function nodeTable(attributes: Attributes): NodeRow[] {
  const trees = attributes.numbers('nodes_treeids');
  const ids = attributes.numbers('nodes_nodeids');
  const features = attributes.numbers('nodes_featureids');
  const modes = attributes.strings('nodes_modes');
  const thresholds = attributes.numbers('nodes_values');
  const missing = attributes.numbers('nodes_missing_value_tracks_true');
  const whenTrue = attributes.numbers('nodes_truenodeids');
  const whenFalse = attributes.numbers('nodes_falsenodeids');
  return modes.map((mode, i) => ({
    tree: trees[i] ?? 0,
    id: ids[i] ?? i,
    leaf: mode === 'LEAF',
    feature: features[i] ?? 0,
    mode: mode === 'LEAF' ? 'LEQ' : branchMode(mode.replace('BRANCH_', '')),
    threshold: thresholds[i] ?? 0,
    missingTrue: missing[i] === 1,
    whenTrue: whenTrue[i] ?? -1,
    whenFalse: whenFalse[i] ?? -1,
  }));
}

interface MutableLeaf {
  outputs: number[];
  weights: number[];
}

/** (tree, node) -> what the leaf adds. */
function leafTable(attributes: Attributes, prefix: string): Map<string, MutableLeaf> {
  const trees = attributes.numbers(`${prefix}_treeids`);
  const nodes = attributes.numbers(`${prefix}_nodeids`);
  const ids = attributes.numbers(`${prefix}_ids`);
  const weights = attributes.numbers(`${prefix}_weights`);
  const leaves = new Map<string, MutableLeaf>();
  weights.forEach((weight, i) => {
    const key = `${trees[i] ?? 0}/${nodes[i] ?? 0}`;
    const leaf = leaves.get(key) ?? { outputs: [], weights: [] };
    leaf.outputs.push(ids[i] ?? 0);
    leaf.weights.push(weight);
    leaves.set(key, leaf);
  });
  return leaves;
}

function link(rows: readonly NodeRow[], leaves: ReadonlyMap<string, Leaf>): TreeNode[] {
  const byKey = new Map(rows.map(row => [`${row.tree}/${row.id}`, row]));
  const built = new Map<string, TreeNode>();
  const open = new Set<string>();
  const build = (key: string): TreeNode => {
    const known = built.get(key);
    if (known !== undefined) return known;
    const row = byKey.get(key);
    if (row === undefined || open.has(key))
      throw new BadInput(
        'damaged-ensemble',
        `The tree ensemble is damaged: its nodes do not form trees (at ${key}).`,
      );
    open.add(key);
    const node: TreeNode = row.leaf
      ? (leaves.get(key) ?? { outputs: [], weights: [] })
      : {
          ...row,
          members: [],
          whenTrue: build(`${row.tree}/${row.whenTrue}`),
          whenFalse: build(`${row.tree}/${row.whenFalse}`),
        };
    open.delete(key);
    built.set(key, node);
    return node;
  };
  const roots = new Map<number, string>();
  for (const row of rows) if (!roots.has(row.tree)) roots.set(row.tree, `${row.tree}/${row.id}`);
  return [...roots.values()].map(build);
}

function readVersion5(attributes: Attributes): TreeEnsemble {
  const features = attributes.numbers('nodes_featureids');
  const modes = attributes.numbers('nodes_modes');
  const thresholds = attributes.numbers('nodes_splits');
  const missing = attributes.numbers('nodes_missing_value_tracks_true');
  const trueIds = attributes.numbers('nodes_truenodeids');
  const trueLeafs = attributes.numbers('nodes_trueleafs');
  const falseIds = attributes.numbers('nodes_falsenodeids');
  const falseLeafs = attributes.numbers('nodes_falseleafs');
  const leafTargets = attributes.numbers('leaf_targetids');
  const leafWeights = attributes.numbers('leaf_weights');
  const members = memberSets(attributes.numbers('membership_values'), modes);

  const built = new Map<number, TreeNode>();
  const open = new Set<number>();
  const child = (id: number, leaf: boolean): TreeNode => (leaf ? leafAt(id) : build(id));
  const leafAt = (id: number): Leaf => ({ outputs: [leafTargets[id] ?? 0], weights: [leafWeights[id] ?? 0] });
  const build = (id: number): TreeNode => {
    const known = built.get(id);
    if (known !== undefined) return known;
    if (open.has(id) || id < 0 || id >= features.length)
      throw new BadInput(
        'damaged-ensemble',
        `The tree ensemble is damaged: its nodes do not form trees (at ${id}).`,
      );
    open.add(id);
    const node: Branch = {
      feature: features[id]!,
      mode: branchModes[modes[id] ?? 0] ?? 'LEQ',
      threshold: thresholds[id] ?? 0,
      members: members.get(id) ?? [],
      missingTrue: missing[id] === 1,
      whenTrue: child(trueIds[id]!, trueLeafs[id] === 1),
      whenFalse: child(falseIds[id]!, falseLeafs[id] === 1),
    };
    open.delete(id);
    built.set(id, node);
    return node;
  };
  // A root whose two branches are the same leaf is how the operator writes a tree of one leaf.
  return {
    operator: 'TreeEnsemble',
    trees: attributes.numbers('tree_roots').map(build),
    features: features.reduce((most, feature) => Math.max(most, feature + 1), 0),
    outputs: attributes.integer('n_targets', 1),
    single: attributes.tensorType('nodes_splits') !== onnx.TensorProto.DataType.DOUBLE,
    average: averaged(['AVERAGE', 'SUM', 'MIN', 'MAX'][attributes.integer('aggregate_function', 1)] ?? ''),
    baseValues: [],
    postTransform: (['NONE', 'SOFTMAX', 'LOGISTIC', 'SOFTMAX_ZERO', 'PROBIT'] as const)[
      attributes.integer('post_transform', 0)
    ]!,
    classifier: false,
    binaryMargin: 'none',
  };
}

/** Sets follow one another in the order of the MEMBER nodes, each ended by NaN. */
function memberSets(values: readonly number[], modes: readonly number[]): Map<number, number[]> {
  const sets = new Map<number, number[]>();
  let at = 0;
  modes.forEach((mode, id) => {
    if (branchModes[mode] !== 'MEMBER') return;
    const set: number[] = [];
    while (at < values.length && !Number.isNaN(values[at])) set.push(values[at++]!);
    at++;
    sets.set(id, set);
  });
  return sets;
}

function branchMode(mode: string): BranchMode {
  const known = branchModes.find(each => each === mode);
  if (known !== undefined) return known;
  throw new BadInput('unknown-branch', `The tree ensemble has a branch of the unknown mode ${mode}.`);
}

function averaged(aggregate: string): boolean {
  if (aggregate === 'AVERAGE') return true;
  if (aggregate === 'SUM') return false;
  throw new BadInput(
    'not-additive',
    `The tree ensemble takes the ${aggregate} of its trees, which is no sum: explain it as a black box.`,
  );
}

function postTransform(name: string): TreeEnsemble['postTransform'] {
  const known = (['NONE', 'SOFTMAX', 'LOGISTIC', 'SOFTMAX_ZERO', 'PROBIT'] as const).find(
    each => each === name,
  );
  if (known !== undefined) return known;
  throw new BadInput('unknown-transform', `The tree ensemble has the unknown post transform ${name}.`);
}

/** A node's attributes by name; `x_as_tensor` (doubles) stands in for `x`. */
class Attributes {
  readonly #byName: ReadonlyMap<string, onnx.AttributeProto>;

  constructor(node: onnx.NodeProto) {
    this.#byName = new Map(node.attribute.map(attribute => [attribute.name, attribute]));
  }

  has(name: string): boolean {
    return this.#byName.has(name);
  }

  numbers(name: string): readonly number[] {
    const tensor = this.#byName.get(`${name}_as_tensor`)?.t ?? this.#byName.get(name)?.t;
    if (tensor) return Array.from(tensorNumbers(tensor) ?? []);
    const attribute = this.#byName.get(name);
    if (attribute === undefined) return [];
    return attribute.floats.length > 0 ? attribute.floats : attribute.ints;
  }

  strings(name: string): readonly string[] {
    return (this.#byName.get(name)?.strings ?? []).map(text);
  }

  string(name: string, fallback: string): string {
    const attribute = this.#byName.get(name);
    return attribute === undefined ? fallback : text(attribute.s);
  }

  integer(name: string, fallback: number): number {
    return this.#byName.get(name)?.i ?? fallback;
  }

  tensorType(name: string): number | null {
    return this.#byName.get(name)?.t?.data_type ?? null;
  }
}

/** Attribute strings are ASCII words. */
function text(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
