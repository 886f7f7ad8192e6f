import { parentPort, workerData } from 'node:worker_threads';
import { measuredOn } from '../../core/metrics/replicates.ts';
import { PlannedDraws } from '../../core/stats/resamples.ts';
import type { WorkerSaid, WorkerTask } from './resampled.ts';

/** A worker thread's entry: one model's metrics on every resample. */
const { scored, plan, n, resamples } = workerData as WorkerTask;
const say = (said: WorkerSaid): void => parentPort!.postMessage(said);
const [replicates] = measuredOn([scored], new PlannedDraws(plan), n, {
  resamples,
  signal: { aborted: false, throwIfAborted: (): void => undefined },
  progress: done => {
    if (done % 50 === 0) say({ done });
  },
});
say({ replicates: replicates! });
