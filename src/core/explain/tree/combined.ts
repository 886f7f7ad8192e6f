import { isLeaf, type Leaf, type TreeEnsemble, type TreeNode } from '../../onnx/ensemble.ts';
import type { AdditivePlan } from './pipeline.ts';
import type { Term } from './additive.ts';

/**
 * One ensemble whose outputs are the margins of the plan's score columns: the trees of all its operators, leaves
 * weighted as the graph does.
 * @param single the runtime compares in float32: true unless the operators read float64
 */
export function combinedEnsemble(plan: AdditivePlan, single: boolean): TreeEnsemble {
  const outputs = plan.columns.length;
  const terms = [...new Set(plan.columns.flatMap(({ parts }) => parts.map(({ term }) => term)))];
  const baseValues = plan.columns.map(({ offset }) => offset);
  const trees = terms.flatMap(term => (term.kind === 'trees' ? weighted(plan, term, baseValues) : []));
  return {
    operator: 'TreeEnsembleRegressor',
    trees,
    features: plan.playerOf.length,
    outputs,
    single,
    average: false,
    baseValues,
    postTransform: 'NONE',
    classifier: false,
    binaryMargin: 'none',
  };
}

type TreesTerm = Extract<Term, { kind: 'trees' }>;

/** The term's trees in the plan's columns; its base values are added to those of the columns. */
function weighted(plan: AdditivePlan, term: TreesTerm, baseValues: number[]): TreeNode[] {
  const { ensemble } = term;
  // [output of the ensemble] -> the columns it goes to, with their weights.
  const routes: { readonly column: number; readonly weight: number }[][] = [];
  plan.columns.forEach(({ parts }, column) => {
    for (const { term: own, output, weight } of parts) {
      if (own !== term) continue;
      (routes[output] ??= []).push({ column, weight });
      baseValues[column]! += weight * baseValue(ensemble, output);
    }
  });
  const scale = ensemble.average ? 1 / Math.max(1, ensemble.trees.length) : 1;
  const known = new Map<TreeNode, TreeNode>();
  const visit = (node: TreeNode): TreeNode => {
    const before = known.get(node);
    if (before !== undefined) return before;
    const made = isLeaf(node)
      ? routed(node, routes, scale)
      : { ...node, whenTrue: visit(node.whenTrue), whenFalse: visit(node.whenFalse) };
    known.set(node, made);
    return made;
  };
  return ensemble.trees.map(visit);
}

function routed(
  leaf: Leaf,
  routes: readonly (readonly { readonly column: number; readonly weight: number }[] | undefined)[],
  scale: number,
): Leaf {
  const outputs: number[] = [];
  const weights: number[] = [];
  leaf.outputs.forEach((output, at) => {
    for (const { column, weight } of routes[output] ?? []) {
      outputs.push(column);
      weights.push(weight * leaf.weights[at]! * scale);
    }
  });
  return { outputs, weights };
}

/** What the runtime adds to an output: several outputs take base values only when there is one for each. */
function baseValue({ baseValues, binaryMargin, outputs, classifier }: TreeEnsemble, output: number): number {
  if (binaryMargin !== 'none') return baseValues[0] ?? 0;
  return baseValues.length === outputs || (classifier && outputs === 2) ? (baseValues[output] ?? 0) : 0;
}
