import { availableParallelism } from 'node:os';
import type { DataFacts } from '../../core/checks/facts.ts';
import type { Table } from '../../core/data/table.ts';
import type { Scored } from '../../core/metrics/scored.ts';
import { errorAnalysis } from '../../core/slices/analysis.ts';
import { halvedLosses, type HalvedLosses } from '../../core/slices/losses.ts';
import type { Scheme } from '../../core/stats/resamples.ts';
import type { ErrorAnalysis } from '../../protocol/results/errorAnalysis.ts';
import { askedBeside, workerFile } from '../workerFile.ts';

export interface ErrorsTask {
  readonly sample: Table;
  readonly losses: HalvedLosses;
}

/** Values below which a thread would take longer to start than the search does. */
const worthAThread = 200_000;

/**
 * Where the model errs, looked for on a thread beside where that is worth one: the same search, so the same answer.
 * @param scheme of the rows of `scored`
 */
export async function errorsBeside(
  scored: Scored,
  { sample, sampleRows }: DataFacts,
  scheme: Scheme,
  seed: number,
  entry: string | null,
): Promise<ErrorAnalysis | null> {
  const losses = halvedLosses(scored, sample.rows, sampleRows, scheme, seed);
  const file = workerFile(entry, 'errorsWorker.js');
  if (file === null || availableParallelism() < 2 || sample.rows * sample.columns.length < worthAThread)
    return errorAnalysis(sample, losses);
  return await askedBeside<ErrorAnalysis | null>(file, { sample, losses } satisfies ErrorsTask);
}
