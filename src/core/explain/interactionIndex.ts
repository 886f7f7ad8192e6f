import { exactShapley } from './exact.ts';

/**
 * Shapley interaction values of a game (Lundberg et al. 2020): half of Grabisch and Roubens' interaction index off
 * the diagonal, on it what is left of the player's value, so that each line sums to that value.
 * @param values v of all 2^d coalitions, bit j of a place for player j (`allCoalitions`)
 * @returns d x d, row-major, symmetric
 */
export function interactionMatrix(values: Float64Array, d: number): Float64Array {
  const matrix = new Float64Array(d * d);
  const weights = pairWeights(d);
  for (let i = 0; i < d; i++)
    for (let j = 0; j < i; j++) {
      const half = indexOf(values, 1 << i, 1 << j, weights) / 2;
      matrix[i * d + j] = half;
      matrix[j * d + i] = half;
    }
  exactShapley(values, d).forEach((phi, i) => {
    let others = 0;
    for (let j = 0; j < d; j++) others += matrix[i * d + j]!;
    matrix[i * d + i] = phi - others;
  });
  return matrix;
}

/** sum over S without i and j of |S|! (d - |S| - 2)! / (d - 1)! (v(S + i + j) - v(S + i) - v(S + j) + v(S)). */
function indexOf(values: Float64Array, i: number, j: number, weights: Float64Array): number {
  let sum = 0;
  for (let bits = 0; bits < values.length; bits++) {
    if ((bits & (i | j)) !== 0) continue;
    const second = values[bits | i | j]! - values[bits | i]! - values[bits | j]! + values[bits]!;
    sum += weights[sizeOf(bits)]! * second;
  }
  return sum;
}

/** s! (d - s - 2)! / (d - 1)! for s = 0 .. d - 2. */
function pairWeights(d: number): Float64Array {
  const weights = new Float64Array(Math.max(0, d - 1));
  let weight = 1 / (d - 1);
  for (let s = 0; s < d - 1; s++) {
    weights[s] = weight;
    weight *= (s + 1) / (d - 2 - s);
  }
  return weights;
}

function sizeOf(bits: number): number {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count++;
  return count;
}
