import { createHash } from 'node:crypto';
import { dataSentence, findingsOf, type Described } from '../../core/data/findings.ts';
import { relations } from '../../core/data/relations.ts';
import type { Column, Table } from '../../core/data/table.ts';
import { columnDrift } from '../../core/drift/columnDrift.ts';
import { missingDrift, type MissingDrift } from '../../core/drift/missingDrift.ts';
import { BadInput } from '../../core/failure.ts';
import type { Progress } from '../../core/signal.ts';
import type { DescribeJob } from '../../protocol/describe.ts';
import { canonicalJson } from '../../protocol/job.ts';
import type { DataDescription } from '../../protocol/results/data.ts';
import type { DataRef } from '../../protocol/results/shared.ts';
import { slipwayVersion } from '../../protocol/version.ts';
import { columnOf } from '../ab/outcome.ts';
import { DataFile, type Wanted } from '../data/dataFile.ts';
import { sampleOf } from '../data/sampleOf.ts';
import { besideReference, ofColumn } from '../describe/columns.ts';
import { hold, type HeldColumn } from '../describe/held.ts';
import { labelRelation, labelView } from '../describe/label.ts';
import { summaryOf, type ColumnSummary } from '../describe/summaries.ts';
import { unseenWords, type Unseen } from '../describe/unseen.ts';

/** Rows behind relations and drift: a correlation of them is known to about 0.014. */
const mostRows = 20_000;
/** Words of more levels are names, and related to nothing. */
const mostLevels = 200;

/** What a data set holds: each column by itself, with the label, with the others, and beside a reference. */
export async function describe(job: DescribeJob, progress: Progress): Promise<DataDescription> {
  const reference = job.reference === null ? null : await DataFile.open(job.reference);
  let file: DataFile | null = null;
  try {
    file = await DataFile.open(job.data, reference === null ? [] : [reference]);
    if (job.label !== null) columnOf(file, job.label, 'the label');
    return await described(job, file, reference, progress);
  } finally {
    await file?.close();
    await reference?.close();
  }
}

async function described(
  job: DescribeJob,
  file: DataFile,
  reference: DataFile | null,
  progress: Progress,
): Promise<DataDescription> {
  progress(0, 1, 'reading the rows');
  const columns = await hold(file);
  const rows = await rowsOf(file);
  const summaries: ColumnSummary[] = [];
  const unseen: Unseen[] = [];
  for (const column of columns) {
    progress(summaries.length, columns.length + 1, 'looking at each column');
    summaries.push(await summaryOf(file, column));
    unseen.push(reference === null ? null : await unseenWords(file, reference, column));
  }
  progress(columns.length, columns.length + 1, 'relating the columns');
  const sample = await sampled(file, columns, rows, job.seed, 'held');
  const other = reference === null ? null : await sharedSample(reference, columns, job.seed);
  const drifts = {
    values: other === null ? [] : columnDrift(other, sample),
    missing:
      reference === null || other === null
        ? []
        : [
            ...missingDrift(other, sample),
            ...(await otherMissing(file, reference, other, columns, rows, job.seed)),
          ],
  };
  const labelAt = columns.findIndex(({ name }) => name === job.label);
  const view = labelView(job, sample, summaries[labelAt]?.distinct ?? 0);
  const relatable = sample.columns.filter(isRelatable);
  const data = await refOf(file, rows, 'data');
  const referenceRef =
    reference === null ? null : await refOf(reference, await reference.rows(), 'reference');
  const related = relations({ rows: sample.rows, columns: relatable });
  const found: Described = {
    data,
    reference: referenceRef,
    label: job.label,
    columns: columns.map((column, i) => {
      const values = relatable.find(({ name }) => name === column.name);
      return {
        ...ofColumn(column, summaries[i]!, rows),
        ...besideReference(column, summaries[i]!, other, drifts, unseen[i]!),
        label:
          view === null || values === undefined || column.name === job.label
            ? null
            : labelRelation(values, view),
      };
    }),
    duplicates: await duplicatesOf(file, columns, rows),
    relations: {
      columns: [...related.columns],
      matrix: related.matrix.map(row => [...row]),
      pairs: related.pairs.map(pair => ({ ...pair })),
      total: related.total,
    },
  };
  const findings = findingsOf(found, {
    columnsApart: reference === null ? [] : columnsApart(file, reference, job.label),
    typesApart: reference === null ? [] : typesApart(columns, reference),
  });
  return {
    schema: 'slipway/data@1',
    job: identityOf(job, data, referenceRef),
    seed: job.seed,
    positive: view?.kind === 'share' ? view.positive : null,
    sentence: dataSentence(found, findings),
    findings,
    sampled: sample.rows,
    ...found,
  };
}

