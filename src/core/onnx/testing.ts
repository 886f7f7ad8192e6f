import { decodeModel } from './decode.ts';
import { onnx, type Init } from './onnx.generated.js';

/** Small models for tests, encoded and decoded as files are. */

const { AttributeType } = onnx.AttributeProto;
const { DataType } = onnx.TensorProto;

export type GraphInit = Init<onnx.GraphProto>;
type NodeInit = Init<onnx.NodeProto>;
type AttributeInit = Init<onnx.AttributeProto>;

/** A value of float32, or of another type; `?` and words are symbolic axes, null is no shape at all. */
export function value(
  name: string,
  shape: readonly (number | string)[] | null,
  type: number = DataType.FLOAT,
): Init<onnx.ValueInfoProto> {
  const dim = shape?.map(axis => (typeof axis === 'number' ? { dim_value: axis } : { dim_param: axis }));
  return { name, type: { tensor_type: { elem_type: type, ...(dim ? { shape: { dim } } : {}) } } };
}

export function floats(
  name: string,
  dims: readonly number[],
  data: readonly number[],
): Init<onnx.TensorProto> {
  return { name, dims, data_type: DataType.FLOAT, float_data: data };
}

export function node(
  operator: string,
  input: readonly string[],
  output: readonly string[],
  attribute: readonly AttributeInit[] = [],
): NodeInit {
  const [domain, name] = operator.includes('.') ? split(operator) : ['', operator];
  return { op_type: name, domain, input, output, attribute };
}

function split(operator: string): [string, string] {
  const dot = operator.lastIndexOf('.');
  return [operator.slice(0, dot), operator.slice(dot + 1)];
}

function bytes(text: string): Uint8Array {
  return Uint8Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));
}

export function integer(name: string, i: number): AttributeInit {
  return { name, type: AttributeType.INT, i };
}

export function integers(name: string, ints: readonly number[]): AttributeInit {
  return { name, type: AttributeType.INTS, ints };
}

export function numbers(name: string, values: readonly number[]): AttributeInit {
  return { name, type: AttributeType.FLOATS, floats: values };
}

export function text(name: string, s: string): AttributeInit {
  return { name, type: AttributeType.STRING, s: bytes(s) };
}

export function texts(name: string, strings: readonly string[]): AttributeInit {
  return { name, type: AttributeType.STRINGS, strings: strings.map(bytes) };
}

export function subgraph(name: string, g: GraphInit): AttributeInit {
  return { name, type: AttributeType.GRAPH, g };
}

/** x [n, 4] to y = x w [n, 1]. */
export const linearGraph: GraphInit = {
  name: 'g',
  node: [node('MatMul', ['x', 'w'], ['y'])],
  input: [value('x', ['n', 4])],
  output: [value('y', ['n', 1])],
  initializer: [floats('w', [4, 1], [1, 2, 3, 4])],
};

/** The bytes of a model of a graph (the linear one unless told). */
export function modelBytes(graph: GraphInit = linearGraph, rest: Init<onnx.ModelProto> = {}): Uint8Array {
  const opset_import = [
    { domain: '', version: 17 },
    { domain: 'ai.onnx.ml', version: 3 },
  ];
  // In Node the writer gives a Buffer; the reader of files need not.
  return new Uint8Array(onnx.ModelProto.encode({ ir_version: 8, opset_import, graph, ...rest }).finish());
}

export function modelOf(graph?: GraphInit, rest?: Init<onnx.ModelProto>): onnx.ModelProto {
  return decodeModel(modelBytes(graph, rest));
}

/** The linear graph with some of its parts replaced. */
export function modelWith(part: GraphInit, rest?: Init<onnx.ModelProto>): onnx.ModelProto {
  return modelOf({ ...linearGraph, ...part }, rest);
}
