import type { JobOptions } from '../../jobs/options.ts';
import type { CallContext } from '../../protocol/transport.ts';

/** A page draws no faster than this. */
const progressIntervalMs = 200;

/** A job that is cancelled with the question it answers, and tells the page how far it is. */
export function following(context: CallContext): Pick<JobOptions, 'signal' | 'onProgress'> {
  const { cancelled } = context;
  const controller = new AbortController();
  const abort = (): void => controller.abort(new Error('It was cancelled.'));
  // Cancelled before it was begun, a token fires no event.
  if (cancelled.isCancellationRequested) abort();
  cancelled.onCancellationRequested(abort);
  let last = 0;
  return {
    signal: controller.signal,
    onProgress: value => {
      const now = Date.now();
      if (now - last < progressIntervalMs && value.done < value.total) return;
      last = now;
      context.progress(value);
    },
  };
}
