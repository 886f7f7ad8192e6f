import { keyOf, type Coalition } from './coalitions.ts';
import type { Estimator } from './estimator.ts';

/** Designs of growing budgets, each asked only for the coalitions that those before it did not ask. */
export interface Step {
  readonly estimator: Estimator;
  /** Coalitions that are new in this step. */
  readonly added: readonly Coalition[];
  /** Place of each of the estimator's coalitions among all that were asked so far. */
  readonly places: Int32Array;
}

export function stepsOf(estimators: readonly Estimator[]): Step[] {
  const places = new Map<number | string, number>();
  return estimators.map((estimator): Step => {
    const added: Coalition[] = [];
    const own = Int32Array.from(estimator.coalitions, coalition => {
      const key = keyOf(coalition);
      const known = places.get(key);
      if (known !== undefined) return known;
      places.set(key, places.size);
      added.push(coalition);
      return places.size - 1;
    });
    return { estimator, added, places: own };
  });
}

/** Budgets from `first`, each twice the one before, up to `last`; that one alone when it is no larger. */
export function doubling(first: number, last: number): number[] {
  const budgets = [];
  for (let budget = first; budget < last; budget *= 2) budgets.push(budget);
  return [...budgets, last];
}
