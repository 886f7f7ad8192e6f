import { type GraphIndex, isOperator } from './graphIndex.ts';
import type { onnx } from './onnx.generated.js';
import { tensorNumbers, textOf } from './tensor.ts';
import { attributeOf } from './walk.ts';

/**
 * Whether a value can only be probabilities, by the operators that make it: Softmax, Sigmoid, the post transforms
 * of ai.onnx.ml, a division by the own sum, and averages and complements of probabilities.
 */
export function isProbability(index: GraphIndex, name: string): boolean {
  return probability(index, name, new Map());
}

type Known = Map<string, boolean>;

function probability(index: GraphIndex, name: string, known: Known): boolean {
  const before = known.get(name);
  if (before !== undefined) return before;
  // Until it is known it counts as no probability, which also ends a circle.
  known.set(name, false);
  const node = index.producers.get(name);
  const result = node !== undefined && ofNode(index, node, name, known);
  known.set(name, result);
  return result;
}

function ofNode(index: GraphIndex, node: onnx.NodeProto, name: string, known: Known): boolean {
  const input = node.input[0] ?? '';
  const computed = node.input.filter(one => one !== '' && !index.constants.has(one));
  const all = (): boolean => computed.length > 0 && computed.every(one => probability(index, one, known));
  switch (node.op_type) {
    case 'Softmax':
    case 'Sigmoid':
    case 'HardSigmoid':
      return true;
    case 'Identity':
    case 'Cast':
    case 'Reshape':
    case 'Squeeze':
    case 'Unsqueeze':
    case 'Flatten':
    case 'Slice':
    case 'Gather':
    case 'Transpose':
    case 'Clip':
    case 'ArrayFeatureExtractor':
    case 'ZipMap':
      return probability(index, input, known);
    case 'Normalizer':
      return normOf(node) === 'L1' || probability(index, input, known);
    case 'Concat':
    case 'Sum':
    case 'Mean':
    case 'Add':
    case 'Mul':
    case 'Where':
      return all();
    case 'Sub':
      return isOne(index, input) && all();
    case 'Div':
      return dividedBySum(index, node) || handMadeSigmoid(index, node) || all();
    case 'Exp':
      return normalisedLogarithm(index, input);
    default:
      return isOperator(node, 'ai.onnx.ml', ...ML) && ofMlNode(node, name);
  }
}

function normOf(node: onnx.NodeProto): string {
  return textOf(attributeOf(node, 'norm')?.s ?? new Uint8Array()) || 'MAX';
}

function isOne(index: GraphIndex, name: string): boolean {
  const tensor = index.constants.get(name);
  const values = tensor === undefined ? null : tensorNumbers(tensor);
  return values !== null && values.length > 0 && values[0] === 1;
}

/** x / sum(x), where either may have been guarded (masks, absolute values) on the way. */
function dividedBySum(index: GraphIndex, node: onnx.NodeProto): boolean {
  const [numerator, denominator] = node.input;
  const near = new Set(withInputs(index, numerator));
  return reaches(index, denominator ?? '', 'ReduceSum', 6, summed =>
    withInputs(index, summed).some(name => near.has(name)),
  );
}

/** A value and what it is computed from directly. */
function withInputs(index: GraphIndex, name: string | undefined): string[] {
  if (name === undefined) return [];
  const inputs = index.producers.get(name)?.input.filter(input => !index.constants.has(input));
  return [name, ...(inputs ?? [])];
}

/** 1 / (1 + exp(x)) */
function handMadeSigmoid(index: GraphIndex, node: onnx.NodeProto): boolean {
  const below = index.producers.get(node.input[1] ?? '');
  if (!isOne(index, node.input[0] ?? '') || below?.op_type !== 'Add') return false;
  return below.input.some(name => isOne(index, name)) && reaches(index, node.input[1]!, 'Exp', 2);
}

/** x - logsumexp(x) */
function normalisedLogarithm(index: GraphIndex, name: string): boolean {
  const node = index.producers.get(name);
  if (node?.op_type === 'LogSoftmax') return true;
  return (
    node?.op_type === 'Sub' &&
    reaches(index, node.input[1] ?? '', 'ReduceLogSumExp', 4, input => input === node.input[0])
  );
}

/** Whether an operator, whose first input passes the test, is behind a value within some steps. */
function reaches(
  index: GraphIndex,
  name: string,
  operator: string,
  steps: number,
  test: (input: string) => boolean = () => true,
): boolean {
  const node = index.producers.get(name);
  if (node === undefined || steps === 0) return false;
  if (node.op_type === operator && test(node.input[0] ?? '')) return true;
  return node.input.some(input => reaches(index, input, operator, steps - 1, test));
}

const ML = [
  'LinearClassifier',
  'SVMClassifier',
  'TreeEnsembleClassifier',
  'TreeEnsembleRegressor',
  'LinearRegressor',
  'SVMRegressor',
  'TreeEnsemble',
];

/** TreeEnsemble (opset 5) numbers its post transforms. */
const POST_TRANSFORMS = ['NONE', 'SOFTMAX', 'LOGISTIC', 'SOFTMAX_ZERO', 'PROBIT'];

function ofMlNode(node: onnx.NodeProto, name: string): boolean {
  if (node.op_type.endsWith('Classifier') && node.output[1] !== name) return false;
  const transform = attributeOf(node, 'post_transform');
  const post =
    node.op_type === 'TreeEnsemble'
      ? POST_TRANSFORMS[transform?.i ?? 0]
      : textOf(transform?.s ?? new Uint8Array()) || 'NONE';
  if (post !== 'NONE') return true;
  if (node.op_type === 'SVMClassifier') return (attributeOf(node, 'prob_a')?.floats.length ?? 0) > 0;
  return leavesAreShares(node);
}

/**
 * A forest stores in each leaf the share of its tree's vote: the sums over the trees stay within 0 and 1.
 * Boosted trees store scores, which do not.
 */
export function leavesAreShares(node: onnx.NodeProto): boolean {
  if (node.op_type !== 'TreeEnsembleClassifier') return false;
  const weights = numbersOf(node, 'class_weights');
  const trees = attributeOf(node, 'class_treeids')?.ints ?? [];
  const classes = attributeOf(node, 'class_ids')?.ints ?? [];
  if (weights.length === 0 || numbersOf(node, 'base_values').length > 0) return false;
  const largest = new Map<number, Map<number, number>>();
  for (const [i, weight] of weights.entries()) {
    if (!(weight >= 0)) return false;
    const ofClass = largest.get(classes[i] ?? 0) ?? new Map<number, number>();
    largest.set(classes[i] ?? 0, ofClass);
    ofClass.set(trees[i] ?? 0, Math.max(ofClass.get(trees[i] ?? 0) ?? 0, weight));
  }
  return [...largest.values()].every(ofTrees => {
    const sum = [...ofTrees.values()].reduce((total, weight) => total + weight, 0);
    return sum <= 1.001;
  });
}

/** An attribute of numbers, or its `_as_tensor` twin for float64. */
function numbersOf(node: onnx.NodeProto, name: string): number[] {
  const floats = attributeOf(node, name)?.floats;
  if (floats !== undefined) return floats;
  const tensor = attributeOf(node, `${name}_as_tensor`)?.t;
  return Array.from((tensor && tensorNumbers(tensor)) ?? []);
}
