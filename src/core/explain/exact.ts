import type { Coalition } from './coalitions.ts';
import type { Estimator } from './estimator.ts';

/** Above this many players 2^d coalitions cost more than sampling them. */
export const exactPlayers = 11;

/** All 2^d coalitions; number c holds player j when bit j of c is set. */
export function allCoalitions(d: number): Coalition[] {
  return Array.from({ length: 2 ** d }, (_, bits) =>
    Uint8Array.from({ length: d }, (_, j) => (bits >> j) & 1),
  );
}

/**
 * Shapley values by definition: phi_j = sum over S without j of |S|! (d - |S| - 1)! / d! (v(S + j) - v(S)).
 * @param values v of all 2^d coalitions in the order of `allCoalitions`
 * @returns d attributions; they sum to v(all) - v(none)
 */
export function exactShapley(values: Float64Array, d: number): Float64Array {
  const weights = sizeWeights(d);
  const phi = new Float64Array(d);
  for (let bits = 0; bits < values.length; bits++) {
    const weight = weights[popCount(bits)]!;
    for (let j = 0; j < d; j++) {
      const bit = 1 << j;
      if ((bits & bit) === 0) phi[j]! += weight * (values[bits | bit]! - values[bits]!);
    }
  }
  return phi;
}

/** Every coalition as a design; the two trivial ones are known already, and only the others are evaluated. */
export function enumeration(d: number): Estimator {
  return {
    coalitions: allCoalitions(d).slice(1, -1),
    estimate(values, none, all) {
      return { phi: exactShapley(gameOf(values, none, all, d), d), errors: new Float64Array(d) };
    },
  };
}

/** The whole game in the order of `allCoalitions`, from the values of the coalitions of `enumeration`. */
export function gameOf(values: Float64Array, none: number, all: number, d: number): Float64Array {
  const game = new Float64Array(2 ** d);
  game[0] = none;
  game.set(values, 1);
  game[game.length - 1] = all;
  return game;
}

/** s! (d - s - 1)! / d! for s = 0 .. d - 1. */
function sizeWeights(d: number): Float64Array {
  const weights = new Float64Array(d);
  let binomial = 1;
  for (let s = 0; s < d; s++) {
    weights[s] = 1 / (d * binomial);
    binomial = (binomial * (d - 1 - s)) / (s + 1);
  }
  return weights;
}

function popCount(bits: number): number {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count++;
  return count;
}
