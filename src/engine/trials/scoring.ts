import type { ModelFacts } from '../../core/onnx/facts.ts';
import type { Scored } from '../../core/metrics/scored.ts';
import type { Progress } from '../../core/signal.ts';
import { BadInput } from '../../core/failure.ts';
import type { DataSource, ModelMeaning, ModelSource } from '../../protocol/engine.ts';
import type { DataFile } from '../data/dataFile.ts';
import { matchData } from '../match/matchData.ts';
import { forBatches, loadModel } from '../model/load.ts';
import { modelAnswering } from '../predict/answering.ts';
import { Scorer } from '../predict/scorer.ts';
import type { ResolvedTask } from '../predict/task.ts';
import { scorePass } from '../tasks/scorePass.ts';

export interface ScoredModel {
  readonly facts: ModelFacts;
  readonly scored: Scored;
  readonly task: ResolvedTask;
}

/** @throws BadInput `no-label` */
export function labelOf(meaning: ModelMeaning, data: DataSource): string {
  if (meaning.label !== null) return meaning.label;
  throw new BadInput(
    'no-label',
    `To measure a model, the column of \`${data.path}\` that is the label must be known. Name it.`,
  );
}

/** A model's answers on all rows of a data set, with the labels. */
export async function scoreModel(
  source: ModelSource,
  meaning: ModelMeaning,
  file: DataFile,
  progress: Progress,
): Promise<ScoredModel> {
  const label = labelOf(meaning, file.source);
  const model = await loadModel(source);
  const plan = await matchData(model.facts, file, label, null);
  const session = await model.session(forBatches);
  try {
    const { answer } = model.facts;
    const scorer = await Scorer.create(session, answer, plan, { labels: !answer.probabilities });
    const pass = await scorePass({
      answering: [modelAnswering(scorer, plan, answer, meaning)],
      data: file,
      label,
      groups: [],
      seed: 0,
      progress,
    });
    return { facts: model.facts, scored: pass.scored[0]!, task: pass.tasks[0]! };
  } finally {
    await session.release();
  }
}

export function positiveOf(scored: Scored): string | null {
  return scored.kind === 'regression' || scored.positive === null ? null : scored.classes[scored.positive]!;
}
