import type { Column, Table } from '../../core/data/table.ts';
import { cohortOf } from '../data/cohort.ts';
import type { Subject } from './subject.ts';

/** A seeded sample of the reference rows. */
export interface ReferenceRows {
  /** The model's features. */
  readonly table: Table;
  /** Row numbers in the reference. */
  readonly rows: readonly number[];
  /** null when the reference has no label column. */
  readonly label: Column | null;
  readonly total: number;
}

/** @throws BadInput for a condition that is none, or that no reference row meets */
export async function referenceRows(
  subject: Subject,
  job: { readonly referenceRows: number; readonly where: string | null; readonly seed: number },
): Promise<ReferenceRows> {
  const { reference, plan, label, labelAs } = subject;
  const cohort = await cohortOf(reference, job.where);
  const { total } = cohort;
  const rows = cohort.sample(job.referenceRows, job.seed + 3);
  const labelled = label !== null && reference.columns.some(({ name }) => name === label);
  const found = await reference.read(
    [...plan.features, ...(labelled ? [{ name: label, as: labelAs }] : [])],
    rows.length === total ? 'all' : rows,
  );
  const d = plan.features.length;
  return {
    table: { rows: found.rows, columns: found.columns.slice(0, d) },
    rows,
    label: labelled ? found.columns[d]! : null,
    total,
  };
}
