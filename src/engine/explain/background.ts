import type { Table } from '../../core/data/table.ts';
import { BadInput } from '../../core/failure.ts';
import type { ExplainJob } from '../../protocol/engine.ts';
import { cohortOf, type Cohort } from '../data/cohort.ts';
import type { DataFile, Wanted } from '../data/dataFile.ts';

/** What explanations compare with. */
export interface Background {
  /** The model's features. */
  readonly table: Table;
  /** Row numbers in the file. */
  readonly rows: readonly number[];
  /** Rows that it was chosen among. */
  readonly total: number;
  readonly fileRows: number;
}

/** @throws BadInput for a file without the model's columns, and for a background without rows */
export async function backgroundOf(
  job: Pick<ExplainJob, 'backgroundRows' | 'backgroundWhere' | 'seed'>,
  file: DataFile,
  features: readonly Wanted[],
): Promise<Background> {
  const { path } = file.source;
  const lost = features.find(({ name }) => !file.columns.some(column => column.name === name));
  if (lost !== undefined)
    throw new BadInput(
      'missing-column',
      `\`${path}\` has no column \`${lost.name}\`, which the model needs. Choose another background.`,
    );
  const cohort = await cohortOf(file, job.backgroundWhere ?? null);
  const rows = rowsOf(cohort, job.backgroundRows, job.seed + 1, path);
  if (rows.length === 0 || job.backgroundRows === 0)
    throw new BadInput(
      'no-background',
      'The background has no rows: explanations compare with at least one. Ask for one row or more.',
    );
  return {
    rows,
    table: await file.read(features, rows.length === cohort.total ? 'all' : rows),
    total: cohort.size,
    fileRows: cohort.total,
  };
}

/**
 * A seeded sample of a cohort's rows, or the row numbers that were asked for, each once and ascending.
 * @throws BadInput for a row that is not there or not in the cohort
 */
export function rowsOf(
  cohort: Cohort,
  rows: ExplainJob['rows'],
  seed: number,
  path: string,
): readonly number[] {
  if (rows === 'all') return cohort.sample(cohort.size, seed);
  if (typeof rows === 'number') return cohort.sample(rows, seed);
  const { total, where } = cohort;
  const beyond = rows.find(row => !(Number.isInteger(row) && row >= 0 && row < total));
  if (beyond !== undefined)
    throw new BadInput(
      'no-such-row',
      `\`${path}\` has no row ${beyond}: its rows are 0 to ${total - 1}. Choose among them.`,
    );
  const outside = rows.find(row => !cohort.has(row));
  if (outside !== undefined)
    throw new BadInput(
      'row-outside-cohort',
      `Row ${outside} of \`${path}\` does not meet \`${where}\`. Choose rows that do.`,
    );
  return [...new Set(rows)].sort((a, b) => a - b);
}

/** Which rows an explanation compares with, in words. */
export function backgroundName(
  job: Pick<ExplainJob, 'backgroundRows' | 'backgroundWhere' | 'seed'>,
  { table: { rows }, total }: Pick<Background, 'table' | 'total'>,
  path: string,
): string {
  const where = job.backgroundWhere === undefined ? '' : ` where \`${job.backgroundWhere}\``;
  if (typeof job.backgroundRows !== 'number') {
    const shown = job.backgroundRows.slice(0, 5).join(', ');
    const more = job.backgroundRows.length > 5 ? ` and ${job.backgroundRows.length - 5} more` : '';
    return `row${rows === 1 ? '' : 's'} ${shown}${more} of ${path}${where}`;
  }
  if (rows === total) return `${total === 1 ? 'the only row' : `all ${total} rows`} of ${path}${where}`;
  return `${rows} of ${total} rows of ${path}${where}, seed ${job.seed}`;
}
