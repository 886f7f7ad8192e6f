import { number } from '../../core/words.ts';
import { cellAt, type Table } from '../../core/data/table.ts';
import { Gower, gowerWords } from '../../core/explain/gower.ts';
import type { PrototypesJob } from '../../protocol/local.ts';
import type { Prototypes } from '../../protocol/results/prototypes.ts';
import { ExactExplainer } from '../explain/exact.ts';
import { stacked } from '../explain/poolTable.ts';
import { referenceRows, type ReferenceRows } from '../explain/reference.ts';
import { cellsOf, rowTable } from '../explain/rowTable.ts';
import { openSubject, type Subject } from '../explain/subject.ts';
import { answerOf, saidOf } from '../explain/wanted.ts';
import { forBatches } from '../model/load.ts';
import { engineName, jobDigest, modelRefOf, withDigest } from './identity.ts';
import { neverAborted } from './signal.ts';
import type { TaskContext } from './validate.ts';

/** The reference rows most like a row, by values and by reasons. */
export async function prototypes(job: PrototypesJob, context: TaskContext): Promise<Prototypes> {
  const subject = await openSubject(job);
  try {
    const { scorer, plan, task, explained, model } = subject;
    const own = await rowTable(subject.data, plan.features, job.row);
    const reference = await referenceRows(subject, job);
    context.progress(0, 2, 'comparing rows');
    const table = stacked(own, reference.table);
    const others = Int32Array.from({ length: reference.table.rows }, (_, i) => i + 1);
    const gower = new Gower(table, others);
    const byInputs = nearest(
      Float64Array.from(others, other => gower.rows(0, other)),
      job.count,
    );
    context.progress(1, 2, 'comparing reasons');
    const reasons = await reasonsOf(job, subject, own, reference);
    const answers = await scorer.table(table, job.data.path, 0, neverAborted);
    const said = saidOf(answers, task, explained);
    const rowsOf = (found: readonly Found[]): Prototypes['similar'][number]['rows'] =>
      found.map(({ at, distance }) => ({
        row: reference.rows[at]!,
        distance,
        label: reference.label === null ? null : cellAt(reference.label, at),
        answer: answerOf(said, at + 1),
        inputs: cellsOf(reference.table, at),
      }));
    const refs = await subject.refs();
    const similar: Prototypes['similar'] = [
      { by: 'inputs', distance: gowerWords, rows: rowsOf(byInputs) },
      ...('refused' in reasons
        ? []
        : [
            {
              by: 'attributions' as const,
              distance:
                `The sum of |difference| of the attributions (${reasons.method}, exact) in units of ` +
                reasons.title,
              rows: rowsOf(nearest(reasons.distances, job.count)),
            },
          ]),
    ];
    return {
      schema: 'slipway/prototypes@1',
      job: jobDigest({ ...job, model: withDigest(job.model, model.facts) }, refs),
      engine: await engineName(),
      seed: job.seed,
      settings: {
        referenceRows: job.referenceRows,
        backgroundRows: job.backgroundRows,
        count: job.count,
        where: job.where,
      },
      model: modelRefOf(job.model, model.facts),
      data: refs,
      task: task.task,
      sentence: sentenceOf(similar[0]!.rows, answerOf(said, 0), subject),
      output: explained.output.title,
      row: job.row.row,
      features: own.columns.map(({ name, kind }) => ({ name, kind })),
      inputs: cellsOf(own, 0),
      answer: answerOf(said, 0),
      reference: reference.table.rows,
      similar,
      why: 'refused' in reasons ? reasons.refused : null,
    };
  } finally {
    await subject.close();
  }
}

interface Found {
  /** Place in the reference sample. */
  readonly at: number;
  readonly distance: number;
}

function nearest(distances: Float64Array, count: number): Found[] {
  return Array.from(distances, (distance, at) => ({ at, distance }))
    .sort((a, b) => a.distance - b.distance || a.at - b.at)
    .slice(0, count);
}

interface Reasons {
  readonly distances: Float64Array;
  readonly method: string;
  readonly title: string;
}

/** How far the reasons of the reference rows are from those of the row; sampling them for each would take long. */
async function reasonsOf(
  job: PrototypesJob,
  subject: Subject,
  own: Table,
  reference: ReferenceRows,
): Promise<Reasons | { readonly refused: string }> {
  const { model, scorer, plan, task } = subject;
  const { path } = job.data;
  const background = await referenceRows(subject, {
    ...job,
    referenceRows: job.backgroundRows,
    seed: job.seed + 1,
  });
  const pool = scorer.feeds.pool(stacked(own, reference.table), path);
  const setup = {
    model,
    scorer,
    match: plan,
    task,
    background: scorer.feeds.pool(background.table, path),
    session: forBatches,
  };
  const open = async (space: 'raw' | null): ReturnType<typeof ExactExplainer.open> =>
    await ExactExplainer.open(
      { ...setup, asked: { method: 'auto', output: job.output, space } },
      null,
      neverAborted,
    );
  // Values of the margin cost a fraction of those of probabilities.
  const margins = await open('raw');
  const opened = 'refused' in margins ? await open(null) : margins;
  if ('refused' in opened) return opened;
  try {
    const exact = await opened.explain(pool, neverAborted);
    if ('refused' in exact) return exact;
    const { values, players, method } = exact.attributions;
    const d = players.length;
    return {
      method,
      title: opened.output.title,
      distances: Float64Array.from({ length: pool.rows - 1 }, (_, i) => {
        let sum = 0;
        for (let j = 0; j < d; j++) sum += Math.abs(values[(i + 1) * d + j]! - values[j]!);
        return sum;
      }),
    };
  } finally {
    await opened.release();
  }
}

function sentenceOf(
  rows: Prototypes['similar'][number]['rows'],
  own: Prototypes['answer'],
  { explained, task }: Subject,
): string {
  if (task.task === 'regression') {
    const mean = rows.reduce((sum, { answer }) => sum + answer.value, 0) / Math.max(1, rows.length);
    return `The ${rows.length} most similar reference rows are predicted ${number(mean)} on average; this row ${number(own.value)}.`;
  }
  const same = rows.filter(({ answer }) => answer.class === own.class).length;
  return `${same} of the ${rows.length} most similar reference rows are answered \`${own.class}\` as this row is (${explained.output.title} ${number(own.value)}).`;
}
