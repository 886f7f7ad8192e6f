import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { decodeModel } from '../../onnx/decode.ts';
import { onnx } from '../../onnx/onnx.generated.js';
import { integer, integers, modelBytes, node, numbers, text, texts, value } from '../../onnx/testing.ts';
import { combinedEnsemble } from './combined.ts';
import { binned, evaluateForest, forestOf, type Forest } from './forest.ts';
import { planAdditive, type AdditivePlan } from './pipeline.ts';
import { proveReading, roundingOf, type Reading } from './proof.ts';

/** One ensemble of two stumps a model, in every shape of output that the operator has. */
interface Shape {
  readonly post: string;
  /** Weights by class: leaf -> [class id, weight]. */
  readonly leaves: readonly (readonly (readonly [number, number])[])[];
  readonly classes: number;
  readonly base: readonly number[];
  readonly average?: boolean;
}

const { INT64 } = onnx.TensorProto.DataType;
const rows = Float32Array.of(0.1, 0.1, 0.9, 0.1, 0.1, 0.9, 0.9, 0.9, NaN, 0.9, 0.5, 0.5);

function bytesOf(kind: 'Classifier' | 'Regressor', shape: Shape): Uint8Array {
  const prefix = kind === 'Classifier' ? 'class' : 'target';
  const weights = shape.leaves.flatMap((leaf, at) =>
    leaf.map(([id, weight]) => ({ tree: at >> 1, node: 1 + (at & 1), id, weight })),
  );
  const outputs =
    kind === 'Classifier'
      ? [
          integers(
            'classlabels_int64s',
            Array.from({ length: shape.classes }, (_, i) => i),
          ),
        ]
      : [integer('n_targets', shape.classes)];
  const ensemble = node(
    `ai.onnx.ml.TreeEnsemble${kind}`,
    ['x'],
    kind === 'Classifier' ? ['label', 'y'] : ['y'],
    [
      ...outputs,
      text('post_transform', shape.post),
      ...(shape.average === true ? [text('aggregate_function', 'AVERAGE')] : []),
      ...(shape.base.length > 0 ? [numbers('base_values', shape.base)] : []),
      integers('nodes_treeids', [0, 0, 0, 1, 1, 1]),
      integers('nodes_nodeids', [0, 1, 2, 0, 1, 2]),
      integers('nodes_featureids', [0, 0, 0, 1, 0, 0]),
      texts('nodes_modes', ['BRANCH_LEQ', 'LEAF', 'LEAF', 'BRANCH_LT', 'LEAF', 'LEAF']),
      numbers('nodes_values', [0.5, 0, 0, 0.5, 0, 0]),
      integers('nodes_truenodeids', [1, 0, 0, 1, 0, 0]),
      integers('nodes_falsenodeids', [2, 0, 0, 2, 0, 0]),
      integers(
        `${prefix}_treeids`,
        weights.map(({ tree }) => tree),
      ),
      integers(
        `${prefix}_nodeids`,
        weights.map(each => each.node),
      ),
      integers(
        `${prefix}_ids`,
        weights.map(({ id }) => id),
      ),
      numbers(
        `${prefix}_weights`,
        weights.map(({ weight }) => weight),
      ),
    ],
  );
  const label = kind === 'Classifier' ? [value('label', ['n'], INT64)] : [];
  const y = value('y', ['n', 'c']);
  return modelBytes({ name: 'g', node: [ensemble], input: [value('x', ['n', 2])], output: [...label, y] });
}

interface Read {
  readonly plan: AdditivePlan;
  readonly forest: Forest;
  readonly margins: Float64Array;
  readonly scores: Float32Array;
}

async function read(bytes: Uint8Array): Promise<Read> {
  const planned = planAdditive(decodeModel(bytes), 'y');
  if ('refused' in planned) throw new Error(planned.refused);
  const { plan } = planned;
  const forest = forestOf(combinedEnsemble(plan, true));
  const margins = evaluateForest(forest, binned(forest, rows, 6), 6);
  const session = await InferenceSession.create(bytes, { logSeverityLevel: 3 });
  const found = await session.run({ x: new Tensor('float32', rows, [6, 2]) }, ['y']);
  return { plan, forest, margins, scores: found['y']!.data as Float32Array };
}

function reading({ plan, forest, margins, scores }: Read): Reading {
  return proveReading(margins, plan.columns.length, plan.link, scores, roundingOf(forest));
}

const one = (...weights: number[]): Shape['leaves'] => weights.map(weight => [[0, weight]]);
const three: Shape['leaves'] = [
  [
    [0, 0.5],
    [1, -0.25],
  ],
  [[2, 0.75]],
  [[1, 1.5]],
  [
    [0, -1],
    [2, 0.25],
  ],
];
const two: Shape['leaves'] = [
  [
    [0, 0.5],
    [1, -0.5],
  ],
  [[1, 0.75]],
  [[1, 1.5]],
  [
    [0, -1],
    [1, 0.25],
  ],
];

