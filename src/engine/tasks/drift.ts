import { names as namesOf, whole } from '../../core/words.ts';
import { createHash } from 'node:crypto';
import type { Table } from '../../core/data/table.ts';
import { columnDrift, timeDrift, type ColumnDrift } from '../../core/drift/columnDrift.ts';
import { missingDrift, missingWords, type MissingDrift } from '../../core/drift/missingDrift.ts';
import { domainClassifier } from '../../core/drift/domainClassifier.ts';
import { BadInput } from '../../core/failure.ts';
import type { DriftJob } from '../../protocol/engine.ts';
import { canonicalJson } from '../../protocol/job.ts';
import type { Drift } from '../../protocol/results/drift.ts';
import type { DataRef } from '../../protocol/results/shared.ts';
import { slipwayVersion } from '../../protocol/version.ts';
import { identifier } from '../data/duckdb.ts';
import { DataFile, isPointInTime, type Wanted } from '../data/dataFile.ts';
import { sampleOf } from '../data/sampleOf.ts';

/** Rows of each that are looked at: more would not move a share by a point. */
const mostRows = 50_000;
/** Evidently's: a data set drifts when half of its columns do. */
const driftShare = 0.5;

/** How far one data set has moved from another, column by column and together. */
export async function drift(job: DriftJob): Promise<Drift> {
  const first = await DataFile.open(job.before);
  const second = await DataFile.open(job.now).catch(async (error: unknown) => {
    await first.close();
    throw error;
  });
  try {
    const names = (file: DataFile): string[] => file.columns.map(({ name }) => name);
    const times = await sharedTimes(first, second);
    const shared = sharedColumns(first, second).filter(({ name }) => !times.some(time => time.name === name));
    if (shared.length + times.length === 0)
      throw new BadInput(
        'no-common-columns',
        `\`${job.before.path}\` and \`${job.now.path}\` have no column in common that holds numbers, words or times. Choose two files with the same columns.`,
      );
    const [a, b] = [await sampled(first, shared, job.seed), await sampled(second, shared, job.seed)];
    const columns = columnDrift(a.table, b.table);
    const [timesA, timesB] = [
      (await sampled(first, times, job.seed)).table,
      (await sampled(second, times, job.seed)).table,
    ];
    const moments = timeDrift(timesA, timesB);
    const rest = otherColumns(first, second, [...shared, ...times]);
    const missing = [
      ...missingDrift(a.table, b.table),
      ...missingDrift(timesA, timesB),
      ...missingDrift(
        (await sampled(first, rest, job.seed)).table,
        (await sampled(second, rest, job.seed)).table,
      ),
    ].sort((x, y) => y.jensenShannon - x.jensenShannon);
    const [before, now] = [await refOf(first, a.rows), await refOf(second, b.rows)];
    const identity = {
      kind: 'drift',
      version: slipwayVersion,
      data: [before.digest, now.digest],
      seed: job.seed,
    };
    return {
      schema: 'slipway/drift@1',
      job: createHash('sha256').update(canonicalJson(identity)).digest('hex'),
      seed: job.seed,
      before,
      now,
      sampled: [a.table.rows, b.table.rows],
      verdict: verdictOf(columns, moments, missing),
      columns: [...columns, ...moments].map(({ range, ...one }) => ({
        ...one,
        ...(range === undefined ? {} : { range: { before: [...range.before], now: [...range.now] } }),
        n: [...one.n],
        missing: [...one.missing],
        bins: one.bins.map(bin => ({ ...bin })),
      })),
      missing: missing.map(one => ({ ...one, missing: [...one.missing] })),
      onlyBefore: names(first).filter(name => !names(second).includes(name)),
      onlyNow: names(second).filter(name => !names(first).includes(name)),
      classifier: classifierOf(a.table, b.table, job.seed),
    };
  } finally {
    await first.close();
    await second.close();
  }
}

function classifierOf(a: Table, b: Table, seed: number): Drift['classifier'] {
  const found = a.columns.length === 0 ? null : domainClassifier(a, b, seed);
  return found === null
    ? null
    : { ...found, rows: [...found.rows], columns: found.columns.map(column => ({ ...column })) };
}

