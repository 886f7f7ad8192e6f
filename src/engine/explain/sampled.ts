import type { Column, Table } from '../../core/data/table.ts';
import { BadInput } from '../../core/failure.ts';
import { didYouMean } from '../../core/nearest.ts';
import type { DataSource } from '../../protocol/engine.ts';
import type { Explanation } from '../../protocol/results/explanation.ts';
import type { DataRef } from '../../protocol/results/shared.ts';
import { cohortOf } from '../data/cohort.ts';
import { sampleOf } from '../data/sampleOf.ts';
import type { Answers } from '../predict/scorer.ts';
import { neverAborted } from '../tasks/signal.ts';
import { requireNumbers } from './numbers.ts';
import { openSubject, type Subject, type SubjectJob } from './subject.ts';

export interface SampledJob extends Omit<SubjectJob, 'reference'> {
  /** The rows that the sample is set against, and the role they have in results; null: the data itself. */
  readonly against: { readonly source: DataSource; readonly role: DataRef['role'] } | null;
  readonly where: string | null;
  readonly rows: number;
  readonly seed: number;
}

/** A subject with a sample of its rows and its answers to them. */
export interface Sampled extends Subject {
  readonly players: readonly string[];
  /** The plan's features of the sampled rows. */
  readonly table: Table;
  /** Row numbers in the data, ascending. */
  readonly rows: readonly number[];
  readonly labels: Column | null;
  readonly answers: Answers;
  readonly dataRefs: readonly DataRef[];
  readonly cohort: Explanation['cohort'];
  /** The plan's features of a seeded sample of the rows it is set against. */
  against(rows: number, seed: number): Promise<Table>;
}

/** Opens what a job names, hands it over with a sample of rows, and closes it again. */
export async function withSample<T>(job: SampledJob, work: (sampled: Sampled) => Promise<T>): Promise<T> {
  const subject = await openSubject({ ...job, reference: job.against?.source ?? null });
  try {
    const { data, reference, plan, label, labelAs, scorer } = subject;
    const cohort = await cohortOf(data, job.where);
    const rows = cohort.sample(job.rows, job.seed);
    const read = await data.read(
      [...plan.features, ...(label === null ? [] : [{ name: label, as: labelAs }])],
      rows.length === cohort.total ? 'all' : rows,
    );
    const d = plan.features.length;
    const table = { rows: read.rows, columns: read.columns.slice(0, d) };
    const answers = await scorer.table(table, job.data.path, 0, neverAborted);
    requireNumbers(subject.explained.of(answers), rows, job.data.path);
    const refs = await subject.refs();
    return await work({
      ...subject,
      players: plan.features.map(({ name }) => name),
      table,
      rows,
      labels: read.columns[d] ?? null,
      answers,
      dataRefs: refs.map(ref => (ref.role === 'data' ? ref : { ...ref, role: job.against!.role })),
      cohort: cohort.where === null ? null : { where: cohort.where, rows: cohort.size },
      against: async (count, seed) => {
        const total = await reference.rows();
        const chosen = sampleOf(total, count, seed);
        return await reference.read(plan.features, chosen.length === total ? 'all' : chosen);
      },
    });
  } finally {
    await subject.close();
  }
}

/** The place of a column the model reads. @throws BadInput with the nearest name */
export function playerNamed(players: readonly string[], name: string): number {
  const at = players.indexOf(name);
  if (at >= 0) return at;
  throw new BadInput(
    'unknown-feature',
    `The model reads no column \`${name}\`.${didYouMean(name, players)} ` +
      `Its columns are ${players.slice(0, 10).join(', ')}${players.length > 10 ? ' ...' : ''}.`,
  );
}
