import { describe, expect, test } from 'vitest';
import { gradientModel } from '../../core/onnx/gradient/gradient.ts';
import { onnx, type Init } from '../../core/onnx/onnx.generated.js';
import {
  floats,
  integer,
  integers,
  modelBytes,
  node,
  numbers,
  text,
  value,
  type GraphInit,
} from '../../core/onnx/testing.ts';
import { seeded } from '../../core/random.ts';
import { runtime } from '../model/runtime.ts';

/**
 * Every rule beside central differences of the runtime's own answers. The graphs are of float64 where the runtime
 * has the operator in it; operators it has in float32 alone (convolutions, pools) are piecewise linear, so a large
 * step loses nothing but float32's rounding.
 */
type Tensor = Init<onnx.TensorProto>;
const { DOUBLE, FLOAT, INT64 } = onnx.TensorProto.DataType;

interface Case {
  readonly nodes: GraphInit['node'];
  readonly shape: readonly number[];
  readonly initializer?: GraphInit['initializer'];
  /** float32, with this step of the differences. */
  readonly step?: number;
  /** All numbers of the point are above 0. */
  readonly positive?: boolean;
  readonly opset?: number;
}

function doubles(name: string, dims: readonly number[], seed = 7): Tensor {
  const random = seeded(seed);
  const count = dims.reduce((all, size) => all * size, 1);
  const double_data = Array.from({ length: count }, () => random() * 2 - 0.9);
  return { name, dims, data_type: DOUBLE, double_data };
}

function double(name: string, number: number): Tensor {
  return { name, dims: [], data_type: DOUBLE, double_data: [number] };
}

function singles(name: string, dims: readonly number[], seed = 7): Tensor {
  const random = seeded(seed);
  const count = dims.reduce((all, size) => all * size, 1);
  return floats(
    name,
    dims,
    Array.from({ length: count }, () => random() * 2 - 0.9),
  );
}

function wholes(name: string, values: readonly number[]): Tensor {
  return { name, dims: [values.length], data_type: INT64, int64_data: values };
}

const real = (name: string, f: number): { name: string; type: 1; f: number } => ({ name, type: 1, f });
const unary = (operator: string, attributes: Parameters<typeof node>[3] = [], positive = false): Case => ({
  nodes: [node(operator, ['x'], ['y'], attributes)],
  shape: [3, 4],
  positive,
});
const single = (operator: string, attributes: Parameters<typeof node>[3] = [], step = 2 ** -8): Case => ({
  ...unary(operator, attributes),
  step,
});

