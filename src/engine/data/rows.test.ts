import { describe, expect, it } from 'vitest';
import { BadInput } from '../../core/failure.ts';
import type { RowsRequest } from '../../protocol/engine.ts';
import { dataOf } from '../testing.ts';
import { rowsPage } from './rows.ts';

const text = 'age,name\n30,ann\n41,bob\n,cy\n22,dee\n';
const page = async (request: Partial<RowsRequest>): Promise<Awaited<ReturnType<typeof rowsPage>>> =>
  await rowsPage({ data: await dataOf(text), offset: 0, limit: 10, orderBy: null, filter: null, ...request });

describe('a page of rows', () => {
  it('comes in the order of the file, with the total', async () => {
    expect(await page({ offset: 1, limit: 2 })).toEqual({
      columns: [
        { name: 'age', type: 'BIGINT' },
        { name: 'name', type: 'VARCHAR' },
      ],
      rows: [
        [41, 'bob'],
        [null, 'cy'],
      ],
      total: 4,
    });
  });

  it('is ordered, missing values last, and filtered', async () => {
    const sorted = await page({ orderBy: { column: 'age', descending: true } });
    expect(sorted.rows.map(row => row[1])).toEqual(['bob', 'ann', 'dee', 'cy']);
    const adults = await page({ filter: "age > 25 and name like '%n%' -- a comment" });
    expect(adults).toMatchObject({ total: 1, rows: [[30, 'ann']] });
  });

  it.each([
    ['a syntax error', 'age > > 1'],
    ['an unknown column', 'size > 1'],
    ['a second query', '1=1) union select (1'],
    ['a subquery', 'age in (select 1)'],
    ['a statement', 'age > 1; drop table data'],
    ['another file', "exists (select * from read_text('/etc/hostname'))"],
    ['an order of its own', 'age > 1 order by age'],
    ['a text that is no number', 'name > 1'],
  ])('refuses %s in a filter', async (_, filter) => {
    await expect(page({ filter })).rejects.toThrow(BadInput);
    await expect(page({ filter })).rejects.toThrow(/The filter/);
  });

  it('refuses to order by a column that is not there', async () => {
    await expect(page({ orderBy: { column: 'size', descending: false } })).rejects.toThrow(
      /no column `size`/,
    );
  });
});
