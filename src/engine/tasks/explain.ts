import { cellAt, type Column, type Table } from '../../core/data/table.ts';
import { shapley } from '../../core/explain/shapley.ts';
import type { Attributions } from '../../core/explain/types.ts';
import { BadInput } from '../../core/failure.ts';
import type { ExplainJob } from '../../protocol/engine.ts';
import type { DataRef, Explanation } from '../../protocol/results.ts';
import { DataFile, type Wanted } from '../data/dataFile.ts';
import { sampleOf } from '../data/sampleOf.ts';
import { composedModel, explainedOf, type Explained } from '../explain/explained.ts';
import { importanceOf, type Importance } from '../explain/importance.ts';
import { meanInterval } from '../explain/intervals.ts';
import { stacked } from '../explain/poolTable.ts';
import { correlated, sampling, smallBackground, weakModel } from '../explain/warnings.ts';
import { matchData } from '../match/matchData.ts';
import type { MatchPlan } from '../match/plan.ts';
import { forBatches, loadModel } from '../model/load.ts';
import { Scorer } from '../predict/scorer.ts';
import { labelKind, resolveTask, type ResolvedTask } from '../predict/task.ts';
import { engineName, jobDigest, modelRefOf, withDigest } from './identity.ts';
import { neverAborted } from './signal.ts';
import type { TaskContext } from './validate.ts';

/** Labelled rows that permutation importance is measured on, at most. */
const importanceRows = 2000;

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
    const chosen = await chooseRows(job, data, plan, labelled, labelKind(answer, job.meaning));
    const other = await backgroundRows(job, background ?? data, plan);
    const levels = chosen.label?.kind === 'category' ? chosen.label.levels : null;
    const first = await scorer.table(chosen.table, job.data.path, 0, neverAborted);
    const task = resolveTask(answer, job.meaning, first.width, levels);
    const explained = explainedOf(job, answer, task);
    const players = plan.features.map(({ name }) => name);
    const importance =
      labelled === null
        ? null
        : await importanceOf({
            scorer,
            ...(await importanceTable(
              job,
              data,
              plan,
              labelled,
              labelKind(answer, job.meaning),
              chosen.total,
            )),
            task,
            players,
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
    const pool = scorer.feeds.pool(stacked(chosen.table, other.table), job.data.path);
    const attributions =
      job.method === 'permutation'
        ? null
        : await shapley(
            composedModel(scorer, pool, players, explained),
            {
              rows: range(0, chosen.table.rows),
              background: range(chosen.table.rows, other.table.rows),
              seed: job.seed,
              signal: neverAborted,
              progress: context.progress,
            },
            { budget: job.budget },
          );
    const backgroundAnswers = explained.of(
      await scorer.table(other.table, job.background?.path ?? job.data.path, 0, neverAborted),
    );
    return await document({
      job,
      context,
      data: await refs(job, data, background, chosen.total, other.total),
      facts: model.facts,
      task,
      explained,
      plan,
      chosen,
      other,
      attributions,
      importance,
      meanBackground: mean(backgroundAnswers),
    });
  } finally {
    await session.release();
    await data.close();
    await background?.close();
  }
}

interface Chosen {
  readonly table: Table;
  readonly rows: readonly number[];
  readonly label: Column | null;
  /** Rows in the file. */
  readonly total: number;
}

async function chooseRows(
  job: ExplainJob,
  data: DataFile,
  plan: MatchPlan,
  label: string | null,
  as: 'number' | 'text',
): Promise<Chosen> {
  const total = await data.rows();
  if (total === 0)
    throw new BadInput('no-rows', `\`${job.data.path}\` has no rows. Choose a file with at least one.`);
  const rows = typeof job.rows === 'number' ? sampleOf(total, job.rows, job.seed) : [...new Set(job.rows)];
  const beyond = rows.find(row => !(Number.isInteger(row) && row >= 0 && row < total));
  if (beyond !== undefined)
    throw new BadInput(
      'no-such-row',
      `\`${job.data.path}\` has no row ${beyond}: its rows are 0 to ${total - 1}. Choose among them.`,
    );
  const sorted = rows.toSorted((a, b) => a - b);
  const wanted: Wanted[] = [...plan.features, ...(label === null ? [] : [{ name: label, as }])];
  const table = await data.read(wanted, sorted.length === total ? 'all' : sorted);
  return {
    table: { rows: table.rows, columns: table.columns.slice(0, plan.features.length) },
    label: label === null ? null : table.columns[plan.features.length]!,
    rows: sorted,
    total,
  };
}

async function backgroundRows(
  job: ExplainJob,
  file: DataFile,
  plan: MatchPlan,
): Promise<{ readonly table: Table; readonly total: number }> {
  const total = await file.rows();
  if (total === 0)
    throw new BadInput('no-rows', `\`${file.source.path}\` has no rows. Choose a background with rows.`);
  const lost = plan.features.find(({ name }) => !file.columns.some(column => column.name === name));
  if (lost !== undefined)
    throw new BadInput(
      'missing-column',
      `\`${file.source.path}\` has no column \`${lost.name}\`, which the model needs. ` +
        'Choose another background.',
    );
  const rows = sampleOf(total, job.backgroundRows, job.seed + 1);
  return { table: await file.read(plan.features, rows.length === total ? 'all' : rows), total };
}

