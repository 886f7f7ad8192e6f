import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { columnsOf } from './columnsOf.ts';

test.each([
  ['a.csv', 'age,"credit, amount","a ""b"""\n1,2,3\n', ['age', 'credit, amount', 'a "b"']],
  ['a.csv', '\uFEFFage;purpose\r\n1;car, new\r\n', ['age', 'purpose']],
  ['a.tsv', 'age\tpurpose\n', ['age', 'purpose']],
  ['a.jsonl', '{"age":1,"purpose":"car"}\n', ['age', 'purpose']],
  ['a.jsonl', 'no JSON\n', null],
  ['a.parquet', 'PAR1', null],
])('%s names its columns', async (name, text, columns) => {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-columns-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, name), text);
  expect(columnsOf(join(folder, name))).toEqual(columns);
});

test('what is not there names none', () => {
  expect(columnsOf('/nowhere/a.csv')).toBeNull();
});
