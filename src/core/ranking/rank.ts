import type { Interval } from '../../protocol/results/shared.ts';
import { counted, whole } from '../words.ts';
import { definitionOf, type MetricName } from '../metrics/definitions.ts';
import type { Kernel } from '../metrics/kernel.ts';
import { kernelsOf } from '../metrics/kernels.ts';
import type { Scored } from '../metrics/scored.ts';
import type { Progress, Signal } from '../signal.ts';
import { bootstrapInterval } from '../stats/bootstrap.ts';
import { seeded } from '../random.ts';
import { quantileOfSorted, sortedValues } from '../stats/quantile.ts';
import { isClustered } from '../stats/clusteredMean.ts';
import { byRows, Resamples, type Scheme } from '../stats/resamples.ts';
import { contributions, PairedFlips, type Measure } from './flips.ts';

export interface RankOptions {
  readonly metric: MetricName;
  readonly resamples: number;
  readonly seed: number;
  readonly level: number;
  /** Which rows are independent observations; all unless said. */
  readonly scheme?: Scheme;
  readonly signal: Signal;
  readonly progress: Progress;
}

export interface Ranked {
  /** Place in the list that was given. */
  readonly candidate: number;
  readonly value: number | null;
  readonly interval: Interval | null;
  /**
   * To the best, so turned that below 0 is worse; the interval holds for all pairs of candidates together. null: the
   * best, one without a value, or rows too few for an interval.
   */
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
 * rows chose what the others are held against, so differences hold for all pairs at once (`PairedFlips`).
 */
export function rankModels(models: readonly Scored[], rows: Int32Array, options: RankOptions): Ranking {
  const { metric, level, resamples, scheme = byRows } = options;
  const sign = definitionOf(metric).better === 'lower' ? -1 : 1;
  const measures = models.map(scored => measureOf(scored, metric));
  const values = measures.map(measure => measure(rows));
  const order = Array.from(values.keys()).sort(
    (a, b) => gainOf(values[b]!, sign) - gainOf(values[a]!, sign) || a - b,
  );
  const draws = new Resamples(rows, options.seed, scheme);
  const { inside, outside } = insideAndOutside(models, metric, draws.pool, () => draws.next(), options);
  const best = order[0]!;
  const defined = Array.from(values.keys()).filter(i => Number.isFinite(values[i]!));
  const tested = new PairedFlips(
    defined.map(i => contributions(measures[i]!, draws.pool, scheme)),
    seeded(options.seed),
  );
  const behindBest = (candidate: number): Ranked['behind'] => {
    const [one, other] = [defined.indexOf(candidate), defined.indexOf(best)];
    if (candidate === best || one < 0 || other < 0) return null;
    const scale = Math.sqrt(draws.pool.length / rows.length);
    const { pValue, half } = tested.between(one, other, level, scale);
    const value = sign * (values[candidate]! - values[best]!);
    const method = `simultaneous over all pairs of ${counted(values.length, 'candidate')}, paired sign flips of the largest${isClustered(scheme) ? `, clusters of ${scheme.by}` : ''}`;
    if (half === null) return null;
    // Of few rows many flips are as large as each other: the interval touches 0 then, but for rounding.
    const wide = pValue > 1 - level ? Math.max(half, Math.abs(value)) : half;
    return { value, interval: { low: value - wide, high: value + wide, level, method }, pValue };
  };
  return {
    candidates: order.map(candidate => ({
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
        scheme,
      }),
      behind: behindBest(candidate),
    })),
    corrected: resamples === 0 ? null : correctedBest(bestOutside(inside, outside, sign), level),
    resampled: draws.size,
  };
}

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
      method: `bootstrap of the choice (BBC), ${whole(values.length)} resamples`,
    },
  };
}

function gainOf(value: number, sign: number): number {
  return Number.isFinite(value) ? sign * value : -Infinity;
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
