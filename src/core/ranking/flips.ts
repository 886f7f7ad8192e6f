import type { Random } from '../random.ts';
import { isClustered } from '../stats/clusteredMean.ts';
import { partsOf, type Scheme } from '../stats/resamples.ts';

/**
 * Sign flips: of 1,999 the smallest p-value is 0.0005. Their number is odd so that the 5 % point is one of them.
 */
const flips = 1999;
/** Rows (or clusters of them) are flipped in so many blocks at most; of fewer each by itself. */
const mostBlocks = 500;

/** A metric of one model, of rows that count so often each. */
export type Measure = (rows: Int32Array, times?: Uint16Array) => number;

/**
 * What each block of rows adds to the value of a metric (pseudo-values of the delete-a-block jackknife: Tukey 1958, for
 * blocks of different sizes Busing, Meijer and van der Leeden 1999), in shares of an even block; of a mean, the block's
 * sum. Their mean is the value itself. NaN where it is undefined without the block.
 * @param pool the rows, in the order in which neighbours (or neighbouring clusters) share a block
 */
export function contributions(measure: Measure, pool: Int32Array, scheme: Scheme): Float64Array {
  const places = pool.map((_, place) => place);
  const units = isClustered(scheme) ? partsOf(pool, scheme.parts) : Array.from(places, place => [place]);
  const blocks = Math.min(mostBlocks, units.length);
  const whole = measure(pool);
  const n = pool.length;
  const times = new Uint16Array(n);
  const found = Float64Array.from({ length: blocks }, (_, block) => {
    times.fill(1);
    let left = n;
    const end = Math.floor(((block + 1) * units.length) / blocks);
    for (const unit of units.slice(Math.floor((block * units.length) / blocks), end)) {
      for (const place of unit) times[place] = 0;
      left -= unit.length;
    }
    return (blocks / n) * (n * whole - left * measure(pool, times)) - whole;
  });
  const mean = found.reduce((sum, value) => sum + value, 0) / blocks;
  return found.map(value => whole + value - mean);
}

export interface Difference {
  readonly pValue: number;
  /** Half-width of the interval; null: no interval of so few rows is finite. */
  readonly half: number | null;
}

/**
 * Differences of models on the same rows, tested all at once. Two models that are equally good may as well have
 * changed places in any row (or in all rows of a cluster), so each difference may have either sign: the paired
 * permutation test (Fisher 1935).
 * The same rows are flipped for all pairs, and a difference is held against the largest studentised one of any pair
 * (Westfall and Young 1993). A pair's own flips are studentised by its own rows, so it holds whatever the other models
 * are, and of the best although the same rows chose it.
 */
export class PairedFlips {
  readonly #values: readonly Float64Array[];
  /** Ascending: of each flip, the largest over all pairs. */
  readonly #largest: Float64Array;
  readonly #blocks: number;

  /** @param values of each model, as `contributions` gives them */
  constructor(values: readonly Float64Array[], random: Random) {
    const defined = Array.from(values[0]?.keys() ?? []).filter(at =>
      values.every(own => Number.isFinite(own[at]!)),
    );
    this.#blocks = defined.length;
    this.#values = values.map(own => Float64Array.from(defined, at => own[at]!));
    this.#largest = this.#flipped(random);
  }

  /** @param scale from the standard error of these rows to that of all */
  between(one: number, other: number, level: number, scale: number): Difference {
    const [own, blocks] = [this.#statistic(one, other), this.#blocks];
    const beyond = this.#largest.length - firstAtLeast(this.#largest, own * (1 - 1e-12));
    const critical = this.#largest[Math.min(flips, Math.ceil(level * (flips + 1))) - 1]! ** 2;
    return {
      pValue: (beyond + 1) / (flips + 1),
      half:
        blocks < 2 || critical >= blocks * (1 - 1e-12)
          ? null
          : Math.sqrt((critical * (blocks - 1)) / (blocks - critical)) * this.#error(one, other) * scale,
    };
  }

  /** |sum| over the root of the sum of squares: Student's t, turned so that flips leave the denominator. */
  #statistic(one: number, other: number): number {
    const root = this.#root(one, other);
    return root === 0 ? 0 : Math.abs(this.#sum(one) - this.#sum(other)) / root;
  }

  #sum(model: number): number {
    return this.#values[model]!.reduce((sum, value) => sum + value, 0);
  }

  #root(one: number, other: number): number {
    const [a, b] = [this.#values[one]!, this.#values[other]!];
    return Math.sqrt(a.reduce((sum, value, at) => sum + (value - b[at]!) ** 2, 0));
  }

  #error(one: number, other: number): number {
    const n = this.#blocks;
    const mean = (this.#sum(one) - this.#sum(other)) / n;
    return Math.sqrt(Math.max(0, this.#root(one, other) ** 2 - n * mean ** 2) / (n * (n - 1)));
  }

  #flipped(random: Random): Float64Array {
    const values = this.#values;
    const roots = values.map((_, i) => values.map((__, j) => (j < i ? this.#root(i, j) : 0)));
    const signs = new Float64Array(this.#blocks);
    const sums = new Float64Array(values.length);
    const largest = Float64Array.from({ length: flips }, () => {
      for (let at = 0; at < signs.length; at++) signs[at] = random() < 0.5 ? -1 : 1;
      values.forEach((own, i) => {
        let sum = 0;
        for (let at = 0; at < signs.length; at++) sum += signs[at]! * own[at]!;
        sums[i] = sum;
      });
      let most = 0;
      for (let i = 1; i < values.length; i++)
        for (let j = 0; j < i; j++)
          if (roots[i]![j]! > 0) most = Math.max(most, Math.abs(sums[i]! - sums[j]!) / roots[i]![j]!);
      return most;
    });
    return largest.sort();
  }
}

/** The first place whose value is at least this one; as many as there are when none is. */
function firstAtLeast(ascending: Float64Array, value: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
