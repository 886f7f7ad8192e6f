import { measuredOn } from '../../core/metrics/replicates.ts';
import { PlannedDraws } from '../../core/stats/resamples.ts';
import { neverAborted } from '../tasks/signal.ts';
import { answering } from '../workerSide.ts';
import type { WorkerTask } from './resampled.ts';

/** A worker thread's entry: one model's metrics on every resample. */
answering((task, say) => {
  const { scored, plan, n, resamples } = task as WorkerTask;
  const [replicates] = measuredOn([scored], new PlannedDraws(plan), n, {
    resamples,
    signal: neverAborted,
    progress: done => {
      if (done % 50 === 0) say(done);
    },
  });
  return replicates!;
});
