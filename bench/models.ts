import { onnx } from '../src/core/onnx/onnx.generated.js';
import { floats, integers, node, numbers, text, texts, value } from '../src/core/onnx/testing.ts';
import { seeded } from '../src/core/random.ts';

/** The bytes of a perceptron: x [n, width] through two layers of 64 to a probability p [n, 1]. */
export function perceptron(width: number): Uint8Array {
  const random = seeded(1);
  const weights = (name: string, rows: number, columns: number): ReturnType<typeof floats> =>
    floats(
      name,
      [rows, columns],
      Array.from({ length: rows * columns }, () => (random() - 0.5) / Math.sqrt(rows)),
    );
  return onnx.ModelProto.encode({
    ir_version: 8,
    producer_name: 'bench',
    opset_import: [{ domain: '', version: 17 }],
    graph: {
      name: 'perceptron',
      node: [
        node('MatMul', ['x', 'w1'], ['a1']),
        node('Relu', ['a1'], ['h1']),
        node('MatMul', ['h1', 'w2'], ['a2']),
        node('Relu', ['a2'], ['h2']),
        node('MatMul', ['h2', 'w3'], ['a3']),
        node('Sigmoid', ['a3'], ['p']),
      ],
      input: [value('x', ['n', width])],
      output: [value('p', ['n', 1])],
      initializer: [weights('w1', width, 64), weights('w2', 64, 64), weights('w3', 64, 1)],
    },
  }).finish();
}

const depth = 5;

/**
 * The bytes of a classifier of boosted trees in the form that LightGBM's export has: x [n, width] through complete
 * trees with 32 leaves each to probabilities [n, 2]. Splits are random within [-5, 5]: an answer costs what a
 * trained model's does.
 */
export function boostedTrees(width: number, trees: number): Uint8Array {
  const random = seeded(2);
  const inner = 2 ** depth - 1;
  const leaves = 2 ** depth;
  const each = <T>(count: number, make: (tree: number, at: number) => T): T[] =>
    Array.from({ length: trees * count }, (_, i) => make(Math.floor(i / count), i % count));
  const nodes = <T>(split: (at: number) => T, leaf: T): T[] =>
    each(inner + leaves, (_, at) => (at < inner ? split(at) : leaf));
  const attributes = [
    integers(
      'nodes_treeids',
      each(inner + leaves, tree => tree),
    ),
    integers(
      'nodes_nodeids',
      each(inner + leaves, (_, at) => at),
    ),
    texts(
      'nodes_modes',
      nodes(() => 'BRANCH_LEQ', 'LEAF'),
    ),
    integers(
      'nodes_featureids',
      nodes(() => Math.floor(random() * width), 0),
    ),
    numbers(
      'nodes_values',
      nodes(() => random() * 10 - 5, 0),
    ),
    integers(
      'nodes_truenodeids',
      nodes(at => 2 * at + 1, 0),
    ),
    integers(
      'nodes_falsenodeids',
      nodes(at => 2 * at + 2, 0),
    ),
    integers(
      'class_treeids',
      each(leaves, tree => tree),
    ),
    integers(
      'class_nodeids',
      each(leaves, (_, at) => inner + at),
    ),
    integers(
      'class_ids',
      each(leaves, () => 0),
    ),
    numbers(
      'class_weights',
      each(leaves, () => (random() - 0.5) / 10),
    ),
    integers('classlabels_int64s', [0, 1]),
    text('post_transform', 'LOGISTIC'),
  ];
  return onnx.ModelProto.encode({
    ir_version: 8,
    producer_name: 'bench',
    opset_import: [
      { domain: '', version: 17 },
      { domain: 'ai.onnx.ml', version: 3 },
    ],
    graph: {
      name: 'boosted trees',
      node: [node('ai.onnx.ml.TreeEnsembleClassifier', ['x'], ['label', 'probabilities'], attributes)],
      input: [value('x', ['n', width])],
      output: [value('label', ['n'], onnx.TensorProto.DataType.INT64), value('probabilities', ['n', 2])],
    },
  }).finish();
}
