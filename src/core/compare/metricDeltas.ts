import type { Comparison } from '../../protocol/results/comparison.ts';
import type { Interval, Status } from '../../protocol/results/shared.ts';
import { definitionOf, type MetricName } from '../metrics/definitions.ts';
import { unitOf } from '../metrics/evaluate.ts';
import type { Kernel } from '../metrics/kernel.ts';
import { kernelsOf, together } from '../metrics/kernels.ts';
import { leaveOut, replicatesOf, type Replicates } from '../metrics/replicates.ts';
import type { Scored } from '../metrics/scored.ts';
import type { Progress, Signal } from '../signal.ts';
import { bootstrapInterval } from '../stats/bootstrap.ts';
import { holm } from '../stats/multiplicity.ts';
import { observations } from '../stats/clusteredMean.ts';
import { byRows, type Scheme } from '../stats/resamples.ts';
import type { Pair } from './align.ts';
import { differenceTest } from './differenceTest.ts';

export type MetricDelta = Comparison['metrics'][number] & { readonly name: MetricName };

/** Labelled rows, or clusters of them, below which no margin is said to be kept. */
export const leastCompared = 30;

export interface DeltaOptions {
  readonly resamples: number;
  readonly seed: number;
  readonly level: number;
  readonly margins: Readonly<Record<string, number>>;
  /** `percentile` unless said. */
  readonly method?: 'percentile' | 'bca';
  /** What is drawn; rows unless said. */
  readonly scheme?: Scheme;
  readonly signal: Signal;
  readonly progress: Progress;
  readonly memo?: Map<Scored, Replicates>;
}

/** Margins where the policy sets none: 0.01 of a bounded metric, 2 % of an error. */
const boundedMargin = 0.01;
const relativeMargin = 0.02;

/**
 * Each overall metric of both, and B - A with a paired interval: each resample draws the same rows for both. The
 * p-values are of no difference at all, by the test that fits the metric, and adjusted for all metrics (Holm).
 */
export function metricDeltas(pair: Pair, options: DeltaOptions): MetricDelta[] {
  const { a, b, rows } = pair;
  const both = [a, b] as const;
  const scheme = options.scheme ?? byRows;
  const few = observations(rows, scheme) < leastCompared;
  // Few rows on which both answer alike give an interval without width.
  const ofEnough = (status: Status): Status => (few && status === 'pass' ? 'inconclusive' : status);
  const kernels = both.map(scored => together(kernelsOf(scored))) as [Kernel, Kernel];
  const names = kernels[0].metrics
    .filter(metric => metric.class === null && place(kernels[1], metric.name) >= 0)
    .map(({ name }) => name);
  const places = kernels.map(kernel => names.map(name => place(kernel, name))) as [number[], number[]];
  const values = kernels.map(kernel => {
    const found = new Float64Array(kernel.metrics.length);
    kernel.measure(rows, found, 0);
    return found;
  }) as [Float64Array, Float64Array];
  const replicates = replicatesOf(both, rows, { ...options, scheme }) as [Replicates, Replicates];
  const left = options.method === 'bca' ? kernels.map(kernel => leaveOut(kernel, rows, scheme)) : null;
  const difference = ([first, second]: readonly (readonly Float64Array[])[], at: number): Float64Array =>
    second![places[1][at]!]!.map((value, draw) => value - first![places[0][at]!]![draw]!);

  const found = names.map((name, i) => {
    const [first, second] = [values[0][places[0][i]!]!, values[1][places[1][i]!]!];
    const { title, better } = definitionOf(name);
    const isDefined = Number.isFinite(first) && Number.isFinite(second);
    const delta = isDefined ? second - first : null;
    const drawn = difference(
      replicates.map(one => one.values),
      i,
    );
    const interval =
      delta === null || name === 'max_error'
        ? null
        : bootstrapInterval({
            estimate: delta,
            replicates: drawn,
            level: options.level,
            n: rows.length,
            drawn: replicates[0].drawn,
            pool: replicates[0].pool,
            centred: name === 'expected_calibration_error',
            jackknife: left === null ? null : difference(left, i),
            scheme,
          });
    const margin =
      better === 'neither' || !isDefined ? null : (options.margins[name] ?? marginOf(name, first));
    return {
      name,
      title,
      better,
      unit: unitOf({ name, class: null }, a),
      a: Number.isFinite(first) ? first : null,
      b: Number.isFinite(second) ? second : null,
      delta,
      interval: interval === null ? null : { ...interval, method: `paired ${interval.method}` },
      margin,
      status: ofEnough(nonInferior(delta, interval, margin, better)),
      ...(interval === null || delta === null
        ? { p: null, test: null }
        : differenceTest(name, pair, delta, drawn, replicates[0].drawn, scheme)),
    };
  });
  return withHolm(found);
}

function withHolm(found: readonly Omit<MetricDelta, 'adjusted'>[]): MetricDelta[] {
  const tested = found.filter(({ p }) => p !== null);
  const adjusted = holm(tested.map(({ p }) => p!));
  return found.map(one => {
    const at = tested.indexOf(one);
    return { ...one, adjusted: at < 0 ? null : adjusted[at]! };
  });
}

function place(kernel: Kernel, name: MetricName): number {
  return kernel.metrics.findIndex(metric => metric.class === null && metric.name === name);
}

/** The usual margin of a metric, given A's value. */
export function marginOf(name: MetricName, value: number): number {
  const { range, better } = definitionOf(name);
  return range[1] === null && better === 'lower' ? relativeMargin * Math.abs(value) : boundedMargin;
}

/** A change so turned that above 0 is better. */
export function gain(value: number, better: 'higher' | 'lower' | 'neither'): number {
  return better === 'lower' ? -value : value;
}

/** Whether B is worse than A by no more than the margin: the whole interval, none of it, or undecided. */
export function nonInferior(
  delta: number | null,
  interval: Interval | null,
  margin: number | null,
  better: 'higher' | 'lower' | 'neither',
): Status {
  if (delta === null || margin === null) return 'not-run';
  if (delta === 0 && interval === null) return 'pass';
  if (interval === null) return 'inconclusive';
  const ends = [gain(interval.low, better), gain(interval.high, better)];
  if (Math.min(...ends) >= -margin) return 'pass';
  return Math.max(...ends) < -margin ? 'fail' : 'inconclusive';
}
