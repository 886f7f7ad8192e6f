import type { Metric } from '../../protocol/results/validation.ts';
import type { Progress, Signal } from '../signal.ts';
import { bootstrapInterval } from '../stats/bootstrap.ts';
import { isClustered, observations } from '../stats/clusteredMean.ts';
import { byRows, type Scheme } from '../stats/resamples.ts';
import { definitionOf, metricDefinitions, type MetricDefinition, type MetricName } from './definitions.ts';
import type { KernelMetric } from './kernel.ts';
import { kernelsOf, together } from './kernels.ts';
import { leaveOut, replicatesOf, type Replicates } from './replicates.ts';
import { labelledRows, rowsOfClass, type Scored, type ScoredTask } from './scored.ts';

export interface EvaluateOptions {
  /** Bootstrap resamples; 0 gives no intervals. */
  readonly resamples: number;
  readonly seed: number;
  /** Confidence level, such as 0.95. */
  readonly level: number;
  /** `percentile` unless said. */
  readonly method?: 'percentile' | 'bca';
  /** What is drawn; rows unless said. */
  readonly scheme?: Scheme;
  readonly memo?: Map<Scored, Replicates>;
  readonly signal: Signal;
  readonly progress: Progress;
}

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
  const scheme = options.scheme ?? byRows;
  const shared = sharing(scored, rows, scheme);
  const [replicates] = replicatesOf([scored], rows, { ...options, scheme });
  const jackknife = options.method === 'bca' ? leaveOut(kernel, rows, scheme) : null;
  return kernel.metrics.map((metric, at) => {
    const { title, better, definition, range } = definitionOf(metric.name);
    const found = bootstrapInterval({
      estimate: values[at]!,
      replicates: replicates!.values[at]!,
      level: options.level,
      n: rows.length,
      drawn: replicates!.drawn,
      pool: replicates!.pool,
      centred: metric.name === 'expected_calibration_error',
      jackknife: jackknife?.[at] ?? null,
      scheme,
    });
    return {
      name: metric.name,
      title,
      value: defined(values[at]!),
      interval: metric.name === 'max_error' || found === null ? null : within(found, range),
      n: rows.length,
      ...shared(metric),
      better,
      unit: unitOf(metric, scored),
      class: metric.class === null || scored.kind === 'regression' ? null : scored.classes[metric.class]!,
      definition,
    };
  });
}

/**
 * The independent rows that a share is a share of, or that a mean over classes or pairs rests on: those of the rarer
 * class.
 */
function sharing(
  scored: Scored,
  rows: Int32Array,
  scheme: Scheme,
): (metric: KernelMetric) => Pick<Metric, 'of'> {
  if (scored.kind === 'regression') return () => ({});
  const { labels, predicted, positive, classes } = scored;
  const labelled = observed(labels, classes.length, rows, scheme);
  const called = observed(predicted, classes.length, rows, scheme);
  return ({ name, class: index }) => {
    const own = index ?? positive ?? -1;
    switch (name) {
      case 'accuracy':
        return { of: observations(rows, scheme) };
      case 'recall':
      case 'f1':
      case 'average_precision':
        return { of: labelled.of(own) };
      case 'specificity':
        return { of: labelled.butOf(own) };
      case 'precision':
        return { of: called.of(own) };
      case 'roc_auc':
      case 'roc_auc_ovr':
      case 'balanced_accuracy':
      case 'recall_macro':
        return { of: Math.min(...classes.map((_, at) => labelled.of(at)).filter(rowsOf => rowsOf > 0)) };
      default:
        return {};
    }
  };
}

/** Independent rows of each class, and of all others. Of rows by themselves the classes are counted once. */
function observed(
  codes: Int32Array,
  classes: number,
  rows: Int32Array,
  scheme: Scheme,
): { readonly of: (index: number) => number; readonly butOf: (index: number) => number } {
  if (isClustered(scheme))
    return {
      of: index => observations(rowsOfClass(codes, index, rows), scheme),
      butOf: index =>
        observations(
          rows.filter(row => codes[row] !== index),
          scheme,
        ),
    };
  const counts = new Uint32Array(classes);
  for (let i = 0; i < rows.length; i++) counts[codes[rows[i]!]!]!++;
  return { of: index => counts[index] ?? 0, butOf: index => rows.length - (counts[index] ?? 0) };
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
