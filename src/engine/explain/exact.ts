import { combinedEnsemble } from '../../core/explain/tree/combined.ts';
import { evaluateForest, binned, forestOf } from '../../core/explain/tree/forest.ts';
import { planAdditive, type AdditivePlan } from '../../core/explain/tree/pipeline.ts';
import { proveReading, roundingOf } from '../../core/explain/tree/proof.ts';
import { TreeShap, type Encoded } from '../../core/explain/tree/shap.ts';
import type { Attributions } from '../../core/explain/types.ts';
import { BadInput } from '../../core/failure.ts';
import type { Signal } from '../../core/signal.ts';
import type { MatchPlan } from '../match/plan.ts';
import { forBatches, type LoadedModel } from '../model/load.ts';
import type { Pool } from '../predict/feeds.ts';
import { Scorer } from '../predict/scorer.ts';
import type { Explained } from './explained.ts';

/** The rows to explain come first in the pool, the background after them. */
export interface ExactTask {
  readonly model: LoadedModel;
  readonly scorer: Scorer;
  readonly pool: Pool;
  readonly rows: number;
  readonly plan: MatchPlan;
  readonly players: readonly string[];
  readonly explained: Explained;
  readonly signal: Signal;
}

interface EncodedPool extends Encoded {
  readonly data: Float64Array;
}

export type Exact = { readonly attributions: Attributions } | { readonly refused: string };

/**
 * Exact SHAP values of a tree ensemble behind its encoders, in the raw columns. The reading of the file is held
 * against the runtime's own output on every row of the pool first.
 * @returns why the model has no exact method, when it has none
 */
export async function exactAttributions(task: ExactTask): Promise<Exact> {
  const { model, scorer, pool, explained, players, signal } = task;
  const { scoreOutput } = model.facts.answer;
  if (scoreOutput === null)
    return { refused: 'The model gives labels only: there are no scores to explain exactly.' };
  const planned = planAdditive(model.proto, scoreOutput);
  if ('refused' in planned) return planned;
  const { plan } = planned;
  if (plan.kind !== 'trees') return { refused: 'The model is no tree ensemble.' };
  const features = featureOfPlayer(plan, task.plan);
  if (features === null)
    return { refused: plan.merged ?? 'The columns that the trees read cannot be told apart.' };
  try {
    const encoded = await encodedPool(task, plan);
    const column = plan.columns.length === 1 ? 0 : explained.output.index;
    if (plan.columns.length === 1 && explained.output.class !== null && explained.output.index !== 1)
      return { refused: 'The model scores its second class only: choose that class.' };
    const forest = forestOf(combinedEnsemble(plan, true));
    const answers = await scorer.pool(pool, signal);
    const reading = proveReading(
      evaluateForest(forest, binned(forest, encoded.data, encoded.rows), encoded.rows),
      plan.columns.length,
      plan.link,
      answers.scores,
      roundingOf(forest),
    );
    if (reading.refused !== null) return { refused: reading.refused };
    const space = explained.space === 'raw' ? 'margin' : 'score';
    const width = plan.playerOf.length;
    const shap = new TreeShap(
      { players, plan: inFeatureOrder(plan, features), forest, column, method: 'interventional', space },
      slice(encoded, width, task.rows, pool.rows),
    );
    const behindLink = space === 'margin' && plan.link !== 'identity';
    const predictions = behindLink ? null : explained.of(answers).subarray(0, task.rows);
    return { attributions: shap.explain(slice(encoded, width, 0, task.rows), predictions, signal) };
  } catch (error) {
    if (error instanceof BadInput) return { refused: error.message };
    throw error;
  }
}

/** What the operators read for every row of the pool: the runtime's own encoding. */
async function encodedPool(
  { model, pool, plan: match, signal }: ExactTask,
  plan: AdditivePlan,
): Promise<EncodedPool> {
  const { session, outputs } = await model.exposing([plan.input], forBatches);
  try {
    const answer = {
      ...model.facts.answer,
      task: 'unknown' as const,
      scoreOutput: outputs[0]!,
      labelOutput: null,
    };
    const encoder = await Scorer.create(session, answer, match, { labels: false });
    return { data: (await encoder.pool(pool, signal)).scores, rows: pool.rows };
  } finally {
    await session.release();
  }
}

/** Player -> feature of the match, when each player is one column. */
function featureOfPlayer(plan: AdditivePlan, match: MatchPlan): readonly number[] | null {
  const features = plan.players.map(group => {
    const raw = group.length === 1 ? plan.raw[group[0]!] : undefined;
    return match.inputs.find(({ name }) => name === raw?.input)?.columns[raw?.column ?? 0];
  });
  const known = features.filter(feature => feature !== undefined);
  return new Set(known).size === match.features.length && known.length === plan.players.length ? known : null;
}

/** The plan with its players in the order of the match's features. */
function inFeatureOrder(plan: AdditivePlan, features: readonly number[]): AdditivePlan {
  return { ...plan, playerOf: plan.playerOf.map(player => features[player]!) };
}

function slice({ data }: EncodedPool, width: number, from: number, to: number): Encoded {
  return { data: data.subarray(from * width, to * width), rows: to - from };
}