const cases: Readonly<Record<string, Case>> = {
  Neg: unary('Neg'),
  Abs: unary('Abs'),
  Relu: unary('Relu'),
  LeakyRelu: single('LeakyRelu', [real('alpha', 0.25)]),
  PRelu: { ...single('PRelu'), nodes: [node('PRelu', ['x', 'w'], ['y'])], initializer: [singles('w', [4])] },
  Sigmoid: unary('Sigmoid'),
  Tanh: unary('Tanh'),
  Exp: unary('Exp'),
  Log: unary('Log', [], true),
  Sqrt: unary('Sqrt', [], true),
  Reciprocal: unary('Reciprocal', [], true),
  Erf: single('Erf'),
  Sin: unary('Sin'),
  Cos: unary('Cos'),
  Softmax: unary('Softmax', [integer('axis', 1)]),
  LogSoftmax: unary('LogSoftmax', [integer('axis', 0)]),
  Clip: {
    ...unary('Clip'),
    nodes: [node('Clip', ['x', 'low', 'high'], ['y'])],
    initializer: [double('low', -0.4), double('high', 0.4)],
  },
  Pow: {
    ...unary('Pow', [], true),
    nodes: [node('Pow', ['x', 'p'], ['y'])],
    initializer: [double('p', 2.5)],
  },
  'a value used twice, broadcast': {
    nodes: [
      node('Mul', ['x', 'w'], ['a']),
      node('Add', ['a', 'x'], ['b']),
      node('ReduceMean', ['x', 'axis'], ['m'], [integer('keepdims', 1)]),
      node('Sub', ['b', 'm'], ['c']),
      node('Div', ['c', 'd'], ['y']),
    ],
    shape: [3, 4],
    initializer: [doubles('w', [1, 4]), doubles('d', [3, 1], 9), wholes('axis', [1])],
    opset: 18,
  },
  'broadcast into a higher rank': {
    nodes: [node('Mul', ['x', 'w'], ['y'])],
    shape: [4],
    initializer: [doubles('w', [2, 3, 4])],
  },
  'divided by': {
    nodes: [node('Div', ['w', 'x'], ['y'])],
    shape: [4],
    positive: true,
    initializer: [doubles('w', [2, 4])],
  },
  Max: { nodes: [node('Max', ['x', 'w'], ['y'])], shape: [3, 4], initializer: [doubles('w', [4])] },
  Min: { nodes: [node('Min', ['x', 'w'], ['y'])], shape: [3, 4], initializer: [doubles('w', [4])] },
  Mean: {
    nodes: [node('Mean', ['x', 'w', 'x'], ['y'])],
    shape: [3, 4],
    initializer: [singles('w', [4])],
    step: 2 ** -6,
  },
  Sum: { nodes: [node('Sum', ['x', 'w', 'x'], ['y'])], shape: [3, 4], initializer: [doubles('w', [4])] },
  'Where on the value itself': {
    nodes: [
      node('Greater', ['x', 'zero'], ['up']),
      node('Mul', ['x', 'x'], ['square']),
      node('Where', ['up', 'square', 'x'], ['y']),
    ],
    shape: [3, 4],
    initializer: [double('zero', 0)],
  },
  Expand: {
    nodes: [node('Expand', ['x', 'to'], ['y'])],
    shape: [3, 1],
    initializer: [wholes('to', [2, 3, 4])],
  },
  MatMul: { nodes: [node('MatMul', ['x', 'w'], ['y'])], shape: [3, 4], initializer: [doubles('w', [4, 2])] },
  'MatMul with a vector': {
    nodes: [node('MatMul', ['x', 'w'], ['y'])],
    shape: [3, 4],
    initializer: [doubles('w', [4])],
  },
  'MatMul of a constant': {
    nodes: [node('MatMul', ['w', 'x'], ['y'])],
    shape: [4, 2],
    initializer: [doubles('w', [5, 3, 4])],
  },
  'attention: a product of values with themselves': {
    nodes: [
      node('Transpose', ['x'], ['t'], [integers('perm', [0, 2, 1])]),
      node('MatMul', ['x', 't'], ['s']),
      node('Softmax', ['s'], ['p'], [integer('axis', -1)]),
      node('MatMul', ['p', 'x'], ['y']),
    ],
    shape: [2, 3, 4],
  },
  Gemm: {
    nodes: [
      node(
        'Gemm',
        ['x', 'w', 'c'],
        ['y'],
        [real('alpha', 0.5), real('beta', 2), integer('transA', 1), integer('transB', 1)],
      ),
    ],
    shape: [4, 3],
    initializer: [doubles('w', [2, 4]), doubles('c', [2], 3)],
  },
  'Gemm, the value as its second and third': {
    nodes: [node('Gemm', ['w', 'x', 'x'], ['y'], [real('beta', 3)])],
    shape: [4, 2],
    initializer: [doubles('w', [4, 4])],
  },
  LayerNormalization: {
    nodes: [node('LayerNormalization', ['x', 's', 'c'], ['y'])],
    shape: [3, 4],
    initializer: [doubles('s', [4]), doubles('c', [4], 3)],
  },
  BatchNormalization: {
    nodes: [node('BatchNormalization', ['x', 's', 'c', 'm', 'v'], ['y'])],
    shape: [2, 3, 2, 2],
    initializer: [
      singles('s', [3]),
      singles('c', [3], 3),
      singles('m', [3], 4),
      floats('v', [3], [0.5, 1, 2]),
    ],
    step: 0.25,
  },
  ReduceSum: {
    nodes: [node('ReduceSum', ['x', 'axes'], ['y'], [integer('keepdims', 0)])],
    shape: [2, 3, 4],
    initializer: [wholes('axes', [-1, 0])],
  },
  'ReduceSum of all': { nodes: [node('ReduceSum', ['x'], ['y'], [integer('keepdims', 0)])], shape: [3, 4] },
  'ReduceMean, axes as an attribute': {
    nodes: [node('ReduceMean', ['x'], ['y'], [integers('axes', [1]), integer('keepdims', 0)])],
    shape: [2, 3, 4],
  },
  ReduceMax: { nodes: [node('ReduceMax', ['x'], ['y'], [integers('axes', [1])])], shape: [3, 4] },
  ReduceL2: {
    nodes: [node('ReduceL2', ['x'], ['y'], [integers('axes', [1])])],
    shape: [3, 4],
    step: 2 ** -7,
  },
  ReduceSumSquare: { nodes: [node('ReduceSumSquare', ['x'], ['y'], [integers('axes', [1])])], shape: [3, 4] },
  ReduceLogSumExp: { nodes: [node('ReduceLogSumExp', ['x'], ['y'], [integers('axes', [1])])], shape: [3, 4] },
  'Flatten, Reshape, Squeeze, Unsqueeze, Transpose': {
    nodes: [
      node('Unsqueeze', ['x', 'two'], ['a']),
      node('Transpose', ['a'], ['b'], [integers('perm', [3, 0, 2, 1])]),
      node('Squeeze', ['b', 'two'], ['c']),
      node('Mul', ['c', 'w'], ['d']),
      node('Flatten', ['d'], ['e']),
      node('Reshape', ['e', 'to'], ['y']),
    ],
    shape: [2, 3, 4],
    initializer: [wholes('two', [2]), wholes('to', [-1, 2]), doubles('w', [4, 2, 3])],
  },
  'Concat and Split, one part unread': {
    nodes: [
      node('Concat', ['x', 'w', 'x'], ['a'], [integer('axis', 1)]),
      node('Split', ['a', 'sizes'], ['b', 'c', 'd'], [integer('axis', 1)]),
      node('Mul', ['b', 'd'], ['y']),
    ],
    shape: [3, 4],
    initializer: [doubles('w', [3, 2]), wholes('sizes', [3, 4, 3])],
  },
  Slice: {
    nodes: [node('Slice', ['x', 'from', 'to', 'axes', 'by'], ['y'])],
    shape: [3, 5],
    initializer: [wholes('from', [-1]), wholes('to', [-6]), wholes('axes', [1]), wholes('by', [-2])],
  },
  'Gather, one row twice': {
    nodes: [node('Gather', ['x', 'rows'], ['y'], [integer('axis', 0)])],
    shape: [3, 4],
    initializer: [wholes('rows', [2, 0, 2])],
  },
  Pad: {
    nodes: [node('Pad', ['x', 'pads'], ['y'])],
    shape: [3, 4],
    initializer: [wholes('pads', [0, 1, 2, 0])],
  },
  'Conv, strided, padded, dilated, in groups': {
    nodes: [
      node(
        'Conv',
        ['x', 'w', 'c'],
        ['y'],
        [
          integers('strides', [2, 1]),
          integers('pads', [1, 0, 0, 2]),
          integers('dilations', [1, 2]),
          integer('group', 2),
        ],
      ),
    ],
    shape: [2, 4, 6, 7],
    initializer: [singles('w', [6, 2, 3, 2]), singles('c', [6], 3)],
    step: 0.25,
  },
  'Conv, the last columns unread': {
    nodes: [node('Conv', ['x', 'w'], ['y'], [integers('strides', [3, 3])])],
    shape: [1, 2, 7, 8],
    initializer: [singles('w', [2, 2, 2, 2])],
    step: 0.25,
  },
  'Conv, auto_pad': {
    nodes: [node('Conv', ['x', 'w'], ['y'], [text('auto_pad', 'SAME_UPPER'), integers('strides', [2, 2])])],
    shape: [1, 2, 5, 6],
    initializer: [singles('w', [3, 2, 3, 2])],
    step: 0.25,
  },
  'Conv of a series': {
    nodes: [node('Conv', ['x', 'w'], ['y'], [text('auto_pad', 'SAME_LOWER')])],
    shape: [2, 2, 6],
    initializer: [singles('w', [3, 2, 4])],
    step: 0.25,
  },
  ConvTranspose: {
    nodes: [
      node('ConvTranspose', ['x', 'w'], ['y'], [integers('strides', [2, 2]), integers('pads', [1, 0, 0, 1])]),
    ],
    shape: [1, 2, 3, 4],
    initializer: [singles('w', [2, 3, 3, 2])],
    step: 0.25,
  },
  'MaxPool, overlapping': {
    nodes: [
      node(
        'MaxPool',
        ['x'],
        ['y'],
        [integers('kernel_shape', [3, 3]), integers('strides', [2, 2]), integers('pads', [1, 1, 1, 1])],
      ),
    ],
    shape: [2, 2, 5, 6],
    step: 2 ** -8,
  },
  AveragePool: {
    nodes: [
      node(
        'AveragePool',
        ['x'],
        ['y'],
        [integers('kernel_shape', [3, 2]), integers('strides', [2, 1]), integers('pads', [1, 0, 1, 1])],
      ),
    ],
    shape: [2, 3, 5, 4],
    step: 0.25,
  },
  'AveragePool, padding counted': {
    nodes: [
      node(
        'AveragePool',
        ['x'],
        ['y'],
        [integers('kernel_shape', [3, 2]), integers('pads', [1, 0, 1, 1]), integer('count_include_pad', 1)],
      ),
    ],
    shape: [2, 3, 5, 4],
    step: 0.25,
  },
  GlobalAveragePool: { ...single('GlobalAveragePool', [], 0.25), shape: [2, 3, 4, 2] },
  GlobalMaxPool: { ...single('GlobalMaxPool', [], 2 ** -8), shape: [2, 3, 4, 2] },
  Elu: single('Elu', [real('alpha', 0.5)]),
  Selu: single('Selu'),
  Softplus: single('Softplus'),
  Softsign: single('Softsign'),
  HardSigmoid: single('HardSigmoid', [real('alpha', 0.25)]),
  HardSwish: single('HardSwish'),
  Gelu: { ...single('Gelu'), opset: 20 },
  'Gelu by tanh': { ...single('Gelu', [text('approximate', 'tanh')]), opset: 20 },
  'Cast, Dropout, Identity': {
    nodes: [
      node('Identity', ['x'], ['a']),
      node('Dropout', ['a'], ['b']),
      node('Cast', ['b'], ['c'], [integer('to', DOUBLE)]),
      node('Exp', ['c'], ['y']),
    ],
    shape: [3, 4],
    step: 2 ** -8,
  },
  Scaler: {
    nodes: [
      node(
        'ai.onnx.ml.Scaler',
        ['x'],
        ['y'],
        [numbers('scale', [0.5, 2, 3, 4]), numbers('offset', [0, 1, 0, 1])],
      ),
    ],
    shape: [3, 4],
    step: 0.25,
  },
  'an operator of ai.onnx.ml that picks columns': {
    nodes: [node('ai.onnx.ml.ArrayFeatureExtractor', ['x', 'columns'], ['y'])],
    shape: [3, 4],
    initializer: [wholes('columns', [3, 1, 3])],
  },
  'an older opset': { ...unary('Sigmoid'), opset: 13 },
};