function isRelatable(column: Column): boolean {
  return column.kind === 'number' || (column.levels.length > 1 && column.levels.length <= mostLevels);
}

async function rowsOf(file: DataFile): Promise<number> {
  const [row] = await file.query('select count(*) from held');
  const rows = Number(row?.[0]);
  if (rows === 0)
    throw new BadInput('no-rows', `\`${file.source.path}\` has no rows. Choose a file with at least one.`);
  return rows;
}

async function duplicatesOf(
  file: DataFile,
  columns: readonly HeldColumn[],
  rows: number,
): Promise<DataDescription['duplicates']> {
  // 64 bits of hash: two different rows in ten million have the same one with a chance of 3 in a million.
  const [row] = await file.query(
    `select count(distinct hash(${columns.map(({ id }) => id).join(', ')})) from held`,
  );
  const repeats = rows - Number(row?.[0]);
  return { rows: repeats, share: repeats / rows };
}

async function sampled(
  file: DataFile,
  columns: readonly HeldColumn[],
  rows: number,
  seed: number,
  held?: string,
): Promise<Table> {
  const wanted = columns
    .filter(({ kind }) => kind !== 'time')
    .map(({ name, kind }) => ({ name, as: kind === 'number' ? ('number' as const) : ('text' as const) }));
  const table = await rowsSampled(file, wanted, rows, seed, held);
  // Infinities are no values, as everywhere in this document.
  for (const column of table.columns)
    if (column.kind === 'number')
      column.values.forEach((value, row) => {
        if (!Number.isFinite(value)) column.values[row] = NaN;
      });
  return table;
}

async function rowsSampled(
  file: DataFile,
  wanted: readonly Wanted[],
  rows: number,
  seed: number,
  held?: string,
): Promise<Table> {
  const chosen = sampleOf(rows, mostRows, seed);
  return await file.read(wanted, chosen.length === rows ? 'all' : chosen, held);
}

/** The reference's columns that the data has too, read as it reads them. */
async function sharedSample(
  reference: DataFile,
  columns: readonly HeldColumn[],
  seed: number,
): Promise<Table> {
  const kinds = new Map(reference.columns.map(({ name, kind }) => [name, kind]));
  const shared = columns.filter(({ name, kind }) =>
    kind === 'category' ? kinds.has(name) : kind === 'number' && kinds.get(name) === 'number',
  );
  return await sampled(reference, shared, await reference.rows(), seed);
}

/** Drift of the missing values of columns whose values are not held against the reference: times, and other types. */
async function otherMissing(
  file: DataFile,
  reference: DataFile,
  shared: Table,
  columns: readonly HeldColumn[],
  rows: number,
  seed: number,
): Promise<MissingDrift[]> {
  const known = new Set(shared.columns.map(({ name }) => name));
  const wanted = columns
    .filter(({ name }) => !known.has(name) && reference.columns.some(column => column.name === name))
    .map(({ name }) => ({ name, as: 'text' as const }));
  if (wanted.length === 0) return [];
  return missingDrift(
    await rowsSampled(reference, wanted, await reference.rows(), seed),
    await rowsSampled(file, wanted, rows, seed, 'held'),
  );
}

/** Numbers that the reference has as something else. */
function typesApart(columns: readonly HeldColumn[], reference: DataFile): string[] {
  const kinds = new Map(reference.columns.map(({ name, kind }) => [name, kind]));
  return columns
    .filter(({ name, kind }) => kind === 'number' && kinds.has(name) && kinds.get(name) !== 'number')
    .map(({ name }) => name);
}

function columnsApart(file: DataFile, reference: DataFile, label: string | null): string[] {
  const names = (of: DataFile): string[] => of.columns.map(({ name }) => name);
  const [own, others] = [names(file), names(reference)];
  return [
    ...own.filter(name => !others.includes(name)),
    ...others.filter(name => !own.includes(name)),
  ].filter(name => name !== label);
}

async function refOf(file: DataFile, rows: number, role: DataRef['role']): Promise<DataRef> {
  return { digest: await file.digest(), path: file.source.path, role, rows };
}

function identityOf(job: DescribeJob, data: DataRef, reference: DataRef | null): string {
  const identity = {
    ...job,
    version: slipwayVersion,
    data: data.digest,
    reference: reference?.digest ?? null,
  };
  return createHash('sha256').update(canonicalJson(identity)).digest('hex');
}
