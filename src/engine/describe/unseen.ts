import type { DataDescription } from '../../protocol/results/data.ts';
import type { DataFile } from '../data/dataFile.ts';
import type { HeldColumn } from './held.ts';

export type Unseen = NonNullable<DataDescription['columns'][number]['levels']>['unseen'];

const mostWords = 20;

/**
 * The words of a column of the table `held` that no row of the reference has; null for a column that holds no words,
 * or that the reference lacks.
 * @param file opened beside `reference`
 */
export async function unseenWords(
  file: DataFile,
  reference: DataFile,
  { name, kind, id }: HeldColumn,
): Promise<Unseen> {
  if (kind !== 'category' || !reference.columns.some(column => column.name === name)) return null;
  const rows = await file.query(
    `select word, count(*) over () from (
      select ${id} as word, count(*) as n from held
      where ${id} is not null and ${id} not in (select ${id}::varchar from ${reference.table} where ${id} is not null)
      group by 1) order by n desc, word limit ${mostWords}`,
  );
  return { distinct: Number(rows[0]?.[1] ?? 0), words: rows.map(([word]) => String(word)) };
}
