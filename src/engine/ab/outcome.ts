import { BadInput } from '../../core/failure.ts';
import type { OutcomeQuestion } from '../../protocol/ab.ts';
import type { DataFile } from '../data/dataFile.ts';
import { identifier, quote } from '../data/duckdb.ts';

/** How an outcome column is read: an SQL expression of a double, null where there is none. */
export interface OutcomeColumn {
  readonly metric: 'proportion' | 'mean';
  readonly positive: string | null;
  /** @param column the column, as it is called in the query */
  readonly sql: (column: string) => string;
}

/** @throws BadInput when the column is not there, or does not hold what the metric needs */
export async function outcomeColumn(file: DataFile, asked: OutcomeQuestion): Promise<OutcomeColumn> {
  const { path } = file.source;
  const { kind } = columnOf(file, asked.outcome, 'the outcome');
  const name = identifier(asked.outcome);
  if (asked.metric === 'mean' && kind !== 'number' && kind !== 'truth') {
    const odd = await file.firstNotNumber(asked.outcome);
    if (odd !== null)
      throw new BadInput(
        'not-a-number',
        `\`${path}\` holds \`${odd.value}\` in \`${asked.outcome}\` (row ${odd.row + 1}), of which there is no mean. Choose a column of numbers, or give \`--metric proportion\` and \`--positive\`.`,
      );
  }
  const levels = await file.query(
    `select distinct ${name}::varchar as level from ${file.table} where ${name} is not null order by level limit 6`,
  );
  const words = levels.map(([level]) => String(level));
  if (words.length === 0)
    throw new BadInput(
      'no-outcome',
      `\`${asked.outcome}\` of \`${path}\` is empty. Choose the column that holds the outcome.`,
    );
  const positive = asked.positive ?? knownPositive(words);
  const numbers = kind === 'number' || kind === 'truth' || asked.metric === 'mean';
  const metric = asked.metric ?? (positive !== null ? 'proportion' : 'mean');
  if (metric === 'mean') {
    if (!numbers)
      throw new BadInput(
        'not-a-number',
        `\`${asked.outcome}\` of \`${path}\` holds words (${words.slice(0, 3).join(', ')}). Say which of them counts as a hit, such as \`--positive ${words[0]!}\`.`,
      );
    return {
      metric,
      positive: null,
      sql: column => `case when isfinite(${column}::double) then ${column}::double end`,
    };
  }
  if (positive === null || !(await holds(file, name, positive)))
    throw new BadInput(
      'no-positive',
      `\`${asked.outcome}\` of \`${path}\` holds ${words.slice(0, 5).join(', ')}${positive === null ? '' : `, not \`${positive}\``}. Say which value counts as a hit: \`--positive ${words.at(-1)!}\`.`,
    );
  return {
    metric,
    positive,
    sql: column => `case when ${column} is not null then (${same(column, positive)})::int::double end`,
  };
}

/** @throws BadInput `missing-column` */
export function columnOf(file: DataFile, name: string, role: string): DataFile['columns'][number] {
  const found = file.columns.find(column => column.name === name);
  if (found !== undefined) return found;
  const there = file.columns.slice(0, 12).map(column => `\`${column.name}\``);
  throw new BadInput(
    'missing-column',
    `\`${file.source.path}\` has no column \`${name}\`, which is given as ${role}. It has ${there.join(', ')}${file.columns.length > 12 ? ' and more' : ''}.`,
  );
}

/** Two values of which one is the hit by its name. */
function knownPositive(words: readonly string[]): string | null {
  if (words.length > 2) return null;
  for (const pair of [
    ['0', '1'],
    ['0.0', '1.0'],
    ['false', 'true'],
    ['no', 'yes'],
  ])
    if (words.every(word => pair.includes(word.toLowerCase())))
      return words.find(word => word.toLowerCase() === pair[1]) ?? pair[1]!;
  return null;
}

async function holds(file: DataFile, name: string, positive: string): Promise<boolean> {
  // 0 and 1 say what they mean even where nobody was hit.
  if (/^(1|1\.0|true|yes)$/i.test(positive)) return true;
  const [row] = await file.query(`select count(*) from ${file.table} where ${same(name, positive)}`);
  return Number(row?.[0]) > 0;
}

/** Whether a value is that word; 1, 1.0 and true as the numbers they are. */
function same(column: string, positive: string): string {
  const text = `${column}::varchar = ${quote(positive)}`;
  const number = Number(positive);
  return Number.isNaN(number) || positive.trim() === ''
    ? text
    : `(${text} or try_cast(${column}::varchar as double) = ${number})`;
}
