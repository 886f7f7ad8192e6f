import { availableParallelism } from 'node:os';
import { taken } from '../../core/metrics/arranged.ts';
import type { EvaluateOptions } from '../../core/metrics/evaluate.ts';
import type { Replicates } from '../../core/metrics/replicates.ts';
import { labelledRows, type Scored } from '../../core/metrics/scored.ts';
import { byRows, Resamples, type DrawPlan } from '../../core/stats/resamples.ts';
import { askedBeside, workerFile } from '../workerFile.ts';

export interface WorkerTask {
  /** The answers of the pool, in its order. */
  readonly scored: Scored;
  readonly plan: DrawPlan;
  /** Rows that the pool was drawn from. */
  readonly n: number;
  readonly resamples: number;
}

/** Rows times resamples below which a thread would take longer to start than they take. */
const worthAThread = 5_000_000;

/**
 * Measures the resamples on a thread beside and leaves them in the memo, where `evaluateMetrics` finds them: the same
 * bits as it would make itself, since they are of the same draws. Does nothing where there is no second core, no
 * bundle, or little to do.
 */
export async function resampledBeside(
  scored: Scored,
  options: EvaluateOptions,
  entry: string | null,
): Promise<void> {
  const file = workerFile(entry, 'resampleWorker.js');
  const n = labelledRows(scored).length;
  if (file === null || availableParallelism() < 2 || n * options.resamples < worthAThread) return;
  options.memo?.set(scored, await replicatesBeside(file, scored, options));
}

/** @param file the worker's entry */
export async function replicatesBeside(
  file: string,
  scored: Scored,
  { resamples, seed, scheme = byRows, progress }: EvaluateOptions,
): Promise<Replicates> {
  const rows = labelledRows(scored);
  const { pool, plan } = new Resamples(rows, seed, scheme);
  const task: WorkerTask = { scored: taken(scored, pool), plan, n: rows.length, resamples };
  return await askedBeside<Replicates>(file, task, done =>
    progress(done, resamples, 'resampling the metrics'),
  );
}