type Numbers = ArrayLike<number>;
interface Runs {
  /** The output's elements in one weighted sum, and the gradient of that sum. */
  readonly run: (
    x: readonly number[],
  ) => Promise<{ sum: number; dims: readonly number[]; gradient: Numbers }>;
}

async function differentiated({
  nodes = [],
  shape,
  initializer = [],
  step,
  opset = 17,
}: Case): Promise<Runs> {
  const kind = step === undefined ? DOUBLE : FLOAT;
  const model = (extra: GraphInit): Uint8Array =>
    modelBytes(
      {
        name: 'g',
        input: [value('x', shape, kind)],
        node: nodes,
        output: [{ name: 'y' }],
        initializer,
        ...extra,
      },
      {
        opset_import: [
          { domain: '', version: opset },
          { domain: 'ai.onnx.ml', version: 3 },
        ],
      },
    );
  const { InferenceSession, Tensor } = await runtime();
  const oneThread = { intraOpNumThreads: 1, logSeverityLevel: 3 } as const;
  const feed = (data: readonly number[]): { x: InstanceType<typeof Tensor> } => ({
    x:
      kind === DOUBLE
        ? new Tensor('float64', Float64Array.from(data), shape)
        : new Tensor('float32', Float32Array.from(data), shape),
  });
  const plain = await InferenceSession.create(model({}), oneThread);
  const { y } = await plain.run(
    feed(new Array<number>(shape.reduce((all, size) => all * size, 1)).fill(0.5)),
  );
  const weights = Array.from({ length: y!.data.length }, (_, i) => ((i * 7) % 5) - 1.5);
  const dims = [...y!.dims];
  const weight =
    y!.type === 'float64'
      ? { name: 'weights', dims, data_type: DOUBLE, double_data: weights }
      : floats('weights', dims, weights);
  const weighted = model({
    node: [...nodes, node('Mul', ['y', 'weights'], ['z'])],
    output: [{ name: 'z' }],
    initializer: [...initializer, weight],
  });
  const { bytes, gradients } = gradientModel(weighted, 'z', ['x'], null);
  const session = await InferenceSession.create(bytes, oneThread);
  return {
    run: async x => {
      const answers = await session.run(feed(x));
      const gradient = answers[gradients[0]!]!;
      const sum = Array.from(answers['z']!.data as Numbers).reduce((all, each) => all + each, 0);
      return { sum, dims: gradient.dims, gradient: gradient.data as Numbers };
    },
  };
}

