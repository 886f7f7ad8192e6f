import type { DataSource } from './engine.ts';
import type { DataDescription } from './results/data.ts';

/** What a data set holds, column by column and together. */
export interface DescribeJob {
  readonly kind: 'describe';
  readonly data: DataSource;
  /** What it is held against; null: nothing. */
  readonly reference: DataSource | null;
  /** The column with the true answer; null: none. */
  readonly label: string | null;
  /** The class whose share is looked at; null: the last of two. */
  readonly positive: string | null;
  readonly seed: number;
}

export interface DescribeRequests {
  describe: [DescribeJob, DataDescription];
}
