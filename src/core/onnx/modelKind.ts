import { whole } from '../words.ts';
import { treeCountOf } from './ensembles.ts';
import { isOperator } from './graphIndex.ts';
import type { onnx } from './onnx.generated.js';
import { leavesAreShares } from './probability.ts';
import { textOf } from './tensor.ts';
import { attributeOf, graphsOf, nodesOf } from './walk.ts';

/**
 * What kind of model it is, in words: "gradient boosting of 200 trees", "logistic regression",
 * "neural network, 3 dense layers, 12,345 parameters". Several kinds are joined by "and".
 */
export function modelKind(model: onnx.ModelProto, parameters: number): string {
  const nodes = [...nodesOf(model)];
  const learners = nodes.flatMap(node => learner(model, node) ?? []);
  if (learners.length === 0) return networkKind(model, nodes, parameters);
  const kinds = new Map<string, number>();
  for (const kind of learners) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  const words = [...kinds].map(([kind, count]) => (count === 1 ? kind : `${count} × ${kind}`));
  return words.length > 3 ? `${learners.length} models combined` : words.join(' and ');
}

function learner(model: onnx.ModelProto, node: onnx.NodeProto): string | null {
  const trees = treeCountOf(node);
  if (trees !== null) return treeKind(model, node, trees);
  if (isOperator(node, 'ai.onnx.ml', 'LinearClassifier')) {
    return postTransform(node) === 'NONE' ? 'linear classifier' : 'logistic regression';
  }
  if (isOperator(node, 'ai.onnx.ml', 'LinearRegressor')) return 'linear regression';
  if (isOperator(node, 'ai.onnx.ml', 'SVMClassifier', 'SVMRegressor')) return 'support vector machine';
  return null;
}

function postTransform(node: onnx.NodeProto): string {
  return textOf(attributeOf(node, 'post_transform')?.s ?? new Uint8Array()) || 'NONE';
}

/** The file does not say which learner made the trees: the shape of their leaves does, in part. */
function treeKind(model: onnx.ModelProto, node: onnx.NodeProto, count: number): string {
  if (count === 1) return 'decision tree';
  const trees = `${whole(count)} trees`;
  const average = textOf(attributeOf(node, 'aggregate_function')?.s ?? new Uint8Array()) === 'AVERAGE';
  if (average || leavesAreShares(node)) return `random forest of ${trees}`;
  const boosted =
    node.op_type === 'TreeEnsembleClassifier' ||
    attributeOf(node, 'base_values') !== null ||
    ['onnxmltools', 'catboost'].includes(model.producer_name.toLowerCase());
  return boosted ? `gradient boosting of ${trees}` : `ensemble of ${trees}`;
}

const RECURRENT = ['LSTM', 'GRU', 'RNN'];
const ATTENTION = ['Attention', 'MultiHeadAttention', 'GroupQueryAttention'];

function networkKind(model: onnx.ModelProto, nodes: readonly onnx.NodeProto[], parameters: number): string {
  const constants = new Set([...graphsOf(model)].flatMap(graph => graph.initializer.map(({ name }) => name)));
  const count = (...operators: string[]): number =>
    nodes.filter(({ op_type: name }) => operators.includes(name)).length;
  const dense = nodes.filter(
    ({ op_type: name, input }) => ['Gemm', 'MatMul'].includes(name) && constants.has(input[1] ?? ''),
  ).length;
  const layers = [
    plural(count('Conv', 'ConvTranspose'), 'convolution'),
    plural(count(...RECURRENT), 'recurrent layer'),
    plural(count(...ATTENTION), 'attention layer'),
    plural(dense, 'dense layer'),
  ].filter(words => words !== '');
  if (layers.length === 0) return plural(nodes.length, 'operator') || 'no operators';
  if (layers.length === 1 && dense === 1) {
    return count('Sigmoid', 'Softmax') > 0 ? 'logistic regression' : 'linear model';
  }
  return ['neural network', ...layers, plural(parameters, 'parameter')].join(', ');
}

function plural(count: number, noun: string): string {
  return count === 0 ? '' : `${whole(count)} ${noun}${count === 1 ? '' : 's'}`;
}