describe('read as the runtime runs it', () => {
  it.each<readonly [string, 'Classifier' | 'Regressor', Shape]>([
    [
      'shares of one class',
      'Classifier',
      { post: 'NONE', leaves: one(0.1, 0.4, 0.2, 0.5), classes: 2, base: [] },
    ],
    [
      'shares, softmax left out',
      'Classifier',
      { post: 'SOFTMAX', leaves: one(0.1, 0.4, 0.2, 0.45), classes: 2, base: [0.1] },
    ],
    [
      'margin, softmax left out',
      'Classifier',
      { post: 'SOFTMAX', leaves: one(-1, 0.4, 0.2, 2), classes: 2, base: [] },
    ],
    [
      'three targets, average',
      'Regressor',
      { post: 'NONE', leaves: three, classes: 3, base: [], average: true },
    ],
    [
      'shares, logistic',
      'Classifier',
      { post: 'LOGISTIC', leaves: one(0.1, 0.4, 0.2, 0.5), classes: 2, base: [] },
    ],
    [
      'margin, logistic',
      'Classifier',
      { post: 'LOGISTIC', leaves: one(-1, 0.4, 0.2, 2), classes: 2, base: [] },
    ],
    [
      'margin, one base value',
      'Classifier',
      { post: 'LOGISTIC', leaves: one(-1, 0.4, 0.2, 2), classes: 2, base: [0.5] },
    ],
    ['two classes, softmax', 'Classifier', { post: 'SOFTMAX', leaves: two, classes: 2, base: [] }],
    ['three classes', 'Classifier', { post: 'NONE', leaves: three, classes: 3, base: [1, 2, 3] }],
    ['three classes, logistic', 'Classifier', { post: 'LOGISTIC', leaves: three, classes: 3, base: [] }],
    [
      'three classes, softmax',
      'Classifier',
      { post: 'SOFTMAX', leaves: three, classes: 3, base: [0.5, 0, -1] },
    ],
    [
      'three classes, softmax without zeros',
      'Classifier',
      { post: 'SOFTMAX_ZERO', leaves: three, classes: 3, base: [] },
    ],
    ['one target', 'Regressor', { post: 'NONE', leaves: one(0.1, -0.4, 0.2, 0.5), classes: 1, base: [3] }],
    [
      'one target, the logistic left out',
      'Regressor',
      { post: 'LOGISTIC', leaves: one(0.1, -0.4, 0.2, 0.5), classes: 1, base: [] },
    ],
    [
      'one target, probit',
      'Regressor',
      { post: 'PROBIT', leaves: one(0.1, 0.4, 0.2, 0.5), classes: 1, base: [] },
    ],
    [
      'average',
      'Regressor',
      { post: 'NONE', leaves: one(0.1, -0.4, 0.2, 0.5), classes: 1, base: [3], average: true },
    ],
    ['three targets, softmax', 'Regressor', { post: 'SOFTMAX', leaves: three, classes: 3, base: [] }],
  ])('%s', async (_, kind, shape) => {
    expect(reading(await read(bytesOf(kind, shape)))).toMatchObject({ refused: null });
  });
});

describe('what the runtime itself does not add up is refused', () => {
  it.each<readonly [string, 'Classifier' | 'Regressor', Shape]>([
    // The second class of a one-sided classifier with two base values is a constant.
    [
      'margin, two base values',
      'Classifier',
      { post: 'LOGISTIC', leaves: one(-1, 0.4, 0.2, 2), classes: 2, base: [0.5, 0.25] },
    ],
    // An output that a row's leaves say nothing of loses its base value.
    [
      'two classes, base values',
      'Classifier',
      { post: 'LOGISTIC', leaves: two, classes: 2, base: [0.5, 0.25] },
    ],
    [
      'three targets, base values',
      'Regressor',
      { post: 'NONE', leaves: three, classes: 3, base: [1, 2, 3], average: true },
    ],
  ])('%s', async (_, kind, shape) => {
    expect(reading(await read(bytesOf(kind, shape))).refused).toMatch(/Explain it as a black box\.$/);
  });

  it('probit of one-sided classes', () => {
    const shape: Shape = { post: 'PROBIT', leaves: one(0.1, 0.4, 0.2, 0.5), classes: 2, base: [] };
    expect(planAdditive(decodeModel(bytesOf('Classifier', shape)), 'y')).toHaveProperty('refused');
  });
});

describe('a wrong reading is refused', () => {
  const shape: Shape = { post: 'LOGISTIC', leaves: one(-1, 0.4, 0.2, 2), classes: 2, base: [] };

  it('when one leaf of one row differs', async () => {
    const found = await read(bytesOf('Classifier', shape));
    const margins = found.margins.slice();
    margins[2 * 3] = margins[2 * 3]! + 1e-4;
    const refused = /^Row 3 shows that the model is not read as the runtime runs it/;
    expect(reading({ ...found, margins }).refused).toMatch(refused);
  });

  it('when the link differs, or the number of scores', async () => {
    const found = await read(bytesOf('Classifier', shape));
    expect(reading({ ...found, plan: { ...found.plan, link: 'identity' } }).refused).not.toBeNull();
    expect(reading({ ...found, scores: found.scores.subarray(0, 6) }).refused).not.toBeNull();
  });

  it('when a score is not a number', async () => {
    const found = await read(bytesOf('Classifier', shape));
    expect(reading({ ...found, scores: found.scores.with(1, NaN) }).refused).not.toBeNull();
  });
});
