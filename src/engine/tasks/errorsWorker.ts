import { errorAnalysis } from '../../core/slices/analysis.ts';
import { answering } from '../workerSide.ts';
import type { ErrorsTask } from './errorsBeside.ts';

/** A worker thread's entry: slices, error tree and maps of a sample. */
answering(task => {
  const { sample, losses } = task as ErrorsTask;
  return errorAnalysis(sample, losses);
});