describe('gradients in standard operators equal differences of the answers', () => {
  test.each(Object.entries(cases))('%s', async (_, example) => {
    const { run } = await differentiated(example);
    const random = seeded(3);
    const count = example.shape.reduce((all, size) => all * size, 1);
    // Points apart from each other and from zero, so that no kink lies within a step.
    const x = Array.from({ length: count }, (__, i) => {
      const at = ((i * 37) % count) / count + 0.02 + random() * (0.5 / count);
      return Math.fround(example.positive === true ? at + 0.3 : at * 2 - 1.03);
    });
    const { dims, gradient } = await run(x);
    expect(dims).toEqual(example.shape);
    const step = example.step ?? 1e-5;
    const scale = Math.max(1, ...Array.from(gradient, Math.abs));
    for (let i = 0; i < count; i++) {
      const up = await run(x.with(i, x[i]! + step));
      const down = await run(x.with(i, x[i]! - step));
      const slope = (up.sum - down.sum) / (2 * step);
      // Differences of float64 are good to step^2; of float32, to its rounding over the step.
      const allowed = example.step === undefined ? 1e-8 : 4e-6 / step + step ** 2;
      expect(Math.abs(gradient[i]! - slope) / scale).toBeLessThan(allowed);
    }
  });
});

describe('what cannot be differentiated is named', () => {
  const refused = (nodes: GraphInit['node'], rest: GraphInit = {}, opset = 17): (() => unknown) => {
    const bytes = modelBytes(
      { name: 'g', node: nodes ?? [], input: [value('x', ['n', 4])], output: [value('y', null)], ...rest },
      { opset_import: [{ domain: '', version: opset }] },
    );
    return () => gradientModel(bytes, 'y', ['x'], null);
  };
  test('a step function', () => {
    expect(refused([node('Round', ['x'], ['y'])])).toThrow(
      /no gradient passes Round: its result moves in steps/,
    );
  });
  test('an operator without a rule', () => {
    expect(refused([node('LSTM', ['x', 'w', 'r'], ['', 'y'])])).toThrow(
      /no gradient passes LSTM: its rule is not known/,
    );
  });
  test('an output that does not follow the input', () => {
    expect(
      refused([node('Shape', ['x'], ['s']), node('Cast', ['s'], ['y'], [integer('to', FLOAT)])]),
    ).toThrow(/does not depend on the input `x`/);
  });
  test('an opset before the operators that are needed', () => {
    expect(refused([node('Relu', ['x'], ['y'])], {}, 11)).toThrow(
      /opset 11; export it with opset 16 or newer/,
    );
  });
});
