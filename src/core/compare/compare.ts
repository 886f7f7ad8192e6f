import type { Comparison } from '../../protocol/results.ts';
import type { Table } from '../data/table.ts';
import type { Scored } from '../metrics/scored.ts';
import type { Progress, Signal } from '../signal.ts';

export interface CompareOptions {
  readonly resamples: number;
  readonly seed: number;
  /** Confidence level; 0.95 unless said. */
  readonly level?: number;
  /** How much worse B may be, by metric name, in the metric's unit (the policy's margins). */
  readonly margins: Readonly<Record<string, number>>;
  /** How the sentence names the two. */
  readonly names: { readonly a: string; readonly b: string };
  readonly signal: Signal;
  readonly progress: Progress;
}

export type ComparedScores = Pick<
  Comparison,
  'metrics' | 'flips' | 'changes' | 'slices' | 'sentence' | 'verdict'
>;

/**
 * Two models on the same labelled rows.
 * @param features what the rows hold, row i = row i of both; null: no slices, no inputs in the flip rows
 */
export function compareScored(
  a: Scored,
  b: Scored,
  features: Table | null,
  options: CompareOptions,
): ComparedScores {
  throw new Error(`not built: ${a.n} ${b.n} ${features?.rows ?? 0} ${options.seed}`);
}
