import type { Column, Table } from '../../core/data/table.ts';
import { BadInput } from '../../core/failure.ts';
import type { ExplainJob } from '../../protocol/engine.ts';
import type { Explanation } from '../../protocol/results/explanation.ts';
import type { DataRef } from '../../protocol/results/shared.ts';
import { cohortOf, type Cohort } from '../data/cohort.ts';
import { DataFile, type Wanted } from '../data/dataFile.ts';
import { attributionsOf } from '../explain/attributions.ts';
import { backgroundOf, rowsOf } from '../explain/background.ts';
import { explanationOf, type Chosen } from '../explain/document.ts';
import { requireNumbers } from '../explain/numbers.ts';
import { fileOfRows } from '../explain/rowsFile.ts';
import { importanceOf } from '../explain/importance.ts';
import { workerFile } from '../explain/shapWorkers.ts';
import { stacked } from '../explain/poolTable.ts';
import { matchData } from '../match/matchData.ts';
import type { MatchPlan } from '../match/plan.ts';
import { forBatches, loadModel } from '../model/load.ts';
import { Scorer } from '../predict/scorer.ts';
import { labelKind, resolveTask } from '../predict/task.ts';
import { neverAborted } from './signal.ts';
import type { TaskContext } from './validate.ts';

/** Labelled rows that permutation importance is measured on, at most. */
const importanceRows = 2000;

/** Rows looked at before many are written to a file. */
const previewRows = 1000;

/** Why the model answers as it does: attributions of rows, and what its metric rests on. */
export async function explain(job: ExplainJob, context: TaskContext): Promise<Explanation> {
  const model = await loadModel(job.model);
  const data = await DataFile.open(job.data);
  const background = job.background === null ? null : await DataFile.open(job.background);
  const session = await model.session(forBatches);
  try {
    const { answer } = model.facts;
    const label = job.meaning.label;
    const labelled = data.columns.some(({ name }) => name === label) ? label : null;
    const plan = await matchData(model.facts, data, labelled, background);
    const scorer = await Scorer.create(session, answer, plan, { labels: false });
    const cohort = await cohortOf(data, job.where);
    const chosen = await chooseRows(
      job.out === undefined ? job : { ...job, rows: previewRows },
      data,
      cohort,
      plan,
      labelled,
      labelKind(answer, job.meaning),
    );
    const other = await backgroundOf(job, background ?? data, plan.features);
    const levels = chosen.label?.kind === 'category' ? chosen.label.levels : null;
    const first = await scorer.table(chosen.table, job.data.path, 0, neverAborted);
    const task = resolveTask(answer, job.meaning, first.width, levels);
    const columns = plan.features.map(({ name }) => name);
    const importance =
      labelled === null || job.repeats === 0
        ? null
        : await importanceOf({
            scorer,
            ...(await importanceTable(job, data, plan, labelled, labelKind(answer, job.meaning), cohort)),
            task,
            players: columns,
            metric: job.metric,
            repeats: job.repeats,
            seed: job.seed,
            path: job.data.path,
            progress: context.progress,
          });
    if (job.method === 'permutation' && importance === null)
      throw labelled === null
        ? new BadInput(
            'no-labels',
            `Permutation importance needs labels, and \`${job.data.path}\` has no label column. ` +
              'Name one, or choose Shapley values.',
          )
        : new BadInput(
            'undefined-metric',
            `The metric is not defined on the labels of \`${job.data.path}\` (one class only?). ` +
              'Choose another metric, more rows, or Shapley values.',
          );
    const shared = {
      job,
      progress: context.progress,
      workerFile: workerFile(context.entry),
      model,
      scorer,
      match: plan,
      task,
      background: scorer.feeds.pool(other.table, (job.background ?? job.data).path),
    };
    const found =
      job.out === undefined
        ? await attributionsOf({
            ...shared,
            rows: scorer.feeds.pool(chosen.table, job.data.path),
            both: () => scorer.feeds.pool(stacked(chosen.table, other.table), job.data.path),
          })
        : await fileOfRows({
            ...shared,
            data,
            features: plan.features,
            label: labelled === null ? null : { name: labelled, as: labelKind(answer, job.meaning) },
            rows: rowsOf(cohort, job.rows, job.seed, job.data.path),
          });
    if (found.summary !== null && !Number.isFinite(found.summary.baseValue))
      throw new BadInput(
        'no-number',
        `The model does not answer every row of the background (${other.table.rows} rows of ` +
          `\`${(job.background ?? job.data).path}\`) with a number. Choose a background without missing values.`,
      );
    if (found.attributions !== null)
      requireNumbers(found.attributions.predictions, chosen.rows, job.data.path);
    return await explanationOf({
      job,
      data: await refs(job, data, background, chosen.total, other.fileRows),
      facts: model.facts,
      task,
      chosen,
      other,
      importance,
      ...found,
    });
  } finally {
    await session.release();
    await data.close();
    await background?.close();
  }
}

async function chooseRows(
  job: ExplainJob,
  data: DataFile,
  cohort: Cohort,
  plan: MatchPlan,
  label: string | null,
  as: 'number' | 'text',
): Promise<Chosen> {
  const sorted = rowsOf(cohort, job.rows, job.seed, job.data.path);
  const { total } = cohort;
  const wanted: Wanted[] = [...plan.features, ...(label === null ? [] : [{ name: label, as }])];
  const table = await data.read(wanted, sorted.length === total ? 'all' : sorted);
  return {
    table: { rows: table.rows, columns: table.columns.slice(0, plan.features.length) },
    label: label === null ? null : table.columns[plan.features.length]!,
    rows: sorted,
    total,
    cohort: cohort.where === null ? null : { where: cohort.where, rows: cohort.size },
  };
}

async function importanceTable(
  job: ExplainJob,
  data: DataFile,
  plan: MatchPlan,
  label: string,
  as: 'number' | 'text',
  cohort: Cohort,
): Promise<{ readonly table: Table; readonly label: Column }> {
  const rows = cohort.sample(importanceRows, job.seed + 2);
  const all = await data.read(
    [...plan.features, { name: label, as }],
    rows.length === cohort.total ? 'all' : rows,
  );
  return {
    table: { rows: all.rows, columns: all.columns.slice(0, plan.features.length) },
    label: all.columns[plan.features.length]!,
  };
}

async function refs(
  job: ExplainJob,
  data: DataFile,
  background: DataFile | null,
  rows: number,
  backgroundTotal: number,
): Promise<DataRef[]> {
  const own: DataRef = { digest: await data.digest(), path: job.data.path, role: 'data', rows };
  if (background === null) return [own];
  const { path } = background.source;
  return [own, { digest: await background.digest(), path, role: 'background', rows: backgroundTotal }];
}
