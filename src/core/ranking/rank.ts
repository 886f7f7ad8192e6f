import type { Interval } from '../../protocol/results/shared.ts';
import { definitionOf, type MetricName } from '../metrics/definitions.ts';
import type { Kernel } from '../metrics/kernel.ts';
import { kernelsOf } from '../metrics/kernels.ts';
import type { Scored } from '../metrics/scored.ts';
import { seeded } from '../random.ts';
import type { Progress, Signal } from '../signal.ts';
import { quantileOfSorted, sortedValues } from '../stats/quantile.ts';

/** Of more labelled rows, a sample of so many is resampled: the correction is for that many, and a little larger. */
export const mostResampled = 20_000;

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
  /** To the best, so turned that below 0 is worse; the interval holds for all candidates together. */
  readonly behind: { readonly value: number; readonly interval: Interval; readonly pValue: number } | null;
}

export interface Ranking {
  /** Best first. */
  readonly candidates: readonly Ranked[];
  /** What the best can be expected to reach on new rows, since it was chosen among many on these. */
  readonly corrected: { readonly value: number; readonly interval: Interval } | null;
  /** Rows that were resampled. */
  readonly resampled: number;
}

/**
 * Ranks models that answered the same rows. The best of many looks better than it is, because it was chosen by
 * the very rows that it is measured on: its value is corrected by choosing the best on each bootstrap sample and
 * measuring that one on the rows left out (BBC-CV: Tsamardinos, Greasidou and Borboudakis 2018). Differences to
 * the best have simultaneous intervals by the bootstrap of the largest studentised difference (Hsu's multiple
 * comparisons with the best, by White's max statistic 2000).
 */
export function rankModels(models: readonly Scored[], rows: Int32Array, options: RankOptions): Ranking {
  const { metric, level, resamples } = options;
  const sign = definitionOf(metric).better === 'lower' ? -1 : 1;
  const values = models.map(scored => measureOf(scored, metric)(rows));
  const order = Array.from(values.keys()).sort(
    (a, b) => gainOf(values[b]!, sign) - gainOf(values[a]!, sign) || a - b,
  );
  const pool = sampleOf(rows, options.seed);
  const { inside, outside } = insideAndOutside(
    models,
    metric,
    pool,
    drawing(pool.length, options.seed),
    options,
  );
  const best = order[0]!;
  const scale = Math.sqrt(pool.length / rows.length);
  const intervals = inside.map((replicates, i) => percentile(replicates, values[i]!, level, scale));
  const all: All = { values, inside, sign, level, scale, order };
  const largest = largestDeviations(best, all);
  return {
    candidates: order.map((candidate, place) => ({
      candidate,
      value: finite(values[candidate]!),
      interval: intervals[candidate]!,
      behind:
        place === 0 || !Number.isFinite(values[candidate]!) || !Number.isFinite(values[best]!)
          ? null
          : behindBest(candidate, best, largest, all),
    })),
    corrected: resamples === 0 ? null : correctedBest(bestOutside(inside, outside, sign), level),
    resampled: pool.length,
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

function drawing(size: number, seed: number): () => Uint16Array {
  const random = seeded(seed);
  const times = new Uint16Array(size);
  return () => {
    times.fill(0);
    for (let i = 0; i < size; i++) times[Math.floor(random() * size)]!++;
    return times;
  };
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
  readonly scale: number;
  readonly order: readonly number[];
}

/** A candidate's difference to the best, with an interval and a p-value that hold for all of them together. */
function behindBest(
  candidate: number,
  best: number,
  largest: Float64Array,
  all: All,
): NonNullable<Ranked['behind']> {
  const { values, sign, level, scale, order } = all;
  const value = sign * (values[candidate]! - values[best]!);
  const own = differences(candidate, best, all);
  const error = own.error * scale;
  const critical = quantileOfSorted(largest, level);
  const statistic = error > 0 ? Math.abs(value) / error : value === 0 ? 0 : Infinity;
  const beyond = largest.reduce((count, one) => count + (one >= statistic ? 1 : 0), 0);
  return {
    value,
    interval: {
      low: value - critical * error,
      high: value + critical * error,
      level,
      method: `simultaneous over ${order.length - 1} differences, bootstrap of the largest`,
    },
    pValue: (beyond + 1) / (largest.length + 1),
  };
}

function differences(
  candidate: number,
  best: number,
  { inside, sign }: All,
): { centred: Float64Array; error: number } {
  const raw = inside[candidate]!.map((value, draw) => sign * (value - inside[best]![draw]!));
  const present = sortedValues(raw);
  const mean = present.reduce((sum, one) => sum + one, 0) / Math.max(1, present.length);
  const squares = present.reduce((sum, one) => sum + (one - mean) ** 2, 0);
  return {
    centred: raw.map(one => one - mean),
    error: present.length > 1 ? Math.sqrt(squares / (present.length - 1)) : 0,
  };
}

/** Of each resample the largest studentised deviation over all candidates but the best; ascending. */
function largestDeviations(best: number, all: All): Float64Array {
  const others = all.order
    .filter(i => i !== best && Number.isFinite(all.values[i]!))
    .map(i => differences(i, best, all));
  const resamples = all.inside[best]!.length;
  return sortedValues(
    Float64Array.from({ length: resamples }, (_, draw) =>
      others.reduce(
        (most, { centred, error }) =>
          error > 0 && !Number.isNaN(centred[draw]!)
            ? Math.max(most, Math.abs(centred[draw]!) / error)
            : most,
        0,
      ),
    ),
  );
}

function percentile(
  replicates: Float64Array,
  estimate: number,
  level: number,
  scale: number,
): Interval | null {
  const sorted = sortedValues(replicates);
  if (sorted.length * 2 <= replicates.length || !Number.isFinite(estimate)) return null;
  const at = (share: number): number => {
    const value = quantileOfSorted(sorted, share);
    return scale === 1 ? value : estimate + (value - estimate) * scale;
  };
  return {
    low: at((1 - level) / 2),
    high: at((1 + level) / 2),
    level,
    method: `percentile bootstrap, ${replicates.length.toLocaleString('en-US')} resamples`,
  };
}

function sampleOf(rows: Int32Array, seed: number): Int32Array {
  if (rows.length <= mostResampled) return rows;
  const random = seeded(seed);
  const kept = new Int32Array(mostResampled);
  let next = 0;
  rows.forEach((row, i) => {
    if (next < mostResampled && random() * (rows.length - i) < mostResampled - next) kept[next++] = row;
  });
  return kept;
}

function gainOf(value: number, sign: number): number {
  return Number.isFinite(value) ? sign * value : -Infinity;
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
