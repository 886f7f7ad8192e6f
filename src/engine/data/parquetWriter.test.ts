import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { opened, scratch } from '../testing.ts';
import { ParquetWriter } from './parquetWriter.ts';

it('writes more rows of many columns than it holds at once, in their order', async () => {
  const folder = await scratch();
  const file = join(folder, 'wide.parquet');
  const [columns, rows] = [1030, 2053];
  const names = Array.from({ length: columns }, (_, c) => `c${c}`);
  const writer = await ParquetWriter.open(file, [
    { name: 'row', type: 'whole' },
    { name: 'word', type: 'text' },
    ...names.map(name => ({ name, type: 'number' as const })),
  ]);
  for (const [from, to] of [
    [0, 2000],
    [2000, rows],
  ] as const) {
    const some = Array.from({ length: to - from }, (_, i) => from + i);
    const words = some.map(row => (row === 2050 ? null : `w${row}`));
    const numbers = names.map((_, c) => Float64Array.from(some, row => (row === c ? NaN : row + c / 4096)));
    await writer.append([some, words, ...numbers], some.length);
  }
  expect(await readdir(folder)).not.toContain('wide.parquet');
  await writer.finish({ 'slipway.seed': '1' });
  await writer.close();
  expect(await readdir(folder)).toEqual(['wide.parquet']);
  const data = await opened({ file, path: 'wide.parquet' });
  const read = await data.read(
    ['row', 'c0', 'c1029'].map(name => ({ name, as: 'number' as const })),
    'all',
  );
  const own = Array.from({ length: rows }, (_, row) => row);
  const values = read.columns.map(column => (column.kind === 'number' ? Array.from(column.values) : []));
  expect(values).toEqual([
    own,
    own.map(row => (row === 0 ? NaN : row)),
    own.map(row => (row === 1029 ? NaN : row + 1029 / 4096)),
  ]);
  expect(await data.query(`select word from ${data.table} where row >= 2049 order by row`)).toEqual([
    ['w2049'],
    [null],
    ['w2051'],
    ['w2052'],
  ]);
});
