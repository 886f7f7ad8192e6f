import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodeModel } from './decode.ts';
import { ensembleOf } from './ensembles.ts';
import type { ModelFacts } from './facts.ts';
import { modelFacts } from './modelFacts.ts';
import { integer, integers, linearGraph, modelOf, node, text, texts, value } from './testing.ts';

function factsOf(file: string): ModelFacts {
  const bytes = readFileSync(`${file}.onnx`);
  return modelFacts(decodeModel(bytes), { digest: 'd', size: bytes.length, externalFiles: [] });
}

describe('modelFacts', () => {
  it('says what a file holds', () => {
    const facts = factsOf('examples/credit-risk/models/credit-risk-1.1.0');
    expect(facts).toMatchObject({ digest: 'd', trees: { count: 300 }, answer: { task: 'binary' } });
    expect(facts.inputs).toHaveLength(20);
    expect(facts.opsets[0]).toEqual({ domain: '', version: 17 });
    expect(facts.operators[0]!.count).toBeGreaterThanOrEqual(facts.operators[1]!.count);
    expect(facts.nodes).toBe(facts.operators.reduce((total, { count }) => total + count, 0));
    expect(facts.metadata['version']).toBe('1.1.0');
    expect(JSON.parse(JSON.stringify(facts))).toEqual(facts);
  });

  it.each([
    [
      'examples/credit-risk/models/credit-risk-1.0.0',
      /^Binary classifier, 20 inputs, logistic regression, .* kB, opset 17$/,
    ],
    [
      'examples/credit-risk/models/credit-risk-1.1.0',
      /^Binary classifier, 20 inputs, gradient boosting of 300 trees, /,
    ],
    ['examples/bike-demand/models/bike-demand-1.0.0', /^Regressor, 11 inputs, linear regression, /],
    [
      'examples/bike-demand/models/bike-demand-2.0.0',
      /^Regressor, 9 inputs, gradient boosting of 200 trees, /,
    ],
    ['test/models/feature-names', /^Classifier of 3 classes, 4 inputs, random forest of 5 trees, /],
    [
      'test/models/image',
      /^Classifier of 4 classes, input of 3 × 8 × 8, neural network, 1 convolution, 1 dense layer, 196 parameters, /,
    ],
    ['test/models/float16', /, neural network, 2 dense layers, 67 parameters, /],
    ['test/models/linear', /^Regressor, 4 inputs, linear model, \d+ B, opset 17$/],
    ['test/models/default-input', /^Regressor, 4 inputs, /],
  ])('describes %s in one sentence', (file, sentence) => {
    expect(factsOf(file).sentence).toMatch(sentence);
  });

  it('names one matrix column an input each, and leaves defaults out', () => {
    const graph = { ...linearGraph, input: [...linearGraph.input!, value('w', [4, 1])] };
    const facts = modelFacts(modelOf(graph), { digest: '', size: 1e6, externalFiles: ['w.bin'] });
    expect(facts.inputs).toEqual([{ name: 'x', kind: 'tensor', type: 'float32', shape: ['n', 4] }]);
    expect(facts.sentence).toBe('Regressor, 4 inputs, linear model, 1 MB, opset 17');
    expect(facts.externalData).toEqual(['w.bin']);
    expect(facts.parameters).toBe(4);
  });
});

describe('ensembleOf', () => {
  const ensemble = (
    operator: string,
    attributes: Parameters<typeof node>[3],
  ): ReturnType<typeof ensembleOf> =>
    ensembleOf(modelOf({ node: [node(operator, ['x'], ['y'], attributes)] }).graph!.node[0]!);

  it('counts trees and depth of the first form', () => {
    // Tree 0: a root, a leaf and a branch with two leaves. Tree 1: a single leaf.
    const found = ensemble('ai.onnx.ml.TreeEnsembleRegressor', [
      integers('nodes_treeids', [0, 0, 0, 0, 0, 1]),
      integers('nodes_nodeids', [0, 1, 2, 3, 4, 0]),
      integers('nodes_truenodeids', [1, 0, 3, 0, 0, 0]),
      integers('nodes_falsenodeids', [2, 0, 4, 0, 0, 0]),
      texts('nodes_modes', ['BRANCH_LEQ', 'LEAF', 'BRANCH_LEQ', 'LEAF', 'LEAF', 'LEAF']),
    ]);
    expect(found).toEqual({ count: 2, depth: 2 });
  });

  it('counts trees and depth of opset 5', () => {
    const found = ensemble('ai.onnx.ml.TreeEnsemble', [
      integers('tree_roots', [0, 2]),
      integers('nodes_truenodeids', [0, 0, 2]),
      integers('nodes_trueleafs', [1, 1, 1]),
      integers('nodes_falsenodeids', [1, 1, 3]),
      integers('nodes_falseleafs', [0, 1, 1]),
      integer('n_targets', 1),
    ]);
    expect(found).toEqual({ count: 2, depth: 2 });
  });

  it('ends on trees that run in a circle', () => {
    const found = ensemble('ai.onnx.ml.TreeEnsemble', [
      integers('tree_roots', [0]),
      integers('nodes_truenodeids', [1, 0]),
      integers('nodes_trueleafs', [0, 0]),
      integers('nodes_falsenodeids', [1, 0]),
      integers('nodes_falseleafs', [0, 0]),
    ]);
    expect(found?.count).toBe(1);
    expect(ensemble('ai.onnx.ml.Normalizer', [text('norm', 'L1')])).toBeNull();
  });
});
