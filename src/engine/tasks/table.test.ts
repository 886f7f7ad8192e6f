import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { rowsPage } from '../data/rows.ts';
import { writeTable } from './table.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-table-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function written(
  columns: readonly string[],
  rows: readonly (readonly (number | string | boolean | null)[])[],
) {
  const file = join(folder, `${columns.join('-')}.parquet`);
  await writeTable({ file, columns, rows });
  return await rowsPage({ data: { file, path: file }, offset: 0, limit: 10, orderBy: null, filter: null });
}

it('writes numbers, whole numbers and words with missing cells', async () => {
  const page = await written(
    ['row', 'value', 'word'],
    [
      [3, 0.25, 'a'],
      [4, null, null],
    ],
  );
  expect(page.columns.map(({ type }) => type)).toEqual(['BIGINT', 'DOUBLE', 'VARCHAR']);
  expect(page.rows).toEqual([
    [3, 0.25, 'a'],
    [4, null, null],
  ]);
});

it('tells columns apart that a database would take for the same', async () => {
  const page = await written(['A', 'a'], [[1, 2]]);
  expect(page.columns.map(({ name }) => name)).toEqual(['A', 'a (2)']);
});

it('writes truth values and mixed columns as words, and a table without rows', async () => {
  expect((await written(['few rows'], [[true], [false]])).rows).toEqual([['true'], ['false']]);
  expect((await written(['mixed'], [[1], ['x']])).rows).toEqual([['1'], ['x']]);
  expect((await written(['none'], [])).total).toBe(0);
});
