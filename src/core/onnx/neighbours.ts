import { type GraphIndex, isOperator, originOf } from './graphIndex.ts';
import type { onnx } from './onnx.generated.js';
import { tensorNumbers } from './tensor.ts';

/** Operators between the values of the nearest rows and their mean, weighted or not. */
const AVERAGES = new Set(['Cast', 'Reshape', 'Transpose', 'Mul', 'Where', 'ReduceSum', 'ReduceMean', 'Div']);

/**
 * Whether a value is a mean over the nearest of the model's own rows, as skl2onnx writes nearest neighbours that
 * regress: TopK picks rows of a table that holds more than shares.
 * @param known what was found of other values; is added to
 */
export function isMeanOfNeighbours(index: GraphIndex, name: string, known: Map<string, boolean>): boolean {
  const before = known.get(name);
  if (before !== undefined) return before;
  known.set(name, false);
  const node = index.producers.get(name);
  const found =
    node !== undefined &&
    (AVERAGES.has(node.op_type)
      ? node.input.some(input => isMeanOfNeighbours(index, input, known))
      : picksValues(index, node));
  known.set(name, found);
  return found;
}

function picksValues(index: GraphIndex, node: onnx.NodeProto): boolean {
  if (!isOperator(node, 'ai.onnx.ml', 'ArrayFeatureExtractor')) return false;
  const [name = '', rows = ''] = node.input;
  const table = index.constants.get(name);
  const values = table === undefined ? null : tensorNumbers(table);
  return (
    index.producers.get(originOf(index, rows))?.op_type === 'TopK' &&
    values !== null &&
    Array.from(values).some(value => value < 0 || value > 1)
  );
}
