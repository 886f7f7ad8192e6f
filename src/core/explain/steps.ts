import { alikeOrder } from './alike.ts';
import { keyOf } from './coalitions.ts';
import type { Estimator } from './estimator.ts';

/** Designs of growing budgets, each asked only for the coalitions that those before it did not ask. */
export interface Step {
  readonly estimator: Estimator;
  /** Coalitions that are new in this step, n x d, row-major, in the order in which they are asked. */
  readonly added: Uint8Array;
  /** Place of each of the estimator's coalitions among all that were asked so far. */
  readonly places: Int32Array;
}

/** @param asTheyCome for coalitions of walks, each of which is like the one before it already */
export function stepsOf(estimators: readonly Estimator[], d: number, asTheyCome = false): Step[] {
  const known = new Map<number | string, number>();
  return estimators.map((estimator): Step => {
    const { coalitions } = estimator;
    const n = coalitions.length / Math.max(1, d);
    const order = asTheyCome ? Int32Array.from({ length: n }, (_, c) => c) : alikeOrder(coalitions, d);
    const places = new Int32Array(n);
    const added = new Uint8Array(coalitions.length);
    let count = 0;
    for (const c of order) {
      const key = keyOf(coalitions, c * d, d);
      let place = known.get(key);
      if (place === undefined) {
        place = known.size;
        known.set(key, place);
        added.set(coalitions.subarray(c * d, (c + 1) * d), d * count++);
      }
      places[c] = place;
    }
    return { estimator, added: added.slice(0, d * count), places };
  });
}

/** Budgets from `first`, each twice the one before, up to `last`; that one alone when it is no larger. */
export function doubling(first: number, last: number): number[] {
  const budgets = [];
  for (let budget = first; budget < last; budget *= 2) budgets.push(budget);
  return [...budgets, last];
}
