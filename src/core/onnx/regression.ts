import { type GraphIndex, isOperator, originOf } from './graphIndex.ts';
import { isMeanOfNeighbours } from './neighbours.ts';

const REGRESSORS = ['LinearRegressor', 'TreeEnsembleRegressor', 'SVMRegressor'];
/** Operators that put values beside each other, or add and scale them, as ensembles of regressors do. */
const JOINS = new Set(['Concat', 'Sum', 'Mean', 'Add', 'Sub', 'Mul', 'Div']);

/** Whether all that a value is made of comes from operators that are regressors by their name, or from neighbours. */
export function isRegression(index: GraphIndex, name: string): boolean {
  return regression(index, name, new Map(), new Map());
}

function regression(
  index: GraphIndex,
  name: string,
  known: Map<string, boolean>,
  means: Map<string, boolean>,
): boolean {
  const origin = originOf(index, name);
  const before = known.get(origin);
  if (before !== undefined) return before;
  // Until it is known it counts as none, which also ends a circle.
  known.set(origin, false);
  const node = index.producers.get(origin);
  const computed = node?.input.filter(input => input !== '' && !index.constants.has(input)) ?? [];
  const found =
    isOperator(node, 'ai.onnx.ml', ...REGRESSORS) ||
    isMeanOfNeighbours(index, origin, means) ||
    (node !== undefined &&
      JOINS.has(node.op_type) &&
      computed.length > 0 &&
      computed.every(input => regression(index, input, known, means)));
  known.set(origin, found);
  return found;
}