async function importanceTable(
  job: ExplainJob,
  data: DataFile,
  plan: MatchPlan,
  label: string,
  as: 'number' | 'text',
  total: number,
): Promise<{ readonly table: Table; readonly label: Column }> {
  const rows = sampleOf(total, importanceRows, job.seed + 2);
  const all = await data.read([...plan.features, { name: label, as }], rows.length === total ? 'all' : rows);
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

interface Found {
  readonly job: ExplainJob;
  readonly context: TaskContext;
  readonly data: readonly DataRef[];
  readonly facts: Parameters<typeof modelRefOf>[1];
  readonly task: ResolvedTask;
  readonly explained: Explained;
  readonly plan: MatchPlan;
  readonly chosen: Chosen;
  readonly other: { readonly table: Table; readonly total: number };
  readonly attributions: Attributions | null;
  readonly importance: Importance | null;
  readonly meanBackground: number;
}

async function document(found: Found): Promise<Explanation> {
  const { job, facts, explained, chosen, other, attributions, importance } = found;
  const global = attributions === null ? fromImportance(importance!) : fromAttributions(attributions);
  const background = found.data.find(({ role }) => role === 'background') ?? found.data[0]!;
  const method = attributions?.method ?? 'permutation-importance';
  return {
    schema: 'slipway/explanation@1',
    job: jobDigest({ ...job, model: withDigest(job.model, facts) }, found.data),
    engine: await engineName(),
    seed: job.seed,
    settings: {
      method: job.method,
      rows: typeof job.rows === 'number' ? job.rows : [...job.rows],
      backgroundRows: job.backgroundRows,
      budget: job.budget,
      repeats: job.repeats,
      metric: job.metric,
      output: job.output,
      space: job.space,
    },
    model: modelRefOf(job.model, facts),
    data: [...found.data],
    task: found.task.task,
    n: chosen.table.rows,
    sentence: sentenceOf(global, explained, attributions, importance),
    output: explained.output,
    space: explained.space,
    method,
    exact: attributions?.exact ?? false,
    background: {
      description: `${other.table.rows} of ${other.total} rows of ${background.path}, seed ${job.seed}`,
      rows: other.table.rows,
      digest: background.digest,
    },
    features: chosen.table.columns.map(column => ({
      name: column.name,
      kind: column.kind,
      levels: column.kind === 'category' ? [...column.levels].sort() : null,
    })),
    baseValue: attributions?.baseValue ?? null,
    global,
    importance:
      importance === null
        ? null
        : {
            metric: importance.metric,
            baseline: importance.baseline,
            repeats: importance.repeats,
            features: importance.features.toSorted((a, b) => b.value - a.value),
          },
    rows: attributions === null ? [] : rowsOf(chosen, attributions),
    warnings: [
      ...(importance === null ? [] : weakModel(importance.scored)),
      ...smallBackground(other.table.rows),
      ...correlated(other.table),
      ...(attributions === null ? [] : sampling(attributions)),
    ],
    proof: {
      baseValue: attributions?.baseValue ?? null,
      meanBackgroundPrediction: found.meanBackground,
      maxAdditivityError: attributions?.additivityError ?? null,
      evaluations: (attributions?.evaluations ?? 0) + (importance?.evaluations ?? 0),
      method,
      n: chosen.table.rows,
      seed: job.seed,
    },
  };
}

type Global = Explanation['global'];

function fromAttributions({ players, values }: Attributions): Global {
  const d = players.length;
  const n = values.length / d;
  return shared(
    players.map((feature, j) => {
      const sizes = Float64Array.from({ length: n }, (_, i) => Math.abs(values[i * d + j]!));
      return { feature, value: mean(sizes), interval: meanInterval(sizes, 'rows') };
    }),
  );
}

function fromImportance(importance: Importance): Global {
  return shared(importance.features);
}

function shared(features: readonly Omit<Global[number], 'share'>[]): Global {
  const total = features.reduce((sum, { value }) => sum + Math.max(0, value), 0);
  return features
    .map(feature => ({ ...feature, share: total > 0 ? Math.max(0, feature.value) / total : 0 }))
    .sort((a, b) => b.value - a.value);
}

function rowsOf(chosen: Chosen, { players, values, errors, predictions }: Attributions): Explanation['rows'] {
  const d = players.length;
  return chosen.rows.map((row, i) => ({
    row,
    prediction: predictions[i]!,
    label: chosen.label === null ? null : cellAt(chosen.label, i),
    inputs: chosen.table.columns.map(column => cellAt(column, i)),
    values: Array.from(values.subarray(i * d, (i + 1) * d)),
    errors: errors === null ? null : Array.from(errors.subarray(i * d, (i + 1) * d)),
  }));
}

function sentenceOf(
  global: Global,
  { output }: Explained,
  attributions: Attributions | null,
  importance: Importance | null,
): string {
  const [first, ...rest] = global.slice(0, 3).filter(({ value }) => value > 0);
  if (first === undefined) return `No column moves ${output.title} on these rows.`;
  const others = rest.map(({ feature }) => `\`${feature}\``).join(' and ');
  const then = others === '' ? '' : `, then ${others}`;
  const percent = `${Math.round(first.share * 100)} %`;
  return attributions === null
    ? `The model's ${importance!.metric} rests most on \`${first.feature}\` (${percent} of what shuffling costs)${then}.`
    : `${sentenceCase(output.title)} is moved most by \`${first.feature}\` (${percent} of the attributions)${then}; ` +
        `on the background it is ${attributions.baseValue.toPrecision(3)} on average.`;
}

function sentenceCase(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function range(from: number, count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, i) => from + i);
}
