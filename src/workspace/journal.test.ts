import { appendFileSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Journal } from './journal.ts';
import { temporaryFolder } from './testing.ts';

interface Entry {
  readonly step: string;
}

async function started(...steps: string[]): Promise<string> {
  const file = join(temporaryFolder(), 'releases', 'staging.jsonl');
  const journal = await Journal.open<Entry>(file);
  for (const step of steps) await journal.append({ step });
  return file;
}

test('records come back in order, each chained to the line before', async () => {
  const file = await started('copy', 'start', 'switch');
  const journal = await Journal.open<Entry>(file);
  expect(journal.records).toEqual([{ step: 'copy' }, { step: 'start' }, { step: 'switch' }]);
  expect(journal.repaired).toBeNull();
  const prevs = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map(line => (JSON.parse(line) as { prev: string }).prev);
  expect(prevs[0]).toBe('0'.repeat(64));
  expect(new Set(prevs).size).toBe(3);
});

test('a missing file is an empty journal, and reading makes nothing', async () => {
  const file = join(temporaryFolder(), 'none.jsonl');
  expect((await Journal.open(file)).records).toEqual([]);
  expect(() => statSync(file)).toThrow('ENOENT');
});

test.each([1, 10, 40])(
  'a line cut off after %d bytes is said, left out, and taken off by the next append',
  async kept => {
    const file = await started('copy', 'start');
    const whole = readFileSync(file);
    const second = whole.indexOf('\n') + 1;
    writeFileSync(file, whole.subarray(0, second + kept));
    const journal = await Journal.open<Entry>(file);
    expect(journal.records).toEqual([{ step: 'copy' }]);
    expect(journal.repaired).toContain(`${kept} bytes after record 1`);
    expect(statSync(file).size).toBe(second + kept);
    await journal.append({ step: 'again' });
    expect(journal.repaired).toBeNull();
    expect((await Journal.open<Entry>(file)).records).toEqual([{ step: 'copy' }, { step: 'again' }]);
  },
);

test('a changed line breaks the chain and is named', async () => {
  const file = await started('copy', 'start', 'switch');
  writeFileSync(file, readFileSync(file, 'utf8').replace('start', 'stary'));
  await expect(Journal.open(file)).rejects.toThrow(/line 3 does not follow/);
  appendFileSync(file, 'nonsense\n');
  await expect(Journal.open(file)).rejects.toMatchObject({ code: 'journal-broken' });
});

test('appends at once keep their order; another writer is seen', async () => {
  const file = await started();
  const one = await Journal.open<Entry>(file);
  const two = await Journal.open<Entry>(file);
  await Promise.all(['a', 'b', 'c'].map(step => one.append({ step })));
  await two.append({ step: 'd' });
  expect(two.records.map(({ step }) => step)).toEqual(['a', 'b', 'c', 'd']);
  expect((await Journal.open<Entry>(file)).records.length).toBe(4);
});
