import type { Interval } from '../../protocol/results/shared.ts';
import { counted } from '../checks/words.ts';
import { definitionOf, type MetricName } from '../metrics/definitions.ts';
import type { Kernel } from '../metrics/kernel.ts';
import { kernelsOf } from '../metrics/kernels.ts';
import type { Scored } from '../metrics/scored.ts';
import type { Progress, Signal } from '../signal.ts';
import { bootstrapInterval } from '../stats/bootstrap.ts';
import { quantileOfSorted, sortedValues } from '../stats/quantile.ts';
import { Resamples } from '../stats/resamples.ts';

export interface RankOptions {
  readonly metric: MetricName;
  readonly resamples: number;
  readonly seed: number;
  readonly level: number;
  readonly signal: Signal;
  readonly progress: Progress;
}

export interface Ranked {
  /** Place in the list that was given. */
  readonly candidate: number;
  readonly value: number | null;
  readonly interval: Interval | null;
  /** To the best, so turned that below 0 is worse; the interval holds for all pairs of candidates together. */
  readonly behind: { readonly value: number; readonly interval: Interval; readonly pValue: number } | null;
}

export interface Ranking {
  /** Best first. */
  readonly candidates: readonly Ranked[];
  /** What the best can be expected to reach on new rows, since it was chosen among many on these. */
  readonly corrected: { readonly value: number; readonly interval: Interval } | null;
  /** Rows a resample; of fewer than there are, the correction is for so many, and a little larger. */
  readonly resampled: number;
}

/**
 * Ranks models that answered the same rows. The best of many looks better than it is, because it was chosen by
 * the very rows that it is measured on: its value is corrected by choosing the best on each bootstrap sample and
 * measuring that one on the rows left out (BBC-CV: Tsamardinos, Greasidou and Borboudakis 2018). The same
 * rows chose what the others are held against, so differences have intervals that hold for all pairs at once
 * (Tukey's, by the bootstrap of the largest studentised difference).
 */
export function rankModels(models: readonly Scored[], rows: Int32Array, options: RankOptions): Ranking {
  const { metric, level, resamples } = options;
  const sign = definitionOf(metric).better === 'lower' ? -1 : 1;
  const values = models.map(scored => measureOf(scored, metric)(rows));
  const order = Array.from(values.keys()).sort(
    (a, b) => gainOf(values[b]!, sign) - gainOf(values[a]!, sign) || a - b,
  );
  const draws = new Resamples(rows, options.seed);
  const { inside, outside } = insideAndOutside(models, metric, draws.pool, () => draws.next(), options);
  const best = order[0]!;
  const defined = inside.filter((_, i) => Number.isFinite(values[i]!));
  const all: All = {
    values,
    inside,
    sign,
    level,
    scale: Math.sqrt(draws.size / rows.length),
    largest: largestDeviations(defined, resamples),
  };
  return {
    candidates: order.map((candidate, place) => ({
      candidate,
      value: finite(values[candidate]!),
      interval: bootstrapInterval({
        estimate: values[candidate]!,
        replicates: inside[candidate]!,
        level,
        n: rows.length,
        drawn: draws.size,
        pool: draws.pool.length,
        centred: metric === 'expected_calibration_error',
      }),
      behind:
        place === 0 || !Number.isFinite(values[candidate]!) || !Number.isFinite(values[best]!)
          ? null
          : behindBest(candidate, best, all),
    })),
    corrected: resamples === 0 ? null : correctedBest(bestOutside(inside, outside, sign), level),
    resampled: draws.size,
  };
}

type Measure = (rows: Int32Array, times?: Uint16Array) => number;

/** One metric of one model's answers, by the kernel that has it. */
function measureOf(scored: Scored, name: MetricName): Measure {
  for (const kernel of kernelsOf(scored)) {
    const at = kernel.metrics.findIndex(metric => metric.name === name && metric.class === null);
    if (at >= 0) return measuring(kernel, at);
  }
  return () => Number.NaN;
}

function measuring(kernel: Kernel, at: number): Measure {
  const values = new Float64Array(kernel.metrics.length);
  return (rows, times) => {
    if (rows.length === 0) return Number.NaN;
    kernel.measure(rows, values, 0, times);
    return values[at]!;
  };
}

/**
 * Each model on the same resamples, and on the rows that each left out.
 * @param next how often the next resample takes each row of the pool
 */
