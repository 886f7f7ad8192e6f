import type { Progress } from '../core/signal.ts';
import type { EngineRequests } from '../protocol/engine.ts';
import { Channel, type CallContext, type Port } from '../protocol/transport.ts';
import { rowsPage } from './data/rows.ts';
import { loadFile } from './model/load.ts';
import { golden } from './tasks/golden.ts';
import { predict } from './tasks/predict.ts';
import { validate } from './tasks/validate.ts';

/**
 * Serves the engine's requests to the parent process.
 * @param entry the engine's entry file, from which a cold start is measured
 */
export function serveParent(entry: string | null): void {
  const channel = new Channel<Record<string, never>>(parent);
  channel.serve<Omit<EngineRequests, 'explain' | 'compare'>>({
    inspect: async ({ file }) => (await loadFile(file)).facts,
    rows: rowsPage,
    predict,
    golden,
    validate: (job, context) => validate(job, { entry, progress: progressOf(context) }),
  });
  channel.listen();
}

const parent: Port = {
  post: message => {
    if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
  },
  onMessage: listener => void process.on('message', listener),
  onClose: listener => void process.on('disconnect', listener),
};

/** Progress at most ten times a second: each message is work for the other side too. */
function progressOf(context: CallContext): Progress {
  let next = 0;
  return (done, total, what) => {
    const now = performance.now();
    if (now < next && done < total) return;
    next = now + 100;
    context.progress({ done, total, what });
  };
}
