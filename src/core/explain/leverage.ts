import { below, permutation, type Random } from '../random.ts';
import { keyOf } from './coalitions.ts';
import type { Estimator } from './estimator.ts';
import { invertSymmetric } from './linearAlgebra.ts';

/** Coalitions of one size in the order they were drawn: a larger budget draws on, and keeps what was drawn. */
interface Drawn {
  readonly keys: Set<number | string>;
  /** Their bytes, one after the other. */
  readonly members: number[];
}

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
  const pairs = strata.reduce((sum, { take }) => sum + take, 0);
  const found: Pairs = {
    members: new Uint8Array(2 * pairs * d),
    weights: new Float64Array(pairs),
    centres: new Float64Array(pairs),
    sampled: new Float64Array(pairs),
  };
  let p = 0;
  for (const stratum of strata) {
    const { size, take, population } = stratum;
    const known = drawn.get(size) ?? { keys: new Set(), members: [] };
    drawn.set(size, known);
    const members = drawDistinct(d, stratum, known, random);
    for (let c = 0; c < take; c++, p++) {
      for (let j = 0, at = 2 * p * d; j < d; j++, at++) {
        found.members[at] = members[c * d + j]!;
        found.members[at + d] = 1 - members[c * d + j]!;
      }
      found.weights[p] = population / take / (binomial(d, size) * size * (d - size));
      found.centres[p] = size / d;
      found.sampled[p] = 1 - take / population;
    }
  }
  return new PairedDesign(found, d);
}

/** Complementary pairs of coalitions. */
interface Pairs {
  /** 2 pairs x d: each coalition and its complement. */
  readonly members: Uint8Array;
  readonly weights: Float64Array;
  /** The share of the players that is in the first of each pair. */
  readonly centres: Float64Array;
  /** 0 where the stratum was enumerated whole: it adds no sampling error. */
  readonly sampled: Float64Array;
}

/** Asked for every background row of every explained one: what an estimate writes on the way is made once. */
class PairedDesign implements Estimator {
  readonly coalitions: Uint8Array;
  readonly #pairs: Pairs;
  readonly #fit: Fit;
  readonly #sums: MemberSums;
  readonly #contrasts: Float64Array;
  readonly #shares: Float64Array;
  readonly #slope: Float64Array;
  readonly #found: { readonly phi: Float64Array; readonly errors: Float64Array };

  constructor(pairs: Pairs, d: number) {
    this.coalitions = pairs.members;
    this.#pairs = pairs;
    this.#fit = fitOf(pairs, d);
    this.#sums = new MemberSums(pairs.members, pairs.weights.length, d);
    this.#contrasts = new Float64Array(pairs.weights.length);
    this.#shares = new Float64Array(pairs.weights.length);
    this.#slope = new Float64Array(d);
    this.#found = { phi: new Float64Array(d), errors: new Float64Array(d) };
  }

  estimate(values: Float64Array, none: number, all: number): { phi: Float64Array; errors: Float64Array } {
    const contrasts = this.#contrasts;
    const shares = this.#shares;
    const { weights, centres } = this.#pairs;
    const total = all - none;
    for (let p = 0; p < weights.length; p++) {
      const contrast = values[2 * p]! - values[2 * p + 1]! - (2 * centres[p]! - 1) * total;
      contrasts[p] = contrast;
      shares[p] = weights[p]! * contrast;
    }
    const slope = this.#slope;
    timesEach(this.#fit.influences, shares, slope);
    const { phi } = this.#found;
    const even = total / slope.length;
    for (let j = 0; j < slope.length; j++) phi[j] = slope[j]! + even;
    this.#standardErrors();
    return this.#found;
  }

  #standardErrors(): void {
    const { errors } = this.#found;
    const { weights, sampled } = this.#pairs;
    if (weights.length < errors.length) {
      errors.fill(NaN);
      return;
    }
    const { squares, leverages } = this.#fit;
    const contrasts = this.#contrasts;
    // Slopes sum to zero, so that centred members and members give the same.
    const misses = this.#sums.of(this.#slope, this.#shares);
    for (let p = 0; p < weights.length; p++) {
      const share = (weights[p]! * (contrasts[p]! - 2 * misses[p]!)) / (1 - leverages[p]!);
      misses[p] = sampled[p] === 0 ? 0 : sampled[p]! * share * share;
    }
    timesEach(squares, misses, errors);
    for (let j = 0; j < errors.length; j++) errors[j] = Math.sqrt(errors[j]!);
  }
}

/** What the members of coalitions sum to, eight players at a time: each byte of members is looked up. */
class MemberSums {
  /** One byte for eight players: octets x coalitions. */
  readonly #packed: Uint8Array;
  /** The sum of each of the 256 sets of eight players: octets x 256. */
  readonly #table: Float64Array;
  readonly #count: number;

  /** @param members 2 count x d: of each pair the first is summed */
  constructor(members: Uint8Array, count: number, d: number) {
    const octets = Math.ceil(d / 8);
    this.#count = count;
    this.#table = new Float64Array(octets * 256);
    this.#packed = new Uint8Array(octets * count);
    for (let p = 0; p < count; p++)
      for (let j = 0, at = 2 * p * d; j < d; j++)
        this.#packed[(j >> 3) * count + p]! |= members[at++]! << (j & 7);
  }

