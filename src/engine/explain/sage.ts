import { groupedModel, type Players } from '../../core/explain/groups.ts';
import { sage, type Sage } from '../../core/explain/sage.ts';
import { BadInput } from '../../core/failure.ts';
import { labelledRows, type Scored } from '../../core/metrics/scored.ts';
import type { Signal } from '../../core/signal.ts';
import type { ImportanceJob } from '../../protocol/engine.ts';
import { scoredOf } from '../predict/task.ts';
import type { TaskContext } from '../tasks/validate.ts';
import { neverAborted } from '../tasks/signal.ts';
import { stacked } from './poolTable.ts';
import type { Sampled } from './sampled.ts';

export interface FoundSage {
  readonly kind: 'sage';
  readonly found: Sage;
  readonly groups: Players;
  readonly scored: Scored;
  readonly backgroundRows: number;
  readonly loss: 'log_loss' | 'squared_error';
}

/** As the metrics clip a probability before its logarithm is taken. */
const clip = Number.EPSILON;

/**
 * SAGE values of the log loss (probabilities) or the squared error (values) on the labelled rows.
 * @throws BadInput for a classifier without probabilities, whose answers have no mean that a loss could take
 */
export async function sageOf(
  job: ImportanceJob,
  subject: Sampled,
  groups: Players,
  context: TaskContext,
): Promise<FoundSage> {
  const { scorer, task, table, answers, players } = subject;
  const { path } = job.data;
  const scored = scoredOf(answers, task, subject.labels, null, path);
  if (scored.kind === 'classification' && !scored.probabilities)
    throw new BadInput(
      'no-probabilities',
      'SAGE measures the log loss of probabilities, and the model gives none. Use `--method permutation`.',
    );
  const rows = labelledRows(scored);
  if (rows.length < 2)
    throw new BadInput(
      'no-rows',
      `SAGE needs at least 2 labelled rows; \`${path}\` has ${rows.length}. Choose a larger holdout.`,
    );
  const background = await subject.against(job.backgroundRows, job.seed + 1);
  if (background.rows === 0 || job.backgroundRows === 0)
    throw new BadInput(
      'no-background',
      'The background has no rows: hidden columns are filled from at least one. Ask for one row or more.',
    );
  const pool = scorer.feeds.pool(stacked(table, background), path);
  const model = {
    players,
    poolRows: pool.rows,
    outputs: scored.kind === 'regression' ? 1 : scored.classes.length,
    evaluate: async (picks: Int32Array, signal: Signal): Promise<Float64Array> => {
      const composed = scoredOf(
        await scorer.composed(pool, picks, players.length, signal),
        task,
        null,
        null,
        path,
      );
      return composed.kind === 'regression' ? composed.predictions : composed.scores;
    },
  };
  const loss =
    scored.kind === 'regression'
      ? (answer: Float64Array, i: number): number => (answer[0]! - scored.labels[rows[i]!]!) ** 2
      : (answer: Float64Array, i: number): number =>
          -Math.log(Math.min(1 - clip, Math.max(clip, answer[scored.labels[rows[i]!]!]!)));
  const found = await sage(groupedModel(model, groups), {
    rows,
    background: Int32Array.from({ length: background.rows }, (_, i) => table.rows + i),
    loss,
    precision: job.precision,
    seed: job.seed,
    signal: neverAborted,
    progress: context.progress,
  });
  if (!Number.isFinite(found.without))
    throw new BadInput(
      'no-number',
      `The model does not answer every row of the background (\`${(job.background ?? job.data).path}\`) with a number. ` +
        'Choose a background without missing values.',
    );
  return {
    kind: 'sage',
    found,
    groups,
    scored,
    backgroundRows: background.rows,
    loss: scored.kind === 'regression' ? 'squared_error' : 'log_loss',
  };
}
