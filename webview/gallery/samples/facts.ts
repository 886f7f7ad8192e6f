import type { ModelFacts } from '../../../src/core/onnx/facts.ts';
import { featureNames, words } from './columns.ts';
import { digest } from './refs.ts';

export function facts(inputs = 20): ModelFacts {
  return {
    digest: digest(2),
    size: 1_240_000,
    irVersion: 9,
    opsets: [
      { domain: '', version: 17 },
      { domain: 'ai.onnx.ml', version: 3 },
    ],
    producer: 'OnnxMLTools 1.14.0',
    domain: 'onnxconverter-common',
    description: '',
    metadata: { training_data: 'reference.csv', trained_by: 'tools/fixtures/credit.py' },
    inputs: featureNames(inputs).map(name => ({
      name,
      kind: 'tensor',
      type: name in words ? 'string' : 'float32',
      shape: ['N', 1],
    })),
    outputs: [
      { name: 'label', kind: 'tensor', type: 'string', shape: ['N'] },
      { name: 'probabilities', kind: 'tensor', type: 'float32', shape: ['N', 2] },
    ],
    operators: [
      { name: 'OneHotEncoder (ai.onnx.ml)', count: 13 },
      { name: 'Concat', count: 3 },
      { name: 'Cast', count: 2 },
      { name: 'TreeEnsembleClassifier (ai.onnx.ml)', count: 1 },
      { name: 'Identity', count: 1 },
    ],
    nodes: 20,
    parameters: 24_800,
    trees: { count: 200, depth: 6 },
    externalData: [],
    answer: {
      task: 'binary',
      classes: ['good', 'bad'],
      scoreOutput: 'probabilities',
      labelOutput: 'label',
      columns: 2,
      probabilities: true,
    },
    sentence: `Binary classifier, ${inputs} inputs, gradient boosting of 200 trees, 1.24 MB, opset 17`,
  };
}

/** A model of images or of token ids. */
export function partsFacts(parts: 'image' | 'tokens'): ModelFacts {
  const input =
    parts === 'image'
      ? { name: 'x', kind: 'tensor' as const, type: 'float32' as const, shape: ['N', 1, 28, 28] }
      : { name: 'input_ids', kind: 'tensor' as const, type: 'int64' as const, shape: ['N', 'L'] };
  const classes = parts === 'image' ? [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] : ['negative', 'positive'];
  return {
    ...facts(),
    inputs: [input],
    trees: null,
    answer: { ...facts().answer, task: 'multiclass', classes },
  };
}

/** A forest of two targets: skl2onnx declares its output as one column. */
export function valuesFacts(): ModelFacts {
  return {
    ...facts(),
    outputs: [{ name: 'variable', kind: 'tensor', type: 'float32', shape: ['N', 1] }],
    answer: {
      task: 'regression',
      classes: [],
      scoreOutput: 'variable',
      labelOutput: null,
      columns: 2,
      probabilities: false,
    },
    sentence: 'Regressor, 20 inputs, ensemble of 200 trees, 1.24 MB, opset 17',
  };
}
