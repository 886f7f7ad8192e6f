import type { GroupColumn } from '../../core/checks/facts.ts';
import type { Scored } from '../../core/metrics/scored.ts';
import type { Progress } from '../../core/signal.ts';
import { BadInput } from '../../core/failure.ts';
import type { DataSource, ModelMeaning, ModelSource, SavedSource } from '../../protocol/engine.ts';
import type { ModelRef } from '../../protocol/results/shared.ts';
import type { DataFile } from '../data/dataFile.ts';
import { isModel, openAnswerer } from '../predict/answerer.ts';
import { modelRefOf } from '../tasks/identity.ts';
import { scorePass } from '../tasks/scorePass.ts';

export interface ScoredModel {
  /** With what the file itself says. */
  readonly ref: ModelRef;
  readonly scored: Scored;
  readonly groups: readonly GroupColumn[];
}

/** @throws BadInput `no-label` */
export function labelOf(meaning: ModelMeaning, data: DataSource): string {
  if (meaning.label !== null) return meaning.label;
  throw new BadInput(
    'no-label',
    `To measure a model, the column of \`${data.path}\` that is the label must be known. Name it.`,
  );
}

/**
 * The answers of a model, or those saved, on all rows of a data set, with the labels.
 * @param saved columns of the data that hold saved answers
 * @param groups columns that are read beside the answers
 */
export async function scoreModel(
  source: ModelSource | SavedSource,
  meaning: ModelMeaning,
  file: DataFile,
  progress: Progress,
  saved: readonly string[] = [],
  groups: readonly string[] = [],
): Promise<ScoredModel> {
  const label = labelOf(meaning, file.source);
  const { answering, model } = await openAnswerer(source, meaning, file, null, saved);
  try {
    const pass = await scorePass({
      answering: [answering],
      data: file,
      label,
      groups,
      seed: 0,
      progress,
    });
    const ref = model === null || !isModel(source) ? source.ref : modelRefOf(source, model.model.facts);
    return { ref, scored: pass.scored[0]!, groups: pass.groups };
  } finally {
    await model?.session.release();
  }
}

export function positiveOf(scored: Scored): string | null {
  return scored.kind === 'regression' || scored.positive === null ? null : scored.classes[scored.positive]!;
}
