import { below, permutation, type Random } from '../random.ts';
import { keyOf, type Coalition } from './coalitions.ts';
import type { Estimator } from './estimator.ts';
import { invertSymmetric } from './linearAlgebra.ts';

/** Coalitions of one size in the order they were drawn: a larger budget draws on, and keeps what was drawn. */
type Drawn = Map<number | string, Coalition>;

/**
 * Leverage SHAP (Musco & Witter, ICLR 2025): the Shapley kernel regression on coalitions drawn by their
 * leverage scores, which are the same for every size, in complementary pairs and without replacement.
 * Here each size is a stratum of its own, so that small sizes are enumerated whole as the budget grows.
 * Standard errors are the pair-clustered sandwich (HC3) with a finite-population correction a stratum.
 * @param budgets coalitions to evaluate, ascending, each at least 2 d; each design has nearly all of those before it
 * @returns one design a budget
 */
export function pairedLeverage(d: number, budgets: readonly number[], random: Random): Estimator[] {
  const drawn = new Map<number, Drawn>();
  return budgets.map(budget => design(d, budget, drawn, random));
}

function design(d: number, budget: number, drawn: Map<number, Drawn>, random: Random): Estimator {
  const strata = allocate(d, Math.floor(budget / 2), random);
  const pairs = strata.flatMap(stratum => {
    const known = drawn.get(stratum.size) ?? new Map<number | string, Coalition>();
    drawn.set(stratum.size, known);
    return drawDistinct(d, stratum, known, random).map(members => ({
      members,
      weight:
        stratum.population / stratum.take / (binomial(d, stratum.size) * stratum.size * (d - stratum.size)),
      size: stratum.size,
      sampled: 1 - stratum.take / stratum.population,
    }));
  });
  const { influences, leverages } = fitOf(pairs, d);
  return {
    coalitions: pairs.flatMap(({ members }) => [members, complement(members)]),
    estimate(values, none, all) {
      const total = all - none;
      const slope = new Float64Array(d);
      const contrasts = new Float64Array(pairs.length);
      for (let p = 0, at = 0; p < pairs.length; p++) {
        const { size, weight } = pairs[p]!;
        const contrast = values[2 * p]! - values[2 * p + 1]! - ((2 * size) / d - 1) * total;
        const share = weight * contrast;
        for (let j = 0; j < d; j++) slope[j]! += share * influences[at++]!;
        contrasts[p] = contrast;
      }
      return {
        phi: slope.map(value => value + total / d),
        errors: standardErrors({ pairs, contrasts, slope, influences, leverages }),
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

/** The first so many of a size in the order they are drawn; all of them where that is how many there are. */
function drawDistinct(
  d: number,
  { size, take, population }: Stratum,
  drawn: Drawn,
  random: Random,
): Coalition[] {
  if (take >= population) return everySubset(d, size);
  const order = Int32Array.from({ length: d }, (_, player) => player);
  while (drawn.size < take) {
    const members = new Uint8Array(d);
    for (let i = 0; i < size; i++) {
      const at = i + below(random, d - i);
      const player = order[at]!;
      order[at] = order[i]!;
      order[i] = player;
      members[player] = 1;
    }
    const half = 2 * size === d && members[0] === 0 ? complement(members) : members;
    drawn.set(keyOf(half), half);
  }
  return [...drawn.values()].slice(0, take);
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

/** What each pair's contrast does to the slopes, pairs x d, and its leverage. */
function fitOf(pairs: readonly Pair[], d: number): Pick<Fit, 'influences' | 'leverages'> {
  const centred = new Float64Array(pairs.length * d);
  pairs.forEach(({ members, size }, p) => {
    for (let j = 0, at = p * d; j < d; j++) centred[at++] = members[j]! - size / d;
  });
  const inverse = invertSymmetric(normalMatrix(centred, pairs, d), d);
  const influences = new Float64Array(pairs.length * d);
  const leverages = new Float64Array(pairs.length);
  pairs.forEach(({ weight }, p) => {
    const from = p * d;
    let leverage = 0;
    for (let i = 0; i < d; i++) {
      let sum = 0;
      for (let j = 0, at = i * d; j < d; j++) sum += inverse[at++]! * centred[from + j]!;
      influences[from + i] = sum;
      leverage += centred[from + i]! * sum;
    }
    leverages[p] = 2 * weight * leverage;
  });
  return { influences, leverages };
}

/** sum 2 w z z' over the pairs, plus 11' to fix the direction that the constraint takes out. */
function normalMatrix(centred: Float64Array, pairs: readonly Pair[], d: number): Float64Array {
  const matrix = new Float64Array(d * d).fill(1);
  pairs.forEach(({ weight }, p) => {
    const from = p * d;
    for (let i = 0, at = 0; i < d; i++) {
      const scaled = 2 * weight * centred[from + i]!;
      for (let j = 0; j < d; j++) matrix[at++]! += scaled * centred[from + j]!;
    }
  });
  return matrix;
}

interface Fit {
  readonly pairs: readonly Pair[];
  readonly contrasts: Float64Array;
  readonly slope: Float64Array;
  readonly influences: Float64Array;
  readonly leverages: Float64Array;
}

function standardErrors({ pairs, contrasts, slope, influences, leverages }: Fit): Float64Array {
  const d = slope.length;
  if (pairs.length < d) return new Float64Array(d).fill(NaN);
  const variance = new Float64Array(d);
  for (let p = 0; p < pairs.length; p++) {
    const { members, weight, sampled } = pairs[p]!;
    if (sampled === 0) continue;
    // Slopes sum to zero, so that centred members and members give the same.
    let fitted = 0;
    for (let j = 0; j < d; j++) fitted += members[j]! * slope[j]!;
    const share = (weight * (contrasts[p]! - 2 * fitted)) / (1 - leverages[p]!);
    const squared = sampled * share * share;
    for (let j = 0, at = p * d; j < d; j++, at++) variance[j]! += squared * influences[at]! * influences[at]!;
  }
  return variance.map(Math.sqrt);
}

function complement(members: Coalition): Coalition {
  return members.map(member => 1 - member);
}

function binomial(n: number, k: number): number {
  let value = 1;
  for (let i = 1; i <= k; i++) value = (value * (n - k + i)) / i;
  return Math.round(value);
}
