import type { LeakColumn, LeakFacts } from '../../core/checks/facts.ts';
import { identifier } from '../data/duckdb.ts';
import type { DataFile } from '../data/dataFile.ts';

/** Identifiers of more rows are not held against each other. */
const mostRows = 1_000_000;
const identifierName = /(^|[_\s-])(id|ids|uuid|guid|key|index|idx|number|nr|no)$|[a-z](Id|ID|Key|Uuid|UUID)$/;

/** CSV files come without types of dates: such a column is looked into. */
const dateName =
  /(^|[_\s-])(date|day|time|timestamp|datetime|created|updated|at|on|ts)$|^(date|time)|[a-z](Date|Time|At|On)$/i;

function isDate(type: string): boolean {
  return type === 'DATE' || type.startsWith('TIMESTAMP');
}

async function holdsDates(data: DataFile, column: string): Promise<boolean> {
  const name = identifier(column);
  const [row] = await data.query(
    `select count(${name}), count(*) filter (where ${name} is not null and try_cast(${name} as timestamp) is null) from ${data.table}`,
  );
  return Number(row?.[0]) > 0 && Number(row?.[1]) === 0;
}

/**
 * Columns of dates and of identifiers, which a model does not read but both files have.
 * @param except the label and the columns that are read
 */
export async function leaksOf(
  data: DataFile,
  reference: DataFile,
  except: ReadonlySet<string>,
): Promise<LeakFacts> {
  const before = new Map(reference.columns.map(({ name, kind }) => [name, kind]));
  const shared = data.columns.filter(({ name, kind }) => before.get(name) === kind);
  const dates: LeakColumn[] = [];
  for (const { name, kind, type } of shared)
    if (isDate(type) || (kind === 'text' && dateName.test(name) && (await holdsDates(data, name))))
      dates.push(await datesOf(data, reference, name));
  const dated = new Set(dates.map(({ column }) => column));
  const named = shared.filter(
    ({ name, kind }) =>
      !dated.has(name) &&
      (kind === 'text' || kind === 'number') &&
      !except.has(name) &&
      (identifierName.test(name) || name === 'id'),
  );
  const few =
    named.length > 0 && (await data.rowsAbout()) <= mostRows && (await reference.rowsAbout()) <= mostRows;
  const identifiers: LeakColumn[] = [];
  for (const { name } of few ? named : []) identifiers.push(await identifiersOf(data, reference, name));
  return { dates, identifiers };
}

async function datesOf(data: DataFile, reference: DataFile, column: string): Promise<LeakColumn> {
  const name = identifier(column);
  const [last] = await reference.query(
    `select max(try_cast(${name} as timestamp))::varchar from ${reference.table}`,
  );
  const end = last?.[0];
  if (typeof end !== 'string') return { column, rows: 0, detail: null };
  const [row] = await data.query(
    `select count(*) filter (where try_cast(${name} as timestamp) <= '${end.replaceAll("'", "''")}'::timestamp) from ${data.table}`,
  );
  return { column, rows: Number(row?.[0]), detail: `the reference ends at ${end.replace(' 00:00:00', '')}` };
}

async function identifiersOf(data: DataFile, reference: DataFile, column: string): Promise<LeakColumn> {
  const words = async (file: DataFile): Promise<{ levels: readonly string[]; codes: Int32Array }> => {
    const [only] = (await file.read([{ name: column, as: 'text' }])).columns;
    return only?.kind === 'category' ? only : { levels: [], codes: new Int32Array() };
  };
  const [now, before] = [await words(data), new Set((await words(reference)).levels)];
  const known = Uint8Array.from(now.levels, word => (before.has(word) ? 1 : 0));
  const rows = now.codes.reduce((count, code) => count + (code >= 0 ? known[code]! : 0), 0);
  return { column, rows, detail: null };
}
