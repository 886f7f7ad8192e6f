import { BadInput } from '../../core/failure.ts';
import type { Scored } from '../../core/metrics/scored.ts';
import type { ExplainJob } from '../../protocol/engine.ts';
import type { Explanation } from '../../protocol/results/explanation.ts';
import type { DataRef } from '../../protocol/results/shared.ts';
import { cohortOf, type Cohort } from '../data/cohort.ts';
import { DataFile, type Wanted } from '../data/dataFile.ts';
import { attributionsOf } from '../explain/attributions.ts';
import { backgroundOf, rowsOf } from '../explain/background.ts';
import { taskOfOutput } from '../explain/explained.ts';
import { explanationOf, type Chosen } from '../explain/document.ts';
import { requireNumbers } from '../explain/numbers.ts';
import { groupingOf, type Grouping } from '../explain/grouping.ts';
import { fileOfRows } from '../explain/rowsFile.ts';
import { unseenWords } from '../explain/unseenWords.ts';
import { stacked } from '../explain/poolTable.ts';
import { matchData } from '../match/matchData.ts';
import type { MatchPlan } from '../match/plan.ts';
import { workerFile } from '../workerFile.ts';
import { forBatches, loadModel } from '../model/load.ts';
import { Scorer } from '../predict/scorer.ts';
import { labelKind, resolveTask, scoredOf, type ResolvedTask } from '../predict/task.ts';
import { neverAborted } from './signal.ts';
import type { TaskContext } from './validate.ts';

/** Labelled rows that the model is judged on, at most: reasons of a weak one mean little. */
const judgedRows = 2000;

/** Rows that associations of columns are measured on, at most. */
const groupingRows = 2000;

/** Rows looked at before many are written to a file. */
const previewRows = 1000;

/** Why the model answers as it does: attributions of rows. */
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
    const scorer = await Scorer.create(session, answer, plan, { labels: false, several: true });
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
    const task = taskOfOutput(resolveTask(answer, job.meaning, first.width, levels), job.output, first.width);
    // Which of several values the label is of is not known.
    const judged = task.task !== 'regression' || task.column === undefined;
    const scored =
      labelled === null || !judged
        ? null
        : await judgedOf(scorer, task, {
            job,
            data,
            plan,
            cohort,
            label: { name: labelled, as: labelKind(answer, job.meaning) },
          });
    const grouping = await groupingFor(job, background ?? data, plan);
    const shared = {
      job,
      progress: context.progress,
      workerFile: workerFile(context.entry, 'shapWorker.js'),
      model,
      scorer,
      match: plan,
      task,
      grouping,
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
            rows: shardOf(rowsOf(cohort, job.rows, job.seed, job.data.path), job.shard),
          });
    if (!Number.isFinite(found.summary.baseValue))
      throw new BadInput(
        'no-number',
        `The model does not answer every row of the background (${other.table.rows} rows of ` +
          `\`${(job.background ?? job.data).path}\`) with a number. Choose a background without missing values.`,
      );
    if (found.attributions !== null)
      requireNumbers(found.attributions.predictions, chosen.rows, job.data.path);
    const unseen =
      background === null ? [] : await unseenWords(chosen.table, other.table, background, plan.features);
    return await explanationOf({
      job,
      data: await refs(job, data, background, chosen.total, other.fileRows),
      facts: model.facts,
      task,
      chosen,
      other,
      scored,
      grouping,
      unseen,
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
  const sorted = shardOf(rowsOf(cohort, job.rows, job.seed, job.data.path), job.shard);
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

/** @param rows ascending @throws BadInput for a part that is none, or has no rows */
function shardOf(rows: readonly number[], shard: ExplainJob['shard']): readonly number[] {
  if (shard === undefined) return rows;
  const { index, of } = shard;
  if (!(index >= 1 && index <= of))
    throw new BadInput('shard', `There is no part ${index} of ${of}: the parts are 1 to ${of}.`);
  const start = (part: number): number => Math.floor((part * rows.length) / of);
  const own = rows.slice(start(index - 1), start(index));
  if (own.length === 0)
    throw new BadInput(
      'shard',
      `Part ${index} of ${of} has no rows: there are ${rows.length} to explain. Use fewer parts.`,
    );
  return own;
}

/** Columns that move together are found in rows that the model compares with. */
async function groupingFor(job: ExplainJob, file: DataFile, plan: MatchPlan): Promise<Grouping | null> {
  if (job.groups === undefined && job.correlated === undefined && job.owen !== true) return null;
  const cohort = await cohortOf(file, null);
  const rows = cohort.sample(groupingRows, job.seed + 3);
  return groupingOf(job, await file.read(plan.features, rows.length === cohort.total ? 'all' : rows));
}

/** The model's answers to a sample of labelled rows. */
async function judgedOf(
  scorer: Scorer,
  task: ResolvedTask,
  {
    job,
    data,
    plan,
    cohort,
    label,
  }: {
    readonly job: ExplainJob;
    readonly data: DataFile;
    readonly plan: MatchPlan;
    readonly cohort: Cohort;
    readonly label: Wanted;
  },
): Promise<Scored> {
  const rows = cohort.sample(judgedRows, job.seed + 2);
  const all = await data.read([...plan.features, label], rows.length === cohort.total ? 'all' : rows);
  const table = { rows: all.rows, columns: all.columns.slice(0, plan.features.length) };
  const answers = await scorer.table(table, job.data.path, 0, neverAborted);
  return scoredOf(answers, task, all.columns[plan.features.length]!, null, job.data.path);
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
