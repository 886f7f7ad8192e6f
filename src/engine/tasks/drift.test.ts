import { expect, it } from 'vitest';
import { drift as document } from '../../protocol/results/drift.ts';
import { dataOf, example } from '../testing.ts';
import { drift } from './drift.ts';

const before = example('credit-risk/data/reference.csv');
const now = example('credit-risk/data/holdout.csv');

it('is a document of its schema, the same each time', async () => {
  const found = await drift({ kind: 'drift', before, now, seed: 1 });
  expect(document.parse(found)).toEqual(found);
  expect(await drift({ kind: 'drift', before, now, seed: 1 })).toEqual(found);
  expect(found).toMatchObject({ sampled: [700, 300], onlyBefore: [], onlyNow: [] });
  expect(found.columns).toHaveLength(21);
  // Two parts of one shuffled table: nothing tells them apart.
  expect(found.classifier!.interval.low).toBeLessThan(0.5);
});

it('finds the column that moved', async () => {
  const rows = (shift: number): string =>
    Array.from({ length: 200 }, (_, i) => `${((i * 37) % 101) + shift},${['a', 'b', 'c'][i % 3]!}`).join(
      '\n',
    );
  const [a, b] = [
    await dataOf(`x,w\n${rows(0)}\n`, 'a.csv'),
    await dataOf(`x,w,z\n${rows(60).replaceAll('\n', ',1\n')},1\n`, 'b.csv'),
  ];
  const found = await drift({ kind: 'drift', before: a, now: b, seed: 1 });
  expect(found.verdict).toMatchObject({ status: 'fail', failed: ['x'] });
  expect(found.onlyNow).toEqual(['z']);
  expect(found.classifier!.columns[0]!.name).toBe('x');
});

it('refuses files without a common column, and without rows', async () => {
  const [a, b] = [await dataOf('x\n1\n', 'a.csv'), await dataOf('y\n1\n', 'b.csv')];
  await expect(drift({ kind: 'drift', before: a, now: b, seed: 1 })).rejects.toThrow(/no column in common/);
  const empty = await dataOf('x\n', 'c.csv');
  await expect(drift({ kind: 'drift', before: a, now: empty, seed: 1 })).rejects.toThrow(
    /no rows|no column in common/,
  );
});
