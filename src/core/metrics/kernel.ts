import type { MetricName } from './definitions.ts';

export interface KernelMetric {
  readonly name: MetricName;
  /** Index of the class of a per-class metric, else null. */
  readonly class: number | null;
}

/**
 * A few metrics that share their sums. The value on all rows and on each resample come from the same code,
 * so what is proved of one holds for the other.
 */
export interface Kernel {
  readonly metrics: readonly KernelMetric[];
  /**
   * @param rows labelled rows, repeated as drawn
   * @param into takes the metrics' values from `at` on; NaN where undefined
   */
  measure(rows: Int32Array, into: Float64Array, at: number): void;
}
