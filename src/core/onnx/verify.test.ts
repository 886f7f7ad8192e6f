import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BadInput } from '../failure.ts';
import { decodeModel } from './decode.ts';
import { onnx, type Init } from './onnx.generated.js';
import {
  floats,
  type GraphInit,
  integer,
  linearGraph,
  modelOf,
  modelWith,
  node,
  subgraph,
  value,
} from './testing.ts';
import { type Limits, verifyModel } from './verify.ts';

const { DataType } = onnx.TensorProto;

function refusal(model: onnx.ModelProto, limits?: Limits): string {
  try {
    verifyModel(model, limits);
  } catch (error) {
    if (error instanceof BadInput) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'sound';
}

const odd = (name: string): onnx.ModelProto => decodeModel(readFileSync(`test/models/${name}.onnx`));

describe('verifyModel on files', () => {
  const sound =
    /^(?:batch|default|feature|float|image|iris|label|linear|log|mixed|nan|infinite|not-prob|random-answers|sequence|tensor|vector|zipmap|sparse\.)/;

  it('takes every sound model', () => {
    const files = readdirSync('test/models').filter(file => sound.test(file) && file.endsWith('.onnx'));
    expect(files.length).toBeGreaterThan(20);
    for (const file of files) expect(refusal(odd(file.replace('.onnx', ''))), file).toBe('sound');
  });

  it.each([
    ['unknown-operator', 'unknown-operator', 'Quux'],
    ['custom-domain', 'unknown-operator', 'com.example'],
    ['opset-99', 'newer-opset', '99'],
    ['ir-99', 'newer-model', '99'],
    ['no-opset', 'no-opset', 'opset'],
    ['shape-overflow', 'damaged-tensor', 'not possible'],
    ['shape-negative', 'damaged-tensor', '[-4, 1]'],
    ['shape-huge', 'damaged-tensor', '4000000000000'],
    ['raw-size', 'damaged-tensor', '12 bytes'],
    ['two-values', 'damaged-tensor', 'twice'],
    ['undefined-type', 'damaged-tensor', 'element type'],
    ['cycle', 'damaged-graph', 'circle'],
    ['unsorted', 'damaged-graph', 'later'],
    ['two-makers', 'damaged-graph', 'twice'],
    ['dangling-input', 'damaged-graph', 'nothing computes'],
    ['missing-output', 'damaged-graph', 'nothing computes'],
    ['function-cycle', 'recursive-function', 'calls itself'],
    ['external-parent', 'unsafe-external-data', 'leaves the folder'],
    ['external-nested-parent', 'unsafe-external-data', 'leaves the folder'],
    ['external-absolute', 'unsafe-external-data', 'absolute'],
    ['external-windows', 'unsafe-external-data', 'absolute'],
    ['external-reserved', 'unsafe-external-data', 'not allowed'],
    ['external-empty-location', 'unsafe-external-data', 'does not say which'],
    ['external-attribute', 'unsafe-external-data', 'Constant'],
    ['external-subgraph', 'unsafe-external-data', 'leaves the folder'],
    ['external-short', 'unsafe-external-data', '8 bytes'],
    ['external-sparse', 'unsafe-external-data', 'sparse initializer'],
    ['external-function', 'unsafe-external-data', 'Constant'],
    ['external-default', 'unsafe-external-data', 'function Scored'],
    ['sparse-external-indices', 'damaged-tensor', 'cannot be checked'],
    ['sparse-beyond', 'damaged-tensor', 'index 4 on an axis of 4'],
    ['sparse-negative', 'damaged-tensor', 'index -1'],
    ['sparse-unsorted', 'damaged-tensor', 'do not ascend'],
    ['sparse-twice', 'damaged-tensor', 'do not ascend'],
    ['sparse-coordinates', 'damaged-tensor', 'index 1 on an axis of 1'],
    ['sparse-count', 'damaged-tensor', '5 values for 4 elements'],
    ['sparse-rank', 'damaged-tensor', '[2, 3]'],
    ['sparse-huge', 'damaged-tensor', '2 GiB'],
  ])('refuses %s', (file, code, words) => {
    const sentence = refusal(odd(file));
    expect(sentence).toContain(`${code}: `);
    expect(sentence).toContain(words);
  });
});

describe('verifyModel on tensors', () => {
  const withTensor = (tensor: Init<onnx.TensorProto>): string =>
    refusal(modelWith({ initializer: [{ name: 'w', ...tensor }] }));

  it.each<[string, Init<onnx.TensorProto>]>([
    ['values missing', { data_type: DataType.FLOAT, dims: [4, 1] }],
    ['values in another field', { data_type: DataType.FLOAT, dims: [4, 1], int32_data: [1, 2, 3, 4] }],
    ['too few values', { data_type: DataType.FLOAT, dims: [4, 1], float_data: [1, 2, 3] }],
    ['a type ONNX does not have', { data_type: 99, dims: [4, 1], float_data: [1, 2, 3, 4] }],
    ['raw strings', { data_type: DataType.STRING, dims: [1], raw_data: new Uint8Array(4) }],
    ['segments', { data_type: DataType.FLOAT, dims: [1], float_data: [1], segment: { begin: 0, end: 1 } }],
    ['a product beyond 2^53', { data_type: DataType.FLOAT, dims: [2 ** 30, 2 ** 30], float_data: [1] }],
  ])('refuses %s', (_, tensor) => {
    expect(withTensor(tensor)).toContain('damaged-tensor');
  });

  it.each<[string, Init<onnx.TensorProto>]>([
    ['no elements', { data_type: DataType.FLOAT, dims: [0, 2 ** 40, 2 ** 40] }],
    ['a scalar', { data_type: DataType.FLOAT, float_data: [1] }],
    ['complex numbers', { data_type: DataType.COMPLEX64, dims: [2], float_data: [1, 2, 3, 4] }],
    ['4-bit integers', { data_type: DataType.INT4, dims: [3], raw_data: new Uint8Array(2) }],
    ['float16', { data_type: DataType.FLOAT16, dims: [2], int32_data: [0x3c00, 0] }],
    ['strings', { data_type: DataType.STRING, dims: [1], string_data: [new Uint8Array(3)] }],
  ])('takes %s', (_, tensor) => {
    expect(withTensor(tensor)).toBe('sound');
  });

  const sparse = (
    indices: readonly number[],
    dims: readonly number[],
    indexDims: readonly number[],
  ): string =>
    refusal(
      modelWith({
        initializer: [],
        sparse_initializer: [
          {
            dims,
            values: floats('w', [2], [1, 2]),
            indices: { data_type: DataType.INT64, dims: indexDims, int64_data: indices },
          },
        ],
      }),
    );

  it('takes sparse tensors with flat or multi-dimensional indices', () => {
    expect(sparse([0, 3], [4, 1], [2])).toBe('sound');
    expect(sparse([0, 0, 3, 0], [4, 1], [2, 2])).toBe('sound');
  });

  it.each([
    ['beyond the shape', [0, 4], [4, 1], [2]],
    ['negative', [-1, 3], [4, 1], [2]],
    ['not ascending', [3, 0], [4, 1], [2]],
    ['twice the same', [3, 3], [4, 1], [2]],
    ['of another count', [0], [4, 1], [1]],
    ['of another rank', [0, 0, 0, 3, 0, 0], [4, 1], [2, 3]],
    ['in a tensor that unfolds to more than 2 GiB', [0, 1], [2 ** 20, 2 ** 20], [2]],
  ])('refuses sparse indices %s', (_, indices, dims, indexDims) => {
    expect(sparse(indices, dims, indexDims)).toContain('damaged-tensor');
  });

  it('checks the type of attributes', () => {
    const withAttribute = (attribute: Init<onnx.AttributeProto>): string =>
      refusal(modelWith({ node: [node('MatMul', ['x', 'w'], ['y'], [attribute])] }));
    expect(withAttribute({ name: 'a', type: 2, i: 1 })).toBe('sound');
    expect(withAttribute({ name: 'a', type: 2 })).toBe('sound');
    expect(withAttribute({ name: 'a', i: 1 })).toBe('sound');
    expect(withAttribute({ name: 'a', type: 2, f: 1 })).toContain('not of its type');
    expect(withAttribute({ name: 'a', type: 2, i: 1, f: 1 })).toContain('not of its type');
    expect(withAttribute({ name: 'a', type: 4 })).toContain('no value');
    expect(withAttribute({ name: 'a', type: 77 })).toContain('no type');
    expect(withAttribute({ type: 2, i: 1 })).toContain('without a name');
    expect(withAttribute({ name: 'a', ref_attr_name: 'b', type: 2 })).toContain('outside of any');
  });
});

describe('external data, wherever a tensor may stand', () => {
  const outside = (type: number = DataType.FLOAT): Init<onnx.TensorProto> => ({
    name: 'hidden',
    dims: [4],
    data_type: type,
    data_location: onnx.TensorProto.DataLocation.EXTERNAL,
    external_data: [{ key: 'location', value: '../outside.weights' }],
  });
  const inside = { name: 'at', dims: [4], data_type: DataType.INT64, int64_data: [0, 1, 2, 3] };
  const sparse = { dims: [4, 1], values: outside(), indices: inside };
  const places = { dims: [4, 1], values: floats('v', [4], [1, 2, 3, 4]), indices: outside(DataType.INT64) };
  const { AttributeType } = onnx.AttributeProto;
  const constant = (attribute: Init<onnx.AttributeProto>): Init<onnx.NodeProto> =>
    node('Constant', [], ['k'], [attribute]);
  const attributes: Record<string, Init<onnx.AttributeProto>> = {
    'a tensor': { name: 'value', type: AttributeType.TENSOR, t: outside() },
    'a list of tensors': { name: 'values', type: AttributeType.TENSORS, tensors: [outside()] },
    'a sparse tensor': { name: 'sparse_value', type: AttributeType.SPARSE_TENSOR, sparse_tensor: sparse },
    'the indices of one': { name: 'sparse_value', type: AttributeType.SPARSE_TENSOR, sparse_tensor: places },
    'a list of sparse tensors': {
      name: 'sparse_values',
      type: AttributeType.SPARSE_TENSORS,
      sparse_tensors: [sparse],
    },
  };
  const func = (part: Init<onnx.FunctionProto>): Init<onnx.FunctionProto> => ({
    ...{ name: 'F', domain: 'own', input: ['a'], output: ['b'] },
    node: [node('Neg', ['a'], ['b'])],
    opset_import: [{ domain: '', version: 17 }],
    ...part,
  });
  const branch = (part: GraphInit): GraphInit => ({
    node: [node('Neg', ['x'], ['z'])],
    output: [value('z', null)],
    ...part,
  });
  const iffed = (part: GraphInit): Init<onnx.NodeProto> =>
    node('If', ['c'], ['z'], [subgraph('then_branch', branch(part)), subgraph('else_branch', branch({}))]);

  /** The linear graph with these nodes before its own. */
  const host = ({ node: before = [] }: GraphInit): onnx.ModelProto =>
    modelWith({
      node: [...before, ...linearGraph.node!],
      input: [...linearGraph.input!, value('c', [], DataType.BOOL)],
    });

  it.each<[string, onnx.ModelProto]>([
    ['an initializer', modelWith({ initializer: [outside()] })],
    ['a sparse initializer', modelWith({ sparse_initializer: [sparse] })],
    ['the indices of a sparse initializer', modelWith({ sparse_initializer: [places] })],
    ['an initializer of a branch', host({ node: [iffed({ initializer: [outside()] })] })],
    ['a sparse initializer of a branch', host({ node: [iffed({ sparse_initializer: [sparse] })] })],
    [
      'a graph in a function',
      modelWith(
        {},
        {
          functions: [
            func({
              input: ['x', 'c'],
              node: [iffed({ initializer: [outside()] }), node('Neg', ['x'], ['b'])],
            }),
          ],
        },
      ),
    ],
    [
      'a training graph',
      modelWith({}, { training_info: [{ algorithm: branch({ initializer: [outside()] }) }] }),
    ],
    [
      'a training start',
      modelWith({}, { training_info: [{ initialization: branch({ sparse_initializer: [sparse] }) }] }),
    ],
    ...Object.entries(attributes).flatMap(([what, attribute]): [string, onnx.ModelProto][] => [
      [`${what} of a node`, host({ node: [constant(attribute)] })],
      [`${what} of a node in a branch`, host({ node: [iffed({ node: [constant(attribute)] })] })],
      [
        `${what} of a function's node`,
        modelWith({}, { functions: [func({ node: [constant(attribute), node('Neg', ['a'], ['b'])] })] }),
      ],
      [
        `${what} as a function's default`,
        modelWith({}, { functions: [func({ attribute_proto: [attribute] })] }),
      ],
    ]),
  ])('is refused in %s', (_, model) => {
    expect(refusal(model)).toMatch(
      /^(?:unsafe-external-data: .*leaves the folder|damaged-tensor: .*keeps its indices in another file)/,
    );
  });
});

describe('verifyModel on graphs', () => {
  it.each<[string, GraphInit]>([
    ['two inputs', { input: [value('x', [1]), value('x', [1])] }],
    ['two initializers', { initializer: [floats('w', [1], [1]), floats('w', [1], [1])] }],
    ['the output "y" twice', { output: [value('y', [1]), value('y', [1])] }],
    ['no element type', { output: [value('y', [1], 0)] }],
    ['has no type', { input: [{ name: 'x' }] }],
    ['which ai.onnx does not have', { node: [node('', ['x'], ['y'])] }],
    ['computed twice', { node: [node('Neg', ['x'], ['x']), node('Neg', ['x'], ['y'])] }],
    ['twice', { node: [node('MatMul', ['x', 'w'], ['y'], [integer('a', 1), integer('a', 2)])] }],
  ])('refuses %s', (words, part) => {
    expect(refusal(modelWith(part))).toContain(words);
  });

  const branch = (inner: GraphInit): GraphInit => ({
    node: [node('If', ['c'], ['y'], [subgraph('then_branch', inner), subgraph('else_branch', inner)])],
    input: [value('x', ['n', 4]), value('c', [], DataType.BOOL)],
  });

  it('lets a branch read the graph around it, and not the other way round', () => {
    const inner: GraphInit = { node: [node('MatMul', ['x', 'w'], ['z'])], output: [value('z', null)] };
    expect(refusal(modelWith(branch(inner)))).toBe('sound');
    const outside = { ...branch(inner), output: [value('z', ['n', 1])] };
    expect(refusal(modelWith(outside))).toContain('"z", which nothing computes');
  });

  it('limits how deep graphs nest', () => {
    let graph: GraphInit = { node: [node('Neg', ['x'], ['z'])], output: [value('z', null)] };
    for (let i = 0; i < 3; i++) {
      graph = {
        node: [node('If', ['c'], ['z'], [subgraph('then_branch', graph)])],
        output: [value('z', null)],
      };
    }
    const model = modelWith({ ...branch(graph) });
    expect(refusal(model, { depth: 4, nodes: 100 })).toBe('sound');
    expect(refusal(model, { depth: 3, nodes: 100 })).toContain('more than 3 deep');
  });

  it('asks for an opset that has the operator', () => {
    const gelu = { node: [node('Gelu', ['x'], ['y'])] };
    expect(refusal(modelWith(gelu))).toContain('came with opset 20');
    expect(refusal(modelWith(gelu, { opset_import: [{ domain: '', version: 20 }] }))).toBe('sound');
    expect(refusal(modelWith(gelu, { opset_import: [{ domain: 'ai.onnx', version: 20 }] }))).toBe('sound');
    const ml = { node: [node('ai.onnx.ml.Binarizer', ['x'], ['y'])] };
    expect(refusal(modelWith(ml, { opset_import: [{ domain: '', version: 20 }] }))).toContain('no-opset');
    expect(refusal(modelWith({ node: [node('com.microsoft.Gelu', ['x'], ['y'])] }))).toBe('sound');
  });
});

describe('verifyModel on functions', () => {
  const func = (name: string, nodes: readonly Init<onnx.NodeProto>[]): Init<onnx.FunctionProto> => ({
    name,
    domain: 'own',
    input: ['a'],
    output: ['b'],
    node: nodes,
    opset_import: [{ domain: '', version: 17 }],
  });
  const calling = (name: string): GraphInit => ({
    ...linearGraph,
    node: [node(`own.${name}`, ['x'], ['y'])],
    initializer: [],
  });

  it('takes functions of the model’s own domain', () => {
    const functions = [func('Twice', [node('Add', ['a', 'a'], ['b'])])];
    expect(refusal(modelOf(calling('Twice'), { functions }))).toBe('sound');
    expect(refusal(modelOf(calling('Thrice'), { functions }))).toContain('unknown-operator');
  });

  it('checks what is in them', () => {
    const broken = [func('F', [node('Add', ['a', 'q'], ['b'])])];
    expect(refusal(modelOf(calling('F'), { functions: broken }))).toContain('"q", which nothing computes');
    const twice = [func('F', [node('Neg', ['a'], ['b'])]), func('F', [node('Neg', ['a'], ['b'])])];
    expect(refusal(modelOf(calling('F'), { functions: twice }))).toContain('damaged-function');
  });

  it('refuses functions that double at every level', () => {
    const functions = Array.from({ length: 40 }, (_, i) =>
      i === 0
        ? func('F0', [node('Neg', ['a'], ['b'])])
        : func(`F${i}`, [node(`own.F${i - 1}`, ['a'], ['c']), node(`own.F${i - 1}`, ['c'], ['b'])]),
    );
    expect(refusal(modelOf(calling('F39'), { functions }))).toContain('model-too-large');
    expect(refusal(modelOf(calling('F9'), { functions: functions.slice(0, 10) }))).toBe('sound');
  });
});
