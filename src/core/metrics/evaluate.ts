import type { Metric } from '../../protocol/results.ts';
import type { Progress, Signal } from '../signal.ts';
import type { Scored, ScoredTask } from './scored.ts';

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

/** Every metric of the task over the labelled rows, with bootstrap intervals. Undefined is null, never 0. */
export function evaluateMetrics(scored: Scored, options: EvaluateOptions): Metric[] {
  throw new Error(`not built: ${scored.kind} ${options.seed}`);
}

/** The metric a version is known by. */
export function headlineMetric(task: ScoredTask): string {
  return { binary: 'roc_auc', multiclass: 'balanced_accuracy', regression: 'mean_absolute_error' }[task];
}

/** The names a policy may use. */
export function metricNames(task: ScoredTask): string[] {
  return [headlineMetric(task)];
}
