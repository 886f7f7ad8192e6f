import { constantLabels, type GraphIndex, isOperator, originOf } from './graphIndex.ts';
import type { onnx } from './onnx.generated.js';
import { tensorNumbers, tensorStrings, textOf } from './tensor.ts';
import { attributeOf } from './walk.ts';

type Label = string | number;

/** A value that holds predicted labels. */
export interface Labels {
  /** In the order of the scores; null when the labels are indices of an unknown number of classes. */
  readonly classes: readonly Label[] | null;
  /** Scores the label was chosen from: the value read by ArgMax, or the classifier's second output. */
  readonly scores: string | null;
  /** True when a LabelEncoder turned other labels into these. */
  readonly encoded: boolean;
}

const CLASSIFIERS = ['LinearClassifier', 'SVMClassifier', 'TreeEnsembleClassifier'];
const LABEL_ATTRIBUTES = ['classlabels_strings', 'classlabels_int64s', 'classlabels_ints'];
const COMPARISONS = ['Greater', 'GreaterOrEqual', 'Less', 'LessOrEqual'];

/** The class labels among a node's attributes (classifiers, ZipMap), in the order of the scores. */
export function labelAttributes(node: onnx.NodeProto): Label[] | null {
  for (const name of LABEL_ATTRIBUTES) {
    const attribute = attributeOf(node, name);
    if (attribute === null) continue;
    if (attribute.strings.length > 0) return attribute.strings.map(textOf);
    if (attribute.ints.length > 0) return attribute.ints;
  }
  return null;
}

/** The labels a value holds; null when it holds none as far as can be told. */
export function labelsOf(index: GraphIndex, name: string): Labels | null {
  const at = originOf(index, name);
  const node = index.producers.get(at);
  if (node === undefined) return null;
  const [first, second] = node.input;
  if (isOperator(node, 'ai.onnx.ml', ...CLASSIFIERS)) {
    if (node.output[0] !== at) return null;
    return { classes: labelAttributes(node), scores: node.output[1] ?? null, encoded: false };
  }
  if (isOperator(node, '', 'ArgMax')) return { classes: null, scores: first ?? null, encoded: false };
  if (isOperator(node, '', ...COMPARISONS)) {
    return { classes: [0, 1], scores: first ?? null, encoded: false };
  }
  if (isOperator(node, 'ai.onnx.ml', 'ArrayFeatureExtractor') || isOperator(node, '', 'Gather')) {
    const classes = constantLabels(index, first ?? '');
    const chosen = labelsOf(index, second ?? '');
    // Only a choice among the classes makes labels; otherwise this picks columns.
    return classes === null || chosen === null ? null : { ...chosen, classes };
  }
  if (isOperator(node, 'ai.onnx.ml', 'LabelEncoder')) {
    const before = labelsOf(index, first ?? '');
    return before === null ? null : { ...before, classes: encode(node, before.classes), encoded: true };
  }
  return null;
}

/** What a LabelEncoder makes of the classes (of 0, 1, 2 ... when they are indices). */
function encode(node: onnx.NodeProto, classes: readonly Label[] | null): readonly Label[] | null {
  const keys = listOf(node, 'keys');
  const values = listOf(node, 'values');
  if (keys === null || values === null) return null;
  const map = new Map(keys.map((key, i) => [key, values[i]] as const));
  if (classes === null) return keys.every((key, i) => key === i) ? values : null;
  const encoded = classes.map(label => map.get(label));
  return encoded.every(label => label !== undefined) ? encoded : null;
}

function listOf(node: onnx.NodeProto, prefix: string): Label[] | null {
  for (const attribute of node.attribute) {
    if (!attribute.name.startsWith(`${prefix}_`)) continue;
    const { strings, ints, floats, t } = attribute;
    if (strings.length > 0) return strings.map(textOf);
    if (ints.length > 0) return ints;
    if (floats.length > 0) return floats;
    if (t !== null) return tensorStrings(t) ?? Array.from(tensorNumbers(t) ?? []);
  }
  return null;
}
