import { cellAt, type Cell, type Column, type Table } from '../../core/data/table.ts';
import { BadInput } from '../../core/failure.ts';
import { didYouMean } from '../../core/nearest.ts';
import type { RowSource } from '../../protocol/local.ts';
import type { DataFile, Wanted } from '../data/dataFile.ts';

/**
 * The row that is asked about, as a table of one row with the model's features.
 * @throws BadInput for a row or a column that is not there, or a word where a number belongs
 */
export async function rowTable(
  data: DataFile,
  features: readonly Wanted[],
  { row, changes }: RowSource,
): Promise<Table> {
  const names = features.map(({ name }) => name);
  const strange = Object.keys(changes).find(name => !names.includes(name));
  if (strange !== undefined)
    throw new BadInput(
      'unknown-column',
      `The model reads no column \`${strange}\`, so changing it says nothing.${didYouMean(strange, names)}`,
    );
  const own = row === null ? null : await ownRow(data, features, row);
  const lost = own === null ? names.filter(name => !(name in changes)) : [];
  if (lost.length > 0)
    throw new BadInput(
      'missing-values',
      `The row has no value of ${lost.map(name => `\`${name}\``).join(', ')}. Give one for each column, or a row number.`,
    );
  return {
    rows: 1,
    columns: features.map((feature, j) => {
      const change = changes[feature.name];
      return change === undefined ? own!.columns[j]! : columnOf(feature, [change]);
    }),
  };
}

/** Values of one feature as a column. */
export function columnOf({ name, as }: Wanted, values: readonly Cell[]): Column {
  if (as !== 'text')
    return { kind: 'number', name, values: Float64Array.from(values, value => numberOf(name, value)) };
  const words = values.map(value => (value === null ? null : String(value)));
  const levels = [...new Set(words.filter(word => word !== null))];
  return {
    kind: 'category',
    name,
    codes: Int32Array.from(words, word => (word === null ? -1 : levels.indexOf(word))),
    levels,
  };
}

/** All values of a row, in the order of the columns. */
export function cellsOf(table: Table, row: number): Cell[] {
  return table.columns.map(column => cellAt(column, row));
}

async function ownRow(data: DataFile, features: readonly Wanted[], row: number): Promise<Table> {
  const found =
    Number.isInteger(row) && row >= 0 ? await data.read(features, { offset: row, limit: 1 }) : null;
  if (found?.rows === 1) return found;
  const total = await data.rows();
  throw new BadInput(
    'no-such-row',
    `\`${data.source.path}\` has no row ${row}: its rows are 0 to ${total - 1}. Choose among them.`,
  );
}

function numberOf(name: string, value: Cell): number {
  if (value === null) return Number.NaN;
  if (typeof value === 'string' && /^(true|false)$/i.test(value))
    return value.toLowerCase() === 'true' ? 1 : 0;
  const number = Number(value);
  if (Number.isFinite(number) && String(value).trim() !== '') return number;
  throw new BadInput(
    'not-a-number',
    `\`${name}\` is a column of numbers, and \`${value}\` is none. Give a number.`,
  );
}
