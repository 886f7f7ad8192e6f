import type { Column, Table } from '../../core/data/table.ts';
import { BadInput } from '../../core/failure.ts';
import { sampleOf } from '../data/sampleOf.ts';
import type { Subject } from './subject.ts';

export interface ChosenRows {
  /** The plan's features. */
  readonly table: Table;
  readonly label: Column | null;
  /** Row numbers in the data, ascending. */
  readonly rows: readonly number[];
}

/**
 * A seeded sample of the data's rows, or these row numbers.
 * @throws BadInput `no-such-row`
 */
export async function chosenRows(
  { data, plan, label, labelAs }: Subject,
  rows: number | readonly number[],
  seed: number,
  path: string,
): Promise<ChosenRows> {
  const total = await data.rows();
  const chosen = typeof rows === 'number' ? sampleOf(total, rows, seed) : [...new Set(rows)];
  const beyond = chosen.find(row => !(Number.isInteger(row) && row >= 0 && row < total));
  if (beyond !== undefined)
    throw new BadInput(
      'no-such-row',
      `\`${path}\` has no row ${beyond}: its rows are 0 to ${total - 1}. Choose among them.`,
    );
  const sorted = chosen.toSorted((a, b) => a - b);
  const wanted = [...plan.features, ...(label === null ? [] : [{ name: label, as: labelAs }])];
  const table = await data.read(wanted, sorted.length === total ? 'all' : sorted);
  const width = plan.features.length;
  return {
    table: { rows: table.rows, columns: table.columns.slice(0, width) },
    label: label === null ? null : table.columns[width]!,
    rows: sorted,
  };
}
