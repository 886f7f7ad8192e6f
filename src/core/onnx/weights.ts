import { isOperator } from './graphIndex.ts';
import type { onnx } from './onnx.generated.js';
import { bitsOf, elementCount, isExternal, tensorNumbers } from './tensor.ts';
import { graphsOf, nodesOf } from './walk.ts';

/** Learned values in one place of the model. */
export interface Weights {
  /** The initializer's name, or `node.attribute` (the operator when the node has no name). */
  readonly name: string;
  readonly shape: readonly number[];
  readonly count: number;
  readonly bytes: number;
  /** The numbers, row-major; null for strings and external data. */
  readonly values: () => ArrayLike<number> | null;
}

/** Attributes of ai.onnx.ml operators that hold learned numbers. */
const LEARNED = new Set(
  [
    ['nodes_values', 'class_weights', 'target_weights', 'base_values'],
    ['nodes_splits', 'leaf_weights', 'membership_values'],
    ['coefficients', 'intercepts', 'support_vectors', 'rho', 'prob_a', 'prob_b'],
    ['offset', 'scale', 'imputed_value_floats'],
  ].flat(),
);

/** Initializers of all graphs, then the learned attributes of ai.onnx.ml operators. */
export function* weightsOf(model: onnx.ModelProto): Generator<Weights> {
  for (const graph of graphsOf(model)) {
    for (const tensor of graph.initializer) yield ofTensor(tensor.name, tensor);
    for (const { values } of graph.sparse_initializer) {
      if (values !== null) yield ofTensor(values.name, values);
    }
  }
  for (const node of nodesOf(model)) {
    if (!isOperator(node, 'ai.onnx.ml', node.op_type)) continue;
    for (const { name, floats, t } of node.attribute) {
      if (!LEARNED.has(name.replace(/_as_tensor$/, ''))) continue;
      const full = `${node.name === '' ? node.op_type : node.name}.${name}`;
      if (t !== null) yield ofTensor(full, t);
      else if (floats.length > 0) {
        const count = floats.length;
        yield { name: full, shape: [count], count, bytes: 4 * count, values: () => floats };
      }
    }
  }
}

function ofTensor(name: string, tensor: onnx.TensorProto): Weights {
  const count = elementCount(tensor.dims) ?? 0;
  const text = tensor.string_data.reduce((total, bytes) => total + bytes.length, 0);
  const bits = bitsOf(tensor.data_type);
  return {
    name,
    shape: tensor.dims,
    count,
    bytes: bits === null ? text : Math.ceil((count * bits) / 8),
    values: () => (isExternal(tensor) ? null : tensorNumbers(tensor)),
  };
}
