import type { Metric } from '../../protocol/results/validation.ts';
import type { Progress, Signal } from '../signal.ts';
import { bootstrapInterval, Resamples } from '../stats/bootstrap.ts';
import { inRankOrder, taken } from './arranged.ts';
import { decisions } from './decisionKernel.ts';
import { definitionOf, metricDefinitions, type MetricDefinition, type MetricName } from './definitions.ts';
import type { Kernel, KernelMetric } from './kernel.ts';
import { probabilities } from './probabilityKernel.ts';
import { binaryRanking, oneAgainstRest } from './rankingKernels.ts';
import { labelledRows, type Scored, type ScoredTask } from './scored.ts';
import { errors, orderedErrors } from './valueKernels.ts';

export interface EvaluateOptions {
  /** Bootstrap resamples; 0 gives no intervals. */
  readonly resamples: number;
  readonly seed: number;
  /** Confidence level, such as 0.95. */
  readonly level: number;
  /** `percentile` unless said. */
  readonly method?: 'percentile' | 'bca';
  readonly signal: Signal;
  readonly progress: Progress;
}

/** Rows are left out in at most this many parts for the acceleration of a BCa interval. */
const jackknifeParts = 500;

/** The metric a version is known by. */
export function headlineMetric(task: ScoredTask): MetricName {
  return ({ binary: 'roc_auc', multiclass: 'balanced_accuracy', regression: 'mean_absolute_error' } as const)[
    task
  ];
}

/** The names a policy may use. */
export function metricNames(task: ScoredTask): MetricName[] {
  return (Object.keys(metricDefinitions) as MetricName[]).filter(name =>
    definitionOf(name).tasks.includes(task),
  );
}

/** The kernels of a task, headline metric first. Scores that are no probabilities have no log loss. */
export function kernelsOf(scored: Scored): Kernel[] {
  if (scored.kind === 'regression') return [errors(scored), orderedErrors(scored)];
  const kernels =
    scored.positive === null
      ? [decisions(scored), oneAgainstRest(scored)]
      : [binaryRanking(scored, scored.positive), decisions(scored)];
  return scored.probabilities ? [...kernels, probabilities(scored)] : kernels;
}

/** Several kernels as one. */
export function together(kernels: readonly Kernel[]): Kernel {
  const metrics = kernels.flatMap(kernel => kernel.metrics);
  return {
    metrics,
    measure: (rows, into, at, times) => {
      let start = at;
      for (const kernel of kernels) {
        kernel.measure(rows, into, start, times);
        start += kernel.metrics.length;
      }
    },
  };
}

/** The overall metrics without intervals, over these labelled rows; what is undefined is left out. */
export function pointMetrics(scored: Scored, rows = labelledRows(scored)): Map<MetricName, number> {
  const kernel = together(kernelsOf(scored));
  const values = new Float64Array(kernel.metrics.length);
  kernel.measure(rows, values, 0);
  const found = new Map<MetricName, number>();
  kernel.metrics.forEach((metric, at) => {
    if (metric.class === null && Number.isFinite(values[at])) found.set(metric.name, values[at]!);
  });
  return found;
}

/** Every metric of the task over the labelled rows, with bootstrap intervals. Undefined is null, never 0. */
export function evaluateMetrics(scored: Scored, options: EvaluateOptions): Metric[] {
  const rows = labelledRows(scored);
  if (rows.length === 0) return [];
  const kernel = together(kernelsOf(scored));
  const count = kernel.metrics.length;
  const values = new Float64Array(count);
  kernel.measure(rows, values, 0);
  const draws = new Resamples(rows, options.seed);
  const replicates = resample(scored, draws, options);
  const jackknife = options.method === 'bca' ? leaveOut(kernel, rows) : null;
  return kernel.metrics.map((metric, at) => {
    const { title, better, definition, range } = definitionOf(metric.name);
    const found = bootstrapInterval({
      estimate: values[at]!,
      replicates: replicates[at]!,
      level: options.level,
      n: rows.length,
      drawn: draws.size,
      pool: draws.pool.length,
      centred: metric.name === 'expected_calibration_error',
      jackknife: jackknife?.[at] ?? null,
    });
    return {
      name: metric.name,
      title,
      value: defined(values[at]!),
      interval: metric.name === 'max_error' || found === null ? null : within(found, range),
      n: rows.length,
      better,
      unit: unitOf(metric, scored),
      class: metric.class === null || scored.kind === 'regression' ? null : scored.classes[metric.class]!,
      definition,
    };
  });
}

/** The metrics on each resample: one array of `resamples` values a metric. */
function resample(scored: Scored, draws: Resamples, options: EvaluateOptions): Float64Array[] {
  const kernel = together(kernelsOf(taken(scored, inRankOrder(scored, draws.pool))));
  const replicates = kernel.metrics.map(() => new Float64Array(options.resamples));
  const rows = draws.places;
  const values = new Float64Array(kernel.metrics.length);
  for (let draw = 0; draw < options.resamples; draw++) {
    options.signal.throwIfAborted();
    kernel.measure(rows, values, 0, draws.next());
    for (let at = 0; at < values.length; at++) replicates[at]![draw] = values[at]!;
    options.progress(draw + 1, options.resamples, 'resampling the metrics');
  }
  return replicates;
}

/** The metrics with each part of the rows left out in turn: every row, or 500 parts of neighbouring rows. */
function leaveOut(kernel: Kernel, rows: Int32Array): Float64Array[] {
  const parts = Math.min(rows.length, jackknifeParts);
  const found = kernel.metrics.map(() => new Float64Array(parts));
  const values = new Float64Array(kernel.metrics.length);
  for (let part = 0; part < parts; part++) {
    const start = Math.floor((part * rows.length) / parts);
    const end = Math.floor(((part + 1) * rows.length) / parts);
    const rest = new Int32Array(rows.length - (end - start));
    rest.set(rows.subarray(0, start));
    rest.set(rows.subarray(end), start);
    kernel.measure(rest, values, 0);
    for (let at = 0; at < values.length; at++) found[at]![part] = values[at]!;
  }
  return found;
}

/** The unit of a metric's value: that of the label, squared for squared errors. */
export function unitOf(metric: KernelMetric, scored: Scored): string | null {
  const { unitPower } = definitionOf(metric.name);
  if (scored.kind !== 'regression' || scored.unit === null || unitPower === 0) return null;
  return unitPower === 1 ? scored.unit : `(${scored.unit})²`;
}

function defined(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

/** A moved interval may leave what the metric can be. */
function within<T extends { readonly low: number; readonly high: number }>(
  interval: T,
  [least, greatest]: MetricDefinition['range'],
): T {
  return {
    ...interval,
    low: Math.max(interval.low, least ?? -Infinity),
    high: Math.min(interval.high, greatest ?? Infinity),
  };
}