export function insideAndOutside(
  models: readonly Scored[],
  metric: MetricName,
  pool: Int32Array,
  next: () => Uint16Array,
  { resamples, signal, progress }: Pick<RankOptions, 'resamples' | 'signal' | 'progress'>,
): { readonly inside: Float64Array[]; readonly outside: Float64Array[] } {
  const measures = models.map(scored => measureOf(scored, metric));
  const inside = measures.map(() => new Float64Array(resamples));
  const outside = measures.map(() => new Float64Array(resamples));
  for (let draw = 0; draw < resamples; draw++) {
    signal.throwIfAborted();
    const times = next();
    const left = pool.filter((_, i) => times[i] === 0);
    measures.forEach((measure, i) => {
      inside[i]![draw] = measure(pool, times);
      outside[i]![draw] = measure(left);
    });
    progress(draw + 1, resamples, 'resampling the candidates');
  }
  return { inside, outside };
}

/** Of each resample, the value outside of the model that is best inside. @param sign -1 where lower is better */
export function bestOutside(
  inside: readonly Float64Array[],
  outside: readonly Float64Array[],
  sign: number,
): Float64Array {
  return Float64Array.from({ length: inside[0]?.length ?? 0 }, (_, draw) => {
    let best = 0;
    inside.forEach((values, i) => {
      if (gainOf(values[draw]!, sign) > gainOf(inside[best]![draw]!, sign)) best = i;
    });
    return outside[best]![draw]!;
  });
}

function correctedBest(values: Float64Array, level: number): Ranking['corrected'] {
  const sorted = sortedValues(values);
  if (sorted.length * 2 <= values.length) return null;
  return {
    value: sorted.reduce((sum, value) => sum + value, 0) / sorted.length,
    interval: {
      low: quantileOfSorted(sorted, (1 - level) / 2),
      high: quantileOfSorted(sorted, (1 + level) / 2),
      level,
      method: `bootstrap of the choice (BBC), ${values.length.toLocaleString('en-US')} resamples`,
    },
  };
}

interface All {
  readonly values: readonly number[];
  readonly inside: readonly Float64Array[];
  readonly sign: number;
  readonly level: number;
  /** From the spread over the resamples to that over all rows. */
  readonly scale: number;
  /** Largest deviations over all pairs. */
  readonly largest: Float64Array;
}

/** A candidate's difference to the best, with an interval and a p-value that hold for all pairs together. */
function behindBest(candidate: number, best: number, all: All): NonNullable<Ranked['behind']> {
  const { values, inside, sign, level, scale, largest } = all;
  const value = sign * (values[candidate]! - values[best]!);
  const error = spreadOf(inside[candidate]!, inside[best]!).error * scale;
  const critical = quantileOfSorted(largest, level);
  const statistic = error > 0 ? Math.abs(value) / error : value === 0 ? 0 : Infinity;
  const beyond = largest.reduce((count, one) => count + (one >= statistic ? 1 : 0), 0);
  return {
    value,
    interval: {
      low: value - critical * error,
      high: value + critical * error,
      level,
      method: `simultaneous over all pairs of ${counted(values.length, 'candidate')}, bootstrap of the largest, ${counted(largest.length, 'resample')}`,
    },
    pValue: (beyond + 1) / (largest.length + 1),
  };
}

/** Mean and standard error of the difference of two models, over the resamples where both are defined. */
function spreadOf(one: Float64Array, other: Float64Array): { readonly mean: number; readonly error: number } {
  const present = one.map((value, draw) => value - other[draw]!).filter(value => !Number.isNaN(value));
  const mean = present.reduce((sum, value) => sum + value, 0) / Math.max(1, present.length);
  const squares = present.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, error: present.length > 1 ? Math.sqrt(squares / (present.length - 1)) : 0 };
}

/**
 * Of each resample the largest studentised deviation over all pairs; ascending. Pairs are gone through one by
 * one, so that memory does not grow with their number.
 */
function largestDeviations(inside: readonly Float64Array[], resamples: number): Float64Array {
  const largest = new Float64Array(resamples);
  inside.forEach((one, i) => {
    for (const other of inside.slice(i + 1)) {
      const { mean, error } = spreadOf(one, other);
      if (error === 0) continue;
      for (let draw = 0; draw < resamples; draw++) {
        const deviation = Math.abs(one[draw]! - other[draw]! - mean) / error;
        if (deviation > largest[draw]!) largest[draw] = deviation;
      }
    }
  });
  return largest.sort();
}

function gainOf(value: number, sign: number): number {
  return Number.isFinite(value) ? sign * value : -Infinity;
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
