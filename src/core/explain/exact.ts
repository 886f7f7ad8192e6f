import { flat, type Coalition } from './coalitions.ts';
import type { Estimator } from './estimator.ts';

/** Above this many players 2^d coalitions cost more than sampling them. */
export const exactPlayers = 11;

/** All 2^d coalitions; number c holds player j when bit j of c is set. */
export function allCoalitions(d: number): Coalition[] {
  return Array.from({ length: 2 ** d }, (_, bits) => {
    const members = new Uint8Array(d);
    for (let j = 0; j < d; j++) members[j] = (bits >> j) & 1;
    return members;
  });
}

/**
 * Shapley values by definition: phi_j = sum over S without j of |S|! (d - |S| - 1)! / d! (v(S + j) - v(S)).
 * @param values v of all 2^d coalitions in the order of `allCoalitions`
 * @returns d attributions; they sum to v(all) - v(none)
 */
export function exactShapley(values: Float64Array, d: number): Float64Array {
  return valuesOf(values, d, coalitionWeights(d));
}

/** Every coalition as a design; the two trivial ones are known already, and only the others are evaluated. */
export function enumeration(d: number): Estimator {
  const weights = coalitionWeights(d);
  return {
    coalitions: flat(allCoalitions(d).slice(1, -1), d),
    estimate(values, none, all) {
      return { phi: valuesOf(gameOf(values, none, all, d), d, weights), errors: new Float64Array(d) };
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

/** @param weights of the coalitions that a player joins, by their number */
function valuesOf(game: Float64Array, d: number, weights: Float64Array): Float64Array {
  const phi = new Float64Array(d);
  for (let j = 0; j < d; j++) {
    const bit = 1 << j;
    let sum = 0;
    for (let high = 0; high < game.length; high += 2 * bit)
      for (let without = high; without < high + bit; without++)
        sum += weights[without]! * (game[without + bit]! - game[without]!);
    phi[j] = sum;
  }
  return phi;
}

/** The weight of each of the 2^d coalitions, by its size. */
function coalitionWeights(d: number): Float64Array {
  const weights = sizeWeights(d);
  return Float64Array.from({ length: 2 ** d }, (_, bits) => weights[popCount(bits)] ?? 0);
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
