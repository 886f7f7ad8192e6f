import { canonicalDomain } from './domains.ts';
import type { onnx } from './onnx.generated.js';
import { tensorNumbers, tensorStrings } from './tensor.ts';
import { attributeOf } from './walk.ts';

/** Who computes which value in the main graph, for following values back from the outputs. */
export interface GraphIndex {
  readonly graph: onnx.GraphProto;
  readonly producers: ReadonlyMap<string, onnx.NodeProto>;
  /** Initializers and the values of Constant nodes. */
  readonly constants: ReadonlyMap<string, onnx.TensorProto>;
  /** Declared types of inputs, outputs and values between. */
  readonly types: ReadonlyMap<string, onnx.TypeProto>;
}

export function indexOf(graph: onnx.GraphProto): GraphIndex {
  const producers = new Map<string, onnx.NodeProto>();
  const constants = new Map(graph.initializer.map(tensor => [tensor.name, tensor] as const));
  for (const node of graph.node) {
    for (const name of node.output) producers.set(name, node);
    const value = node.op_type === 'Constant' ? attributeOf(node, 'value')?.t : null;
    if (value && node.output[0] !== undefined) constants.set(node.output[0], value);
  }
  const types = new Map<string, onnx.TypeProto>();
  for (const { name, type } of [...graph.value_info, ...graph.input, ...graph.output]) {
    if (type !== null) types.set(name, type);
  }
  return { graph, producers, constants, types };
}

/** The operators that change neither the order nor the meaning of values. */
const KEEPS = new Set(['Identity', 'Cast', 'Reshape', 'Squeeze', 'Unsqueeze', 'Flatten', 'Dropout']);

/** The value that a value is a copy of, followed back through casts and reshapes. */
export function originOf(index: GraphIndex, name: string): string {
  let at = name;
  // A verified graph has no circle; the bound keeps an unverified one from hanging.
  for (let steps = 0; steps <= index.graph.node.length; steps++) {
    const node = index.producers.get(at);
    const input = node?.input[0];
    if (node === undefined || !input) return at;
    if (!KEEPS.has(node.op_type) && !isTimesOne(index, node)) return at;
    at = input;
  }
  return at;
}

/** onnxmltools ends LightGBM models without ZipMap in a multiplication by 1. */
function isTimesOne(index: GraphIndex, node: onnx.NodeProto): boolean {
  if (node.op_type !== 'Mul') return false;
  const factor = index.constants.get(node.input[1] ?? '');
  const values = factor === undefined ? null : tensorNumbers(factor);
  return values?.length === 1 && values[0] === 1;
}

export function isOperator(node: onnx.NodeProto | undefined, domain: string, ...names: string[]): boolean {
  return node !== undefined && canonicalDomain(node.domain) === domain && names.includes(node.op_type);
}

/** The values of a constant as class labels: words or numbers. */
export function constantLabels(index: GraphIndex, name: string): (string | number)[] | null {
  const tensor = index.constants.get(originOf(index, name));
  if (tensor === undefined) return null;
  const strings = tensorStrings(tensor);
  if (strings !== null) return strings;
  const numbers = tensorNumbers(tensor);
  return numbers === null ? null : Array.from(numbers);
}

/**
 * Size of the last axis of a value, worked out from regressors' targets (skl2onnx declares forests of several as
 * [n, 1]), declared shapes and weights; null when unknown.
 */
export function columnsOf(index: GraphIndex, name: string): number | null {
  return targetsOf(index, name, 100) ?? columns(index, name, 100);
}

/** Targets of the regressor whose very output a value is. */
function targetsOf(index: GraphIndex, name: string, steps: number): number | null {
  const node = index.producers.get(name);
  if (node === undefined || steps === 0) return null;
  switch (node.op_type) {
    case 'TreeEnsembleRegressor':
    case 'TreeEnsemble':
      return attributeOf(node, 'n_targets')?.i ?? 1;
    case 'LinearRegressor':
      return attributeOf(node, 'targets')?.i ?? 1;
    case 'Identity':
    case 'Cast':
      return targetsOf(index, node.input[0] ?? '', steps - 1);
    default:
      return null;
  }
}

function columns(index: GraphIndex, name: string, steps: number): number | null {
  const shape = index.types.get(name)?.tensor_type?.shape;
  if (shape?.dim.length === 1) return 1;
  const declared = shape?.dim.at(-1)?.dim_value ?? 0;
  if (declared > 0) return declared;
  const node = index.producers.get(name);
  if (node === undefined || steps === 0) return null;
  const dims = (input: number): readonly number[] | undefined =>
    index.constants.get(node.input[input] ?? '')?.dims;
  switch (node.op_type) {
    case 'Gemm':
      return dims(1)?.at(attributeOf(node, 'transB')?.i ? 0 : 1) ?? null;
    case 'MatMul':
      return dims(1)?.at(-1) ?? null;
    case 'Add': {
      const bias = (dims(1) ?? dims(0))?.at(-1);
      return bias !== undefined && bias > 1
        ? bias
        : columns(index, node.input[dims(0) ? 1 : 0] ?? '', steps - 1);
    }
    case 'Softmax':
    case 'Sigmoid':
    case 'Identity':
    case 'Cast':
      return columns(index, node.input[0] ?? '', steps - 1);
    default:
      return targetsOf(index, name, 1);
  }
}
