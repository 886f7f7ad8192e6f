import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { describe, expect, it } from 'vitest';
import { cellAt } from '../../core/data/table.ts';
import { dataOf, opened, scratch } from '../testing.ts';

/** Words of a column over several chunks of the database, read in batches that do not meet its chunks. */
async function read(words: readonly (string | null)[]): Promise<(string | null)[]> {
  const lines = words.map((w, i) => JSON.stringify(w === null ? { i } : { i, w }));
  const data = await opened(await dataOf(`${lines.join('\n')}\n`, 'data.jsonl'));
  const seen: (string | null)[] = [];
  for await (const { table } of data.scan([{ name: 'w', as: 'text' }], 1500))
    for (let row = 0; row < table.rows; row++) seen.push(cellAt(table.columns[0]!, row) as string | null);
  return seen;
}

describe('words', () => {
  it.each([
    ['short ones', 9],
    ['as long as the database keeps in place', 12],
    ['long ones, which it keeps elsewhere', 40],
  ])('come back as they were written: %s', async (_, length) => {
    const words = Array.from({ length: 6000 }, (__, i) => {
      if (i % 11 === 3) return null;
      return `${i % 13}-é`.padEnd(length, 'x').slice(0, length);
    });
    expect(await read(words)).toEqual(words);
  });

  it('are the digits of whole numbers', async () => {
    const numbers = ['0', '1', '-1', '255', '256', '-2147483649', '9007199254740993', null, '4294967295'];
    const parquet = join(await scratch(), 'data.parquet');
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    const rows = Array.from({ length: 5000 }, (_, i) => numbers[(i * 7) % numbers.length] ?? null);
    await connection.run(
      `copy (select w::bigint as b, try_cast(w as integer) as i, try_cast(w as utinyint) as t from ` +
        `(select unnest([${rows.map(w => (w === null ? 'null' : `'${w}'`)).join(', ')}]) as w)) to '${parquet}'`,
    );
    const data = await opened({ file: parquet, path: 'data.parquet' });
    const seen: unknown[][] = [];
    const wanted = ['b', 'i', 't'].map(name => ({ name, as: 'text' as const }));
    for await (const { table } of data.scan(wanted, 1500))
      for (let row = 0; row < table.rows; row++) seen.push(table.columns.map(column => cellAt(column, row)));
    const fits = (w: string | null, low: number, high: number): string | null =>
      w !== null && Number(w) >= low && Number(w) <= high ? w : null;
    expect(seen).toEqual(rows.map(w => [w, fits(w, -(2 ** 31), 2 ** 31 - 1), fits(w, 0, 255)]));
  });

  it('come back when there are more of them than are remembered', async () => {
    const words = Array.from(
      { length: 20_000 },
      (_, i) => `word ${(i * 7919) % 19_000}${i % 3 === 0 ? ' and more of it' : ''}`,
    );
    expect(await read(words)).toEqual(words);
  });

  it('come back empty, missing and with zeros in them', async () => {
    const words = ['', null, 'a\u0000', 'a', 'a\u0000\u0000', null, ''];
    expect(await read(words)).toEqual(words);
  });
});
