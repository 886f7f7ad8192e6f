import type { Progress } from '../core/signal.ts';
import type { EngineRequests } from '../protocol/engine.ts';
import { Channel, type CallContext, type Port } from '../protocol/transport.ts';

/**
 * Serves the engine's requests to the parent process. What answers a request is loaded when it is first asked:
 * a page of rows needs no runtime, and a model's facts no database.
 * @param entry the engine's entry file, from which a cold start is measured
 */
export function serveParent(entry: string | null): void {
  const channel = new Channel<Record<string, never>>(parent);
  channel.serve<EngineRequests>({
    inspect: async ({ file }) => (await (await import('./model/load.ts')).loadFile(file)).facts,
    rows: async request => await (await import('./data/rows.ts')).rowsPage(request),
    table: async table => await (await import('./tasks/table.ts')).writeTable(table),
    mergeRows: async merge => await (await import('./tasks/mergeRows.ts')).mergeRows(merge),
    predict: async job => await (await import('./tasks/predict.ts')).predict(job),
    attribute: async request => await (await import('./tasks/attribute.ts')).attribute(request),
    golden: async request => await (await import('./tasks/golden.ts')).golden(request),
    pack: async request => await (await import('./tasks/pack.ts')).pack(request),
    validate: async (job, context) =>
      await (await import('./tasks/validate.ts')).validate(job, { entry, progress: progressOf(context) }),
    slice: async (job, context) => await (await import('./tasks/slice.ts')).slice(job, progressOf(context)),
    explain: async (job, context) =>
      await (await import('./tasks/explain.ts')).explain(job, { entry, progress: progressOf(context) }),
    effects: async (job, context) =>
      await (await import('./tasks/effects.ts')).effectsOf(job, { entry, progress: progressOf(context) }),
    importance: async (job, context) =>
      await (await import('./tasks/importance.ts')).importance(job, { entry, progress: progressOf(context) }),
    drift: async job => await (await import('./tasks/drift.ts')).drift(job),
    describe: async (job, context) =>
      await (await import('./tasks/describe.ts')).describe(job, progressOf(context)),
    fixedFolds: async (job, context) =>
      await (await import('./tasks/crossValidate.ts')).fixedFolds(job, progressOf(context)),
    split: async (job, context) =>
      await (await import('./tasks/crossValidate.ts')).split(job, progressOf(context)),
    score: async (job, context) =>
      await (await import('./tasks/crossValidate.ts')).score(job, progressOf(context)),
    rank: async (job, context) => await (await import('./tasks/rank.ts')).rank(job, progressOf(context)),
    ab: async job => await (await import('./tasks/ab.ts')).ab(job),
    abBaseline: async job => await (await import('./tasks/ab.ts')).abBaseline(job),
    compare: async (job, context) =>
      await (await import('./tasks/compare.ts')).compare(job, { entry, progress: progressOf(context) }),
    prototypes: async (job, context) =>
      await (await import('./tasks/prototypes.ts')).prototypes(job, { entry, progress: progressOf(context) }),
    surrogate: async (job, context) =>
      await (await import('./tasks/surrogate.ts')).surrogate(job, { entry, progress: progressOf(context) }),
    compareExplanations: async (job, context) =>
      await (
        await import('./tasks/compareExplanations.ts')
      ).compareExplanations(job, { entry, progress: progressOf(context) }),
    counterfactuals: async (job, context) =>
      await (
        await import('./tasks/counterfactuals.ts')
      ).counterfactuals(job, { entry, progress: progressOf(context) }),
    heatmap: async (job, context) =>
      await (await import('./tasks/heatmap.ts')).heatmap(job, { entry, progress: progressOf(context) }),
    tokens: async (job, context) =>
      await (await import('./tasks/tokens.ts')).tokens(job, { entry, progress: progressOf(context) }),
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
