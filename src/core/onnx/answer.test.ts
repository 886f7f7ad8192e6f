import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { answerOf } from './answer.ts';
import { decodeModel } from './decode.ts';
import type { Answer } from './facts.ts';
import { onnx } from './onnx.generated.js';
import {
  floats,
  type GraphInit,
  integer,
  integers,
  modelOf,
  node,
  numbers,
  text,
  texts,
  value,
} from './testing.ts';

const { DataType } = onnx.TensorProto;
const INT64 = DataType.INT64;

function answer(graph: GraphInit): Answer {
  return answerOf(modelOf({ name: 'g', input: [value('x', ['n', 4])], ...graph }));
}

describe('answerOf on files', () => {
  it.each<[string, Answer['task'], Answer['classes'], string | null, string | null, boolean]>([
    [
      'test/models/zipmap-strings',
      'binary',
      ['versicolor', 'virginica'],
      'output_probability',
      'output_label',
      true,
    ],
    ['test/models/zipmap-integers', 'binary', [1, 2], 'output_probability', 'output_label', true],
    ['test/models/zipmap-columns', 'binary', ['versicolor', 'virginica'], 'svirginica', 'output_label', true],
    ['test/models/tensor-strings', 'binary', ['versicolor', 'virginica'], 'probabilities', 'label', true],
    ['test/models/tensor-integers', 'binary', [1, 2], 'probabilities', 'label', true],
    ['test/models/iris', 'multiclass', ['setosa', 'versicolor', 'virginica'], 'probabilities', 'label', true],
    [
      'test/models/iris-scores',
      'multiclass',
      ['setosa', 'versicolor', 'virginica'],
      'probabilities',
      'label',
      false,
    ],
    ['test/models/label-only', 'multiclass', ['setosa', 'versicolor', 'virginica'], null, 'label', false],
    ['test/models/mixed-columns', 'binary', ['bad', 'good'], 'probabilities', 'label', true],
    ['test/models/float16', 'multiclass', [0, 1, 2], 'probabilities', null, true],
    ['test/models/image', 'multiclass', [0, 1, 2, 3], 'probabilities', null, true],
    ['test/models/float64', 'regression', [], 'variable', null, false],
    ['test/models/vector-output', 'regression', [], 'value', null, false],
    ['test/models/not-probabilities', 'unknown', [], 'probabilities', null, false],
    ['test/models/sequence-output', 'unknown', [], null, null, false],
    [
      'examples/credit-risk/models/credit-risk-1.0.0',
      'binary',
      ['bad', 'good'],
      'output_probability',
      'output_label',
      true,
    ],
    [
      'examples/credit-risk/models/credit-risk-1.1.0',
      'binary',
      ['bad', 'good'],
      'probabilities',
      'label',
      true,
    ],
    [
      'examples/credit-risk/models/credit-risk-2.0.0',
      'binary',
      ['bad', 'good'],
      'probabilities',
      'label',
      true,
    ],
    ['examples/bike-demand/models/bike-demand-1.1.0', 'regression', [], 'variable', null, false],
    ['examples/bike-demand/models/bike-demand-2.0.0', 'regression', [], 'variable', null, false],
  ])('%s', (file, task, classes, scoreOutput, labelOutput, probabilities) => {
    const model = decodeModel(readFileSync(`${file}.onnx`));
    expect(answerOf(model)).toMatchObject({ task, classes, scoreOutput, labelOutput, probabilities });
  });
});

describe('answerOf on regressors of several values', () => {
  it.each(['test/models/two-targets', 'test/trees/sklearn-forest-two-targets'])(
    '%s: regression, of as many values as the operator says',
    file => {
      const model = decodeModel(readFileSync(`${file}.onnx`));
      expect(answerOf(model)).toMatchObject({ task: 'regression', classes: [], columns: 2 });
    },
  );

  it('follows casts, sums and values beside each other, as far as all come from regressors', () => {
    const joined = (second: string): Answer =>
      answer({
        node: [
          node('ai.onnx.ml.SVMRegressor', ['x'], ['a']),
          node('Cast', ['a'], ['a1'], [integer('to', 1)]),
          node(second, ['x'], ['b']),
          node('Concat', ['a1', 'b'], ['y'], [integer('axis', 1)]),
        ],
        output: [value('y', ['n', 2])],
      });
    expect(joined('ai.onnx.ml.LinearRegressor')).toMatchObject({ task: 'regression', columns: 2 });
    expect(joined('Relu')).toMatchObject({ task: 'unknown', columns: 2 });
  });

  it.each(['uniform', 'distance'])('knows nearest neighbours, weights %s', weights => {
    const model = decodeModel(readFileSync(`test/models/two-targets-${weights}.onnx`));
    expect(answerOf(model)).toMatchObject({ task: 'regression', classes: [], columns: 2 });
    // Means of shares may be the probabilities of classes.
    model
      .graph!.initializer.find(({ name }) => name === 'knny_ArrayFeatureExtractorcst')!
      .float_data.fill(0.5);
    expect(answerOf(model)).toMatchObject({ task: 'unknown', columns: 2 });
  });

  it('leaves probabilities to classes', () => {
    const logistic = answer({
      node: [
        node(
          'ai.onnx.ml.TreeEnsembleRegressor',
          ['x'],
          ['y'],
          [integer('n_targets', 2), text('post_transform', 'LOGISTIC')],
        ),
      ],
      output: [value('y', ['n', 1])],
    });
    expect(logistic).toMatchObject({ task: 'binary', columns: 2, probabilities: true });
  });
});

