import { permutation, type Random } from '../random.ts';
import type { Coalition } from './coalitions.ts';
import type { Estimator } from './estimator.ts';
import { invertSymmetric } from './linearAlgebra.ts';

/**
 * Leverage SHAP (Musco & Witter, ICLR 2025): the Shapley kernel regression on coalitions drawn by their
 * leverage scores, which are the same for every size, in complementary pairs and without replacement.
 * Here each size is a stratum of its own, so that small sizes are enumerated whole as the budget grows.
 * Standard errors are the pair-clustered sandwich (HC3) with a finite-population correction a stratum.
 * @param budget coalitions to evaluate; at least 2 d
 */
export function pairedLeverage(d: number, budget: number, random: Random): Estimator {
  const strata = allocate(d, Math.floor(budget / 2), random);
  const pairs = strata.flatMap(stratum =>
    drawDistinct(d, stratum.size, stratum.take, stratum.population, random).map(members => ({
      members,
      weight:
        stratum.population / stratum.take / (binomial(d, stratum.size) * stratum.size * (d - stratum.size)),
      size: stratum.size,
      sampled: 1 - stratum.take / stratum.population,
    })),
  );
  const coalitions = pairs.flatMap(pair => [pair.members, complement(pair.members)]);
  const centred = pairs.map(pair => Float64Array.from(pair.members, member => member - pair.size / d));
  const inverse = invertSymmetric(normalMatrix(centred, pairs, d), d);

  return {
    coalitions,
    estimate(values, none, all) {
      const total = all - none;
      const right = new Float64Array(d);
      const contrasts = pairs.map((pair, p) => {
        const contrast = values[2 * p]! - values[2 * p + 1]! - ((2 * pair.size) / d - 1) * total;
        for (let j = 0; j < d; j++) right[j]! += pair.weight * centred[p]![j]! * contrast;
        return contrast;
      });
      const slope = multiply(inverse, right, d);
      return {
        phi: slope.map(value => value + total / d),
        errors: standardErrors(pairs, centred, contrasts, slope, inverse, d),
      };
    },
  };
}

interface Pair {
  readonly members: Coalition;
  readonly weight: number;
  readonly size: number;
  /** 0 when the stratum was enumerated whole: it adds no sampling error. */
  readonly sampled: number;
}

interface Stratum {
  readonly size: number;
  /** Complementary pairs of this size that exist, and how many are drawn. */
  readonly population: number;
  readonly take: number;
}

/** Equal shares a size, whole sizes first; a share left over goes to random sizes. */
function allocate(d: number, pairs: number, random: Random): Stratum[] {
  const sizes = Array.from({ length: Math.floor(d / 2) }, (_, i) => i + 1);
  const population = new Map(sizes.map(size => [size, binomial(d, size) / (2 * size === d ? 2 : 1)]));
  const take = new Map<number, number>();
  let rest = pairs;
  let open = sizes;
  for (;;) {
    const share = rest / open.length;
    const whole = open.filter(size => population.get(size)! <= share);
    if (whole.length === 0) break;
    for (const size of whole) {
      take.set(size, population.get(size)!);
      rest -= population.get(size)!;
    }
    open = open.filter(size => !whole.includes(size));
    if (open.length === 0) break;
  }
  const share = open.length === 0 ? 0 : Math.floor(rest / open.length);
  const order = permutation(random, open.length);
  const extra = rest - share * open.length;
  order.forEach((at, rank) => take.set(open[at]!, Math.max(1, share + (rank < extra ? 1 : 0))));
  return sizes.map(size => ({ size, population: population.get(size)!, take: take.get(size) ?? 0 }));
}

function drawDistinct(
  d: number,
  size: number,
  take: number,
  population: number,
  random: Random,
): Coalition[] {
  if (take >= population) return everySubset(d, size);
  const seen = new Map<string, Coalition>();
  while (seen.size < take) {
    const members = new Uint8Array(d);
    for (const player of permutation(random, d).subarray(0, size)) members[player] = 1;
    const half = 2 * size === d && members[0] === 0 ? complement(members) : members;
    seen.set(half.join(''), half);
  }
  return [...seen.values()];
}

/** All subsets of a size; of a half-size pair only the one that holds player 0. */
function everySubset(d: number, size: number): Coalition[] {
  const subsets: Coalition[] = [];
  const members = new Uint8Array(d);
  const extend = (from: number, left: number): void => {
    if (left === 0) {
      subsets.push(members.slice());
      return;
    }
    for (let player = from; player <= d - left; player++) {
      members[player] = 1;
      extend(player + 1, left - 1);
      members[player] = 0;
      if (2 * size === d && from === 0) return;
    }
  };
  extend(0, size);
  return subsets;
}

/** sum 2 w z z' over the pairs, plus 11' to fix the direction that the constraint takes out. */
function normalMatrix(centred: readonly Float64Array[], pairs: readonly Pair[], d: number): Float64Array {
  const matrix = new Float64Array(d * d).fill(1);
  centred.forEach((z, p) => {
    for (let i = 0; i < d; i++)
      for (let j = 0; j < d; j++) matrix[i * d + j]! += 2 * pairs[p]!.weight * z[i]! * z[j]!;
  });
  return matrix;
}

function standardErrors(
  pairs: readonly Pair[],
  centred: readonly Float64Array[],
  contrasts: readonly number[],
  slope: Float64Array,
  inverse: Float64Array,
  d: number,
): Float64Array {
  if (pairs.length < d) return new Float64Array(d).fill(NaN);
  const variance = new Float64Array(d);
  pairs.forEach((pair, p) => {
    if (pair.sampled === 0) return;
    const z = centred[p]!;
    const influence = multiply(inverse, z, d);
    const leverage = 2 * pair.weight * dot(z, influence);
    const residual = (contrasts[p]! - 2 * dot(z, slope)) / (1 - leverage);
    for (let j = 0; j < d; j++) variance[j]! += pair.sampled * (pair.weight * residual * influence[j]!) ** 2;
  });
  return variance.map(Math.sqrt);
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, j) => sum + value * b[j]!, 0);
}

function multiply(matrix: Float64Array, vector: Float64Array, d: number): Float64Array {
  return Float64Array.from({ length: d }, (_, i) => {
    let sum = 0;
    for (let j = 0; j < d; j++) sum += matrix[i * d + j]! * vector[j]!;
    return sum;
  });
}

function complement(members: Coalition): Coalition {
  return members.map(member => 1 - member);
}

function binomial(n: number, k: number): number {
  let value = 1;
  for (let i = 1; i <= k; i++) value = (value * (n - k + i)) / i;
  return Math.round(value);
}
