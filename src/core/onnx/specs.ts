import type { TensorSpec } from './facts.ts';
import type { onnx } from './onnx.generated.js';
import { elementTypeOf } from './tensor.ts';

/**
 * The inputs a caller gives. One with an initializer of its name has a default and is left out (exporters list
 * all weights that way), unless the model has no other input.
 */
export function inputSpecs(graph: onnx.GraphProto): TensorSpec[] {
  const defaults = new Set(graph.initializer.map(({ name }) => name));
  const required = graph.input.filter(({ name }) => !defaults.has(name));
  return (required.length === 0 ? graph.input : required).map(specOf);
}

export function outputSpecs(graph: onnx.GraphProto): TensorSpec[] {
  return graph.output.map(specOf);
}

/** Name, element type and shape of a value; a map's or sequence's element type is that of what it holds. */
export function specOf({ name, type }: onnx.ValueInfoProto): TensorSpec {
  if (type?.tensor_type) {
    const { elem_type: element, shape } = type.tensor_type;
    return { name, kind: 'tensor', type: elementTypeOf(element), shape: (shape?.dim ?? []).map(axisOf) };
  }
  const kind = type?.sequence_type ? 'sequence' : type?.map_type ? 'map' : 'other';
  return { name, kind, type: elementTypeOf(heldType(type)), shape: [] };
}

function heldType(type: onnx.TypeProto | null | undefined): number {
  if (!type) return 0;
  const inner = type.sequence_type?.elem_type ?? type.optional_type?.elem_type ?? type.map_type?.value_type;
  return inner ? heldType(inner) : (type.tensor_type?.elem_type ?? type.sparse_tensor_type?.elem_type ?? 0);
}

/** Exporters write an unknown axis as nothing, as 0 or as -1. */
function axisOf({ dim_value: value, dim_param: symbol }: onnx.TensorShapeProto.Dimension): number | string {
  if (value !== null && value > 0) return value;
  return symbol === null || symbol === '' ? '?' : symbol;
}