/** Columns of both; numbers where both hold numbers, else words. */
function sharedColumns(first: DataFile, second: DataFile): Wanted[] {
  const kinds = new Map(second.columns.map(({ name, kind }) => [name, kind]));
  return first.columns.flatMap(({ name, kind }): Wanted[] => {
    const other = kinds.get(name);
    const odd = (one: typeof kind): boolean => one === 'other' || one === 'time';
    if (other === undefined || odd(kind) || odd(other)) return [];
    return [{ name, as: kind === 'number' && other === 'number' ? 'number' : 'text' }];
  });
}

/** Columns of both whose values cannot be compared, such as times that are all missing now: their missing values can. */
function otherColumns(first: DataFile, second: DataFile, known: readonly Wanted[]): Wanted[] {
  const names = new Set(second.columns.map(({ name }) => name));
  return first.columns
    .filter(({ name }) => names.has(name) && !known.some(one => one.name === name))
    .map(({ name }) => ({ name, as: 'text' }));
}

async function sampled(
  file: DataFile,
  wanted: readonly Wanted[],
  seed: number,
): Promise<{ readonly table: Table; readonly rows: number }> {
  const rows = await file.rows();
  if (rows === 0)
    throw new BadInput('no-rows', `\`${file.source.path}\` has no rows. Choose a file with at least one.`);
  const chosen = sampleOf(rows, mostRows, seed);
  const table =
    wanted.length === 0
      ? { rows: chosen.length, columns: [] }
      : await file.read(wanted, chosen.length === rows ? 'all' : chosen);
  return { table, rows };
}

async function refOf(file: DataFile, rows: number): Promise<DataRef> {
  return { digest: await file.digest(), path: file.source.path, role: 'data', rows };
}

/** Points in time in both. */
async function sharedTimes(first: DataFile, second: DataFile): Promise<Wanted[]> {
  const [own, others] = [await timesOf(first), new Set(await timesOf(second))];
  return own.filter(name => others.has(name)).map(name => ({ name, as: 'time' }));
}

/** Columns of dates or times by their type, and words of which each is one: CSV has no types. */
async function timesOf(file: DataFile): Promise<string[]> {
  const words = file.columns.filter(({ kind }) => kind === 'text').map(({ name }) => name);
  const counts = words.flatMap(name => {
    const column = identifier(name);
    return [`count(${column})`, `count(try_cast(${column} as timestamp))`];
  });
  const [row = []] =
    counts.length === 0 ? [] : await file.query(`select ${counts.join(', ')} from ${file.table}`);
  const dated = words.filter((_, i) => Number(row[2 * i]) > 0 && row[2 * i] === row[2 * i + 1]);
  return [...file.columns.filter(isPointInTime).map(({ name }) => name), ...dated];
}

/** Later data has later times: these are shown, and do not count. Missing values count in each column. */
function verdictOf(
  columns: readonly ColumnDrift[],
  times: readonly ColumnDrift[],
  missing: readonly MissingDrift[],
): Drift['verdict'] {
  const looked = [...new Set([...columns, ...missing].map(({ name }) => name))];
  const gaps = missing.filter(({ drifted }) => drifted);
  const drifted = new Set([...columns.filter(one => one.drifted), ...gaps].map(({ name }) => name));
  const moved = looked.filter(name => drifted.has(name));
  const share = looked.length === 0 ? 0 : moved.length / looked.length;
  return {
    status:
      looked.length === 0
        ? 'inconclusive'
        : share >= driftShare
          ? 'fail'
          : moved.length > 0
            ? 'warn'
            : 'pass',
    sentence: `${sentenceOf(looked, moved, times.length > 0)}${gaps.length === 0 ? '' : ` Missing values: ${missingWords(gaps)}.`}`,
    failed: share >= driftShare ? moved : [],
    warned: share >= driftShare ? [] : moved,
    inconclusive: [],
  };
}

function sentenceOf(columns: readonly string[], moved: readonly string[], hasTimes: boolean): string {
  if (columns.length === 0)
    return hasTimes
      ? 'Nothing can be said of drift: only dates and times are in both, and their values do not count.'
      : 'Nothing can be said of drift: no column has values in both.';
  const aside = hasTimes ? '; values of dates and times do not count' : '';
  if (columns.length === 1)
    return `\`${columns[0]!}\` has ${moved.length === 1 ? '' : 'not '}drifted${aside}.`;
  return moved.length === 0
    ? `None of ${whole(columns.length)} columns has drifted${aside}.`
    : `${whole(moved.length)} of ${whole(columns.length)} columns ${moved.length === 1 ? 'has' : 'have'} drifted${aside}: ${namesOf(moved)}.`;
}
