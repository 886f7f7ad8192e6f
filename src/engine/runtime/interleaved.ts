import type { InferenceSession } from 'onnxruntime-node';
import type { Progress } from '../../core/signal.ts';
import type { DataFile } from '../data/dataFile.ts';
import type { MatchPlan } from '../match/plan.ts';
import { forSingleRows, type LoadedModel } from '../model/load.ts';
import { head } from '../predict/head.ts';
import { Scorer } from '../predict/scorer.ts';
import { latencies, type Latency } from './speed.ts';

const rows = 256;

export interface Side {
  readonly model: LoadedModel;
  readonly plan: MatchPlan;
}

/** Single-row calls of several models on the first rows of the data, in turn. */
export async function interleavedLatencies(
  sides: readonly Side[],
  data: DataFile,
  progress: Progress,
): Promise<readonly Latency[]> {
  const sessions: InferenceSession[] = [];
  try {
    const models = [];
    for (const { model, plan } of sides) {
      const session = await model.session(forSingleRows);
      sessions.push(session);
      const scorer = await Scorer.create(session, model.facts.answer, plan, { labels: false });
      const table = head(await data.read(plan.features, { offset: 0, limit: rows }), rows);
      models.push({ scorer, pool: scorer.feeds.pool(table, data.source.path) });
    }
    return await latencies(models, progress);
  } finally {
    for (const session of sessions) await session.release();
  }
}
