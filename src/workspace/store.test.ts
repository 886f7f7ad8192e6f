import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ResultStore, whyStale, type Current } from './store.ts';
import { temporaryFolder, validationOf } from './testing.ts';

const digest = 'd'.repeat(64);

const now = (job: string | null, holdout: string | null): Current => ({
  job,
  data: [{ role: 'holdout', path: 'data/h.csv', digest: holdout }],
});

test('what was put comes back under its job', async () => {
  const store = new ResultStore(temporaryFolder());
  await store.put('validate', [digest], validationOf('j1'));
  expect((await store.get('validate', [digest], 'j1'))?.result).toEqual(validationOf('j1'));
  expect(await store.get('validate', [digest], 'j2')).toBeNull();
  expect(await store.get('validate', ['e'.repeat(64)], 'j1')).toBeNull();
});

test('the latest is the job as it would run now, else the newest marked stale', async () => {
  const store = new ResultStore(temporaryFolder());
  expect(await store.latest('validate', [digest], now('j1', 'h1'))).toBeNull();
  await store.put('validate', [digest], validationOf('j1'));
  expect((await store.latest('validate', [digest], now('j1', 'h1')))?.stale).toBeNull();
  expect((await store.latest('validate', [digest], now('j2', 'h2')))?.stale).toBe(
    'The holdout data `data/h.csv` has changed since.',
  );
});

test('why a result is stale', () => {
  const result = validationOf('j1');
  expect(whyStale(result, now('j1', 'h1'))).toBeNull();
  expect(whyStale(result, now(null, 'h1'))).toBeNull();
  expect(whyStale(result, now('j2', 'h1'))).toBe('The policy or the settings have changed since.');
  expect(whyStale(result, now('j2', null))).toBe('The holdout data `data/h.csv` is gone.');
  expect(whyStale(result, { job: 'j2', data: [] })).toBe('The holdout data is no longer configured.');
  const moved: Current = { job: 'j2', data: [{ role: 'holdout', path: 'data/new.csv', digest: 'h2' }] };
  expect(whyStale(result, moved)).toBe('The holdout data is now `data/new.csv`; it was `data/h.csv`.');
  const more: Current = {
    job: 'j2',
    data: [{ role: 'reference', path: 'data/r.csv', digest: 'r' }],
  };
  expect(whyStale(result, more)).toBe('The reference data `data/r.csv` is new since.');
});

test('a damaged file is as good as none', async () => {
  const root = temporaryFolder();
  const store = new ResultStore(root);
  await store.put('validate', [digest], validationOf('j1'));
  const folder = join(root, '.slipway/results/validate', digest);
  expect(readdirSync(folder)).toEqual(['j1.json']);
  writeFileSync(join(folder, 'j1.json'), '{"schema":');
  expect(await store.get('validate', [digest], 'j1')).toBeNull();
  expect(await store.latest('validate', [digest], now('j1', 'h1'))).toBeNull();
});
