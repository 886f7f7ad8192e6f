import type { Random } from '../random.ts';

/** Up to so many rows every swap is tried. */
const exactLimit = 12;
const closeness = 1e-14;

export interface PermutationTest {
  readonly observed: number;
  /** Of as large a mean difference when each row's two values may be swapped; two-sided. */
  readonly pValue: number;
  readonly exact: boolean;
  readonly permutations: number;
}

/**
 * The paired permutation test of the mean of differences (Fisher 1935): every swap up to 12 rows, else random
 * swaps, the observed one counted among them (Phipson and Smyth 2010).
 */
export function pairedPermutation(
  differences: Float64Array,
  permutations: number,
  random: Random,
): PermutationTest {
  const n = differences.length;
  const exact = n <= exactLimit;
  const total = exact ? 2 ** n : permutations;
  const observed = swappedMean(differences, () => false);
  let extreme = 0;
  for (let draw = 0; draw < total; draw++) {
    const mean = swappedMean(differences, exact ? row => ((draw >> row) & 1) === 1 : () => random() < 0.5);
    if (Math.abs(mean) >= Math.abs(observed) - closeness) extreme++;
  }
  const pValue = exact ? extreme / total : (extreme + 1) / (total + 1);
  return { observed, pValue, exact, permutations: total };
}

/** The mean of the differences, those of swapped rows turned around. */
export function swappedMean(differences: Float64Array, swapped: (row: number) => boolean): number {
  let sum = 0;
  for (let row = 0; row < differences.length; row++)
    sum += swapped(row) ? -differences[row]! : differences[row]!;
  return sum / differences.length;
}
