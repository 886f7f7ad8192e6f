import type { Column, Table } from '../../core/data/table.ts';
import type { Scored } from '../../core/metrics/scored.ts';
import type { Answer } from '../../core/onnx/facts.ts';
import type { Signal } from '../../core/signal.ts';
import type { ModelMeaning } from '../../protocol/engine.ts';
import type { Wanted } from '../data/dataFile.ts';
import type { MatchPlan } from '../match/plan.ts';
import type { Answers, Scorer } from './scorer.ts';
import { labelKind, resolveTask, scoredOf, type ResolvedTask } from './task.ts';

/** Who answers the rows of a data file: a model, or columns that hold the answers already. */
export interface Answering {
  /** The columns it reads. */
  readonly features: readonly Wanted[];
  /** How the label column is to be read. */
  readonly labelAs: 'number' | 'text';
  /** @param table the features in their order */
  table(table: Table, path: string, offset: number, signal: Signal): Promise<Answers>;
  /** What all the answers mean, once the labels are known. @param levels of the label; null without labels */
  task(answers: Answers, levels: readonly string[] | null): ResolvedTask;
  scored(answers: Answers, task: ResolvedTask, labels: Column | null, path: string): Scored;
}

export function modelAnswering(
  scorer: Scorer,
  plan: MatchPlan,
  answer: Answer,
  meaning: ModelMeaning,
): Answering {
  return {
    features: plan.features,
    labelAs: labelKind(answer, meaning),
    table: (table, path, offset, signal) => scorer.table(table, path, offset, signal),
    task: ({ width }, levels) => resolveTask(answer, meaning, width, levels),
    scored: (answers, task, labels, path) => scoredOf(answers, task, labels, meaning.unit, path),
  };
}
