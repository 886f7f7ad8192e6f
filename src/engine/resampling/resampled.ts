import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { taken } from '../../core/metrics/arranged.ts';
import type { EvaluateOptions } from '../../core/metrics/evaluate.ts';
import type { Replicates } from '../../core/metrics/replicates.ts';
import { labelledRows, type Scored } from '../../core/metrics/scored.ts';
import type { Progress } from '../../core/signal.ts';
import { byRows, Resamples, type DrawPlan } from '../../core/stats/resamples.ts';
import { workerFile } from '../workerFile.ts';

export interface WorkerTask {
  /** The answers of the pool, in its order. */
  readonly scored: Scored;
  readonly plan: DrawPlan;
  /** Rows that the pool was drawn from. */
  readonly n: number;
  readonly resamples: number;
}

export type WorkerSaid = { readonly done: number } | { readonly replicates: Replicates };

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
  return await asked(file, { scored: taken(scored, pool), plan, n: rows.length, resamples }, progress);
}

async function asked(file: string, task: WorkerTask, progress: Progress): Promise<Replicates> {
  const worker = new Worker(file, { workerData: task });
  try {
    return await new Promise((resolve, reject) => {
      worker.on('message', (said: WorkerSaid) => {
        if ('replicates' in said) resolve(said.replicates);
        else progress(said.done, task.resamples, 'resampling the metrics');
      });
      worker.on('error', reject);
      worker.on('exit', code => reject(new Error(`The resampling thread ended early, with code ${code}.`)));
    });
  } finally {
    await worker.terminate();
  }
}
