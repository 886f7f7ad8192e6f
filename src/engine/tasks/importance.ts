import { BadInput } from '../../core/failure.ts';
import type { ImportanceJob } from '../../protocol/engine.ts';
import type { Importance } from '../../protocol/results/importance.ts';
import { importanceDocument } from '../explain/importanceDocument.ts';
import { importanceOf } from '../explain/importance.ts';
import { correlatedPlayers, groupedPlayers, requireGrouping, singlePlayers } from '../explain/grouping.ts';
import { sageOf } from '../explain/sage.ts';
import { withSample } from '../explain/sampled.ts';
import type { TaskContext } from './validate.ts';

/** What a metric or a loss rests on: columns, or groups of them, shuffled (permutation) or hidden (SAGE). */
export async function importance(job: ImportanceJob, context: TaskContext): Promise<Importance> {
  const { correlated } = job;
  requireGrouping(job.groups, correlated);
  const against = job.background === null ? null : { source: job.background, role: 'background' as const };
  return await withSample({ ...job, against, output: job.output ?? null }, async subject => {
    const { labels: label, table, players, scorer, task } = subject;
    if (label === null)
      throw new BadInput(
        'no-labels',
        `Importance for a metric needs labels, and \`${job.data.path}\` has no label column. ` +
          'Name one, or choose Shapley values.',
      );
    if (task.task === 'regression' && task.column !== undefined && job.output === undefined)
      throw new BadInput(
        'unknown-output',
        'The model predicts several values a row. Say which one the label is of: `--output`, 0 for the first.',
      );
    const groups =
      correlated !== null
        ? correlatedPlayers(table, correlated)
        : job.groups.length > 0
          ? groupedPlayers(players, job.groups)
          : singlePlayers(players);
    if (job.method === 'sage')
      return await importanceDocument(job, subject, await sageOf(job, subject, groups, context));
    const found = await importanceOf({
      scorer,
      table,
      label,
      task,
      players,
      groups,
      metric: job.metric,
      repeats: job.repeats,
      seed: job.seed,
      path: job.data.path,
      progress: context.progress,
    });
    if (found === null)
      throw new BadInput(
        'undefined-metric',
        `The metric is not defined on the labels of \`${job.data.path}\` (one class only?). ` +
          'Choose another metric, more rows, or Shapley values.',
      );
    return await importanceDocument(job, subject, { kind: 'permutation', found, groups });
  });
}
