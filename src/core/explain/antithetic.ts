import { flat, type Coalition } from './coalitions.ts';
import type { Estimator } from './estimator.ts';

/**
 * Permutation sampling with antithetic pairs: each order is walked forwards and backwards, and every walk gives
 * one marginal contribution a player. Best at budgets under about four coalitions a player
 * (Mitchell et al., "Sampling Permutations for Shapley Value Estimation", JMLR 2022).
 * @param orders random orders of the d players; at least two are needed for standard errors
 */
export function antitheticPermutations(orders: readonly Int32Array[]): Estimator {
  const pairs = orders.length;
  const d = orders[0]!.length;
  const walks = orders.flatMap(order => [order, order.slice().reverse()]);
  const coalitions = flat(
    walks.flatMap(order => prefixes(order)),
    d,
  );
  return {
    coalitions,
    degrees: pairs - 1,
    estimate(values, none, all) {
      const perPair = new Float64Array(pairs * d);
      walks.forEach((order, w) => {
        let before = none;
        order.forEach((player, step) => {
          const after = step === d - 1 ? all : values[w * (d - 1) + step]!;
          perPair[(w >> 1) * d + player]! += (after - before) / 2;
          before = after;
        });
      });
      return summarise(perPair, pairs, d);
    },
  };
}

/** The d - 1 coalitions on the way, without none and all. */
function prefixes(order: Int32Array): Coalition[] {
  const walked = new Uint8Array(order.length);
  return Array.from(order.subarray(0, -1), player => {
    walked[player] = 1;
    return walked.slice();
  });
}

function summarise(
  perPair: Float64Array,
  pairs: number,
  d: number,
): { phi: Float64Array; errors: Float64Array } {
  const phi = new Float64Array(d);
  const errors = new Float64Array(d);
  for (let j = 0; j < d; j++) {
    let sum = 0;
    for (let p = 0; p < pairs; p++) sum += perPair[p * d + j]!;
    const mean = sum / pairs;
    let squares = 0;
    for (let p = 0; p < pairs; p++) squares += (perPair[p * d + j]! - mean) ** 2;
    phi[j] = mean;
    errors[j] = pairs > 1 ? Math.sqrt(squares / (pairs - 1) / pairs) : NaN;
  }
  return { phi, errors };
}