describe('answerOf on networks', () => {
  const dense = (columns: number, last: string | null): Answer =>
    answer({
      node: [node('Gemm', ['x', 'w'], ['z']), ...(last === null ? [] : [node(last, ['z'], ['y'])])],
      output: [value(last === null ? 'z' : 'y', null)],
      initializer: [floats('w', [4, columns], Array<number>(4 * columns).fill(0))],
    });

  it('takes Softmax for classes, as many as the last layer has columns', () => {
    expect(dense(3, 'Softmax')).toMatchObject({
      task: 'multiclass',
      classes: [0, 1, 2],
      probabilities: true,
    });
    expect(dense(2, 'Softmax')).toMatchObject({ task: 'binary', classes: [0, 1], probabilities: true });
  });

  it('takes one Sigmoid for the probability of the second class', () => {
    expect(dense(1, 'Sigmoid')).toMatchObject({ task: 'binary', classes: [0, 1], probabilities: true });
  });

  it('takes one real value for regression and does not guess at several', () => {
    expect(dense(1, null)).toMatchObject({ task: 'regression', classes: [], scoreOutput: 'z' });
    expect(dense(3, null)).toMatchObject({ task: 'unknown', scoreOutput: 'z', probabilities: false });
  });

  it('finds the label of a threshold', () => {
    const found = answer({
      node: [
        node('Gemm', ['x', 'w'], ['z']),
        node('Sigmoid', ['z'], ['p']),
        node('Greater', ['p', 'half'], ['over']),
        node('Cast', ['over'], ['label'], [integer('to', INT64)]),
      ],
      output: [value('label', ['n', 1], INT64), value('p', ['n', 1])],
      initializer: [floats('w', [4, 1], [1, 1, 1, 1]), floats('half', [], [0.5])],
    });
    expect(found).toEqual({
      task: 'binary',
      classes: [0, 1],
      scoreOutput: 'p',
      labelOutput: 'label',
      columns: 1,
      probabilities: true,
    });
  });

  it('finds classes that an ArgMax picks from', () => {
    const strings = ['cat', 'dog', 'eel'].map(word => new TextEncoder().encode(word));
    const found = answer({
      node: [
        node('Gemm', ['x', 'w'], ['z']),
        node('Softmax', ['z'], ['p']),
        node('ArgMax', ['p'], ['best'], [integer('axis', 1)]),
        node('ai.onnx.ml.ArrayFeatureExtractor', ['classes', 'best'], ['picked']),
        node('Reshape', ['picked', 'flat'], ['label']),
      ],
      output: [value('label', ['n'], DataType.STRING), value('p', ['n', 3])],
      initializer: [
        floats('w', [4, 3], Array<number>(12).fill(0)),
        { name: 'classes', dims: [3], data_type: DataType.STRING, string_data: strings },
        { name: 'flat', dims: [1], data_type: INT64, int64_data: [-1] },
      ],
    });
    expect(found).toMatchObject({ task: 'multiclass', classes: ['cat', 'dog', 'eel'], labelOutput: 'label' });
  });
});

describe('answerOf on classifiers of ai.onnx.ml', () => {
  const trees = (weights: readonly number[], post: string): Answer =>
    answer({
      node: [
        node(
          'ai.onnx.ml.TreeEnsembleClassifier',
          ['x'],
          ['label', 'scores'],
          [
            integers('classlabels_int64s', [0, 1]),
            integers('class_ids', [0, 0, 0, 0]),
            integers('class_treeids', [0, 0, 1, 1]),
            numbers('class_weights', weights),
            text('post_transform', post),
          ],
        ),
      ],
      output: [value('label', ['n'], INT64), value('scores', ['n', 2])],
    });

  it('knows votes of a forest from scores of boosted trees', () => {
    expect(trees([0.1, 0.5, 0, 0.5], 'NONE').probabilities).toBe(true);
    expect(trees([0.1, 0.9, 0, 0.5], 'NONE').probabilities).toBe(false);
    expect(trees([-0.1, 0.5, 0, 0.5], 'NONE').probabilities).toBe(false);
    expect(trees([-3, 3, -1, 1], 'LOGISTIC').probabilities).toBe(true);
  });

  it('takes the labels that an encoder makes of the classes', () => {
    const found = answer({
      node: [
        node(
          'ai.onnx.ml.LinearClassifier',
          ['x'],
          ['index', 'p'],
          [integers('classlabels_ints', [0, 1]), text('post_transform', 'LOGISTIC')],
        ),
        node(
          'ai.onnx.ml.LabelEncoder',
          ['index'],
          ['label'],
          [integers('keys_int64s', [1, 0]), texts('values_strings', ['good', 'bad'])],
        ),
      ],
      output: [value('label', ['n'], DataType.STRING), value('p', ['n', 2])],
    });
    expect(found).toMatchObject({
      task: 'binary',
      classes: ['bad', 'good'],
      labelOutput: 'label',
      scoreOutput: 'p',
    });
  });

  it('reads TreeEnsemble of opset 5', () => {
    const ensemble = (post: number): Answer =>
      answer({
        node: [
          node(
            'ai.onnx.ml.TreeEnsemble',
            ['x'],
            ['y'],
            [integer('n_targets', 1), integer('post_transform', post)],
          ),
        ],
        output: [value('y', ['n', 1])],
      });
    expect(ensemble(0).task).toBe('regression');
    expect(ensemble(2)).toMatchObject({ task: 'binary', classes: [0, 1], probabilities: true });
  });

  it('says unknown of a graph without outputs', () => {
    expect(answer({}).task).toBe('unknown');
  });
});
