import type { Comparison } from '../../protocol/results/comparison.ts';
import type { Interval, Status } from '../../protocol/results/shared.ts';
import { definitionOf, type MetricName } from '../metrics/definitions.ts';
import { inRankOrder, taken } from '../metrics/arranged.ts';
import { kernelsOf, together } from '../metrics/evaluate.ts';
import type { Kernel, Times } from '../metrics/kernel.ts';
import type { Progress, Signal } from '../signal.ts';
import { bootstrapInterval, Resamples } from '../stats/bootstrap.ts';
import type { Pair } from './align.ts';

export type MetricDelta = Comparison['metrics'][number] & { readonly name: MetricName };

export interface DeltaOptions {
  readonly resamples: number;
  readonly seed: number;
  readonly level: number;
  readonly margins: Readonly<Record<string, number>>;
  readonly signal: Signal;
  readonly progress: Progress;
}

/** Margins where the policy sets none: 0.01 of a bounded metric, 2 % of an error. */
const boundedMargin = 0.01;
const relativeMargin = 0.02;

/** Each overall metric of both, and B - A with a paired interval: each resample draws the same rows for both. */
export function metricDeltas({ a, b, rows }: Pair, options: DeltaOptions): MetricDelta[] {
  const both = [a, b] as const;
  const kernels = both.map(scored => together(kernelsOf(scored))) as [Kernel, Kernel];
  const names = kernels[0].metrics
    .filter(metric => metric.class === null && place(kernels[1], metric.name) >= 0)
    .map(({ name }) => name);
  const values = kernels.map(kernel => new Float64Array(kernel.metrics.length)) as [
    Float64Array,
    Float64Array,
  ];
  const places = kernels.map(kernel => names.map(name => place(kernel, name))) as [number[], number[]];
  const measure = (measured: readonly [Kernel, Kernel], drawn: Int32Array, times?: Times): void =>
    measured.forEach((kernel, i) => kernel.measure(drawn, values[i as 0 | 1], 0, times));
  const at = (model: 0 | 1, metric: number): number => values[model][places[model][metric]!]!;

  measure(kernels, rows);
  const estimates = names.map((_, i) => [at(0, i), at(1, i)] as const);
  const draws = new Resamples(rows, options.seed);
  const order = inRankOrder(a, draws.pool);
  const drawnFrom = both.map(scored => together(kernelsOf(taken(scored, order)))) as [Kernel, Kernel];
  const replicates = names.map(() => new Float64Array(options.resamples));
  for (let draw = 0; draw < options.resamples; draw++) {
    options.signal.throwIfAborted();
    measure(drawnFrom, draws.places, draws.next());
    names.forEach((_, i) => (replicates[i]![draw] = at(1, i) - at(0, i)));
    options.progress(draw + 1, options.resamples, 'resampling both versions');
  }
  return names.map((name, i) => {
    const [first, second] = estimates[i]!;
    const { title, better } = definitionOf(name);
    const defined = Number.isFinite(first) && Number.isFinite(second);
    const delta = defined ? second - first : null;
    const interval =
      delta === null || name === 'max_error'
        ? null
        : bootstrapInterval({
            estimate: delta,
            replicates: replicates[i]!,
            level: options.level,
            n: rows.length,
            drawn: draws.size,
            pool: draws.pool.length,
            centred: name === 'expected_calibration_error',
          });
    const margin = better === 'neither' || !defined ? null : (options.margins[name] ?? marginOf(name, first));
    return {
      name,
      title,
      better,
      a: Number.isFinite(first) ? first : null,
      b: Number.isFinite(second) ? second : null,
      delta,
      interval: interval === null ? null : { ...interval, method: `paired ${interval.method}` },
      margin,
      status: nonInferior(delta, interval, margin, better),
    };
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
