import type { MetricName } from './definitions.ts';

/** How often a resample drew each row. */
export type Times = Uint16Array | Uint32Array;

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
   * @param rows labelled rows, at least one
   * @param into takes the metrics' values from `at` on; NaN where undefined
   * @param times how often each of `rows` counts; once unless said. Rows that are drawn from again and again are
   *   one array, which does not change
   */
  measure(rows: Int32Array, into: Float64Array, at: number, times?: Times): void;
}