  /**
   * @param numbers one a player
   * @param sums one a coalition, written over
   */
  of(numbers: Float64Array, sums: Float64Array): Float64Array {
    const table = this.#table;
    const packed = this.#packed;
    sums.fill(0);
    for (let first = 0, octet = 0, at = 0; first < numbers.length; first += 8, octet += 256) {
      const end = Math.min(8, numbers.length - first);
      for (let j = 0, half = 1; j < end; j++, half *= 2)
        for (let set = 0; set < half; set++)
          table[octet + half + set] = table[octet + set]! + numbers[first + j]!;
      for (let p = 0; p < this.#count; p++) sums[p]! += table[octet + packed[at++]!]!;
    }
    return sums;
  }
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

/** The first so many of a size in the order they are drawn, byte by byte; all of them where that is how many there are. */
function drawDistinct(
  d: number,
  { size, take, population }: Stratum,
  { keys, members }: Drawn,
  random: Random,
): readonly number[] {
  if (take >= population) return everySubset(d, size);
  const order = Int32Array.from({ length: d }, (_, player) => player);
  const one = new Uint8Array(d);
  while (keys.size < take) {
    one.fill(0);
    for (let i = 0; i < size; i++) {
      const at = i + below(random, d - i);
      const player = order[at]!;
      order[at] = order[i]!;
      order[i] = player;
      one[player] = 1;
    }
    if (2 * size === d && one[0] === 0) for (let j = 0; j < d; j++) one[j] = 1 - one[j]!;
    const key = keyOf(one, 0, d);
    if (keys.has(key)) continue;
    keys.add(key);
    for (let j = 0; j < d; j++) members.push(one[j]!);
  }
  return members;
}

/** All subsets of a size, byte by byte; of a half-size pair only the one that holds player 0. */
function everySubset(d: number, size: number): number[] {
  const subsets: number[] = [];
  const members = new Uint8Array(d);
  const extend = (from: number, left: number): void => {
    if (left === 0) {
      for (let j = 0; j < d; j++) subsets.push(members[j]!);
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

interface Fit {
  /** What each pair's contrast does to the slopes, d x pairs. */
  readonly influences: Float64Array;
  /** Their squares. */
  readonly squares: Float64Array;
  /** One a pair. */
  readonly leverages: Float64Array;
}

function fitOf({ members, weights, centres }: Pairs, d: number): Fit {
  const pairs = weights.length;
  const centred = new Float64Array(pairs * d);
  for (let p = 0, at = 0; p < pairs; p++)
    for (let j = 0; j < d; j++) centred[at++] = members[2 * p * d + j]! - centres[p]!;
  const inverse = invertSymmetric(normalMatrix(centred, weights, d), d);
  const influences = new Float64Array(pairs * d);
  const leverages = new Float64Array(pairs);
  for (let p = 0; p < pairs; p++) {
    const from = p * d;
    let leverage = 0;
    for (let i = 0; i < d; i++) {
      let sum = 0;
      for (let j = 0, at = i * d; j < d; j++) sum += inverse[at++]! * centred[from + j]!;
      influences[i * pairs + p] = sum;
      leverage += centred[from + i]! * sum;
    }
    leverages[p] = 2 * weights[p]! * leverage;
  }
  return { influences, squares: influences.map(influence => influence * influence), leverages };
}

/**
 * A matrix times a vector, four rows at once: a sum waits for its last addition.
 * @param matrix d x vector.length, row-major
 * @param product d, written over
 */
function timesEach(matrix: Float64Array, vector: Float64Array, product: Float64Array): void {
  const n = vector.length;
  const whole = product.length - (product.length % 4);
  for (let j = 0; j < whole; j += 4) {
    let a = 0;
    let b = 0;
    let c = 0;
    let e = 0;
    for (let p = 0, at = j * n; p < n; p++, at++) {
      const number = vector[p]!;
      a += matrix[at]! * number;
      b += matrix[at + n]! * number;
      c += matrix[at + 2 * n]! * number;
      e += matrix[at + 3 * n]! * number;
    }
    product[j] = a;
    product[j + 1] = b;
    product[j + 2] = c;
    product[j + 3] = e;
  }
  for (let j = whole; j < product.length; j++) {
    let sum = 0;
    for (let p = 0, at = j * n; p < n; p++) sum += matrix[at++]! * vector[p]!;
    product[j] = sum;
  }
}

/** sum 2 w z z' over the pairs, plus 11' to fix the direction that the constraint takes out; its lower triangle. */
function normalMatrix(centred: Float64Array, weights: Float64Array, d: number): Float64Array {
  const matrix = new Float64Array(d * d).fill(1);
  for (let p = 0; p < weights.length; p++) {
    const from = p * d;
    for (let i = 0; i < d; i++) {
      const scaled = 2 * weights[p]! * centred[from + i]!;
      for (let j = 0, at = i * d; j <= i; j++) matrix[at++]! += scaled * centred[from + j]!;
    }
  }
  return matrix;
}

function binomial(n: number, k: number): number {
  let value = 1;
  for (let i = 1; i <= k; i++) value = (value * (n - k + i)) / i;
  return Math.round(value);
}
