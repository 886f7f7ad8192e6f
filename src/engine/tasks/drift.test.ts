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

it('measures dates and times by their seconds, shows them as dates, and does not count them', async () => {
  const day = (i: number): string => new Date(Date.UTC(2026, 0, 1 + i)).toISOString().slice(0, 10);
  const at = (i: number): string => new Date(Date.UTC(2026, 2, 1, 0, i)).toISOString().slice(0, 19);
  const rows = (shift: number): string =>
    Array.from({ length: 101 }, (_, i) => `${day(i + shift)},${at(i)},${i % 5}`).join('\n');
  const [a, b] = [
    await dataOf(`on,at,x\n${rows(0)}\n`, 'a.csv'),
    await dataOf(`on,at,x\n${rows(30)}\n`, 'b.csv'),
  ];
  const found = await drift({ kind: 'drift', before: a, now: b, seed: 1 });
  expect(document.parse(found)).toEqual(found);
  expect(found.verdict).toMatchObject({
    status: 'pass',
    sentence: '`x` has not drifted; values of dates and times do not count.',
  });
  const [on, moment] = ['on', 'at'].map(name => found.columns.find(one => one.name === name)!);
  // 101 days, all moved by 30: the CDFs are 30/101 apart, Wasserstein's distance is the shift itself.
  expect(on).toMatchObject({
    kind: 'time',
    drifted: true,
    test: 'Kolmogorov-Smirnov',
    statistic: expect.closeTo(30 / 101, 12) as number,
    wasserstein: expect.closeTo(30 / Math.sqrt((101 ** 2 - 1) / 12), 9) as number,
    range: { before: ['2026-01-01', '2026-04-11'], now: ['2026-01-31', '2026-05-11'] },
  });
  expect(on!.bins.map(({ name }) => name)).toEqual([
    '<= 2026-01-11',
    ...[1, 2, 3, 4, 5, 6, 7, 8].map(i => `(${day(10 * i)}, ${day(10 * i + 10)}]`),
    '> 2026-04-01',
  ]);
  // Eleven days, then ten a bin; 30 days later two bins are empty, for which half a row stands.
  const before = [11, 10, 10, 10, 10, 10, 10, 10, 10, 10].map(count => count / 101);
  const now = [0.5, 0.5, 1, 10, 10, 10, 10, 10, 10, 40].map(count => count / 102);
  const psi = now.reduce((sum, share, i) => sum + (share - before[i]!) * Math.log(share / before[i]!), 0);
  expect(on!.psi).toBeCloseTo(psi, 12);
  expect(moment).toMatchObject({
    drifted: false,
    range: {
      before: ['2026-03-01 00:00', '2026-03-01 01:40'],
      now: ['2026-03-01 00:00', '2026-03-01 01:40'],
    },
  });
  expect(found.classifier!.columns.map(({ name }) => name)).toEqual(['x']);
});

it.each([
  [200, "Fisher's exact test of missing values: p below 0.05"],
  [2000, 'Jensen-Shannon distance of missing values of 0.1 or more'],
])('finds columns that miss more values than before, of %i rows', async (n, decidedBy) => {
  const on = (i: number): string => `2026-01-${String((i % 28) + 1).padStart(2, '0')}`;
  const rows = (all: (i: number) => string): string => Array.from({ length: n }, (_, i) => all(i)).join('\n');
  const [a, b] = [
    await dataOf(
      `x,w,gone,on,same\n${rows(i => `${i % 50},${'ab'[i % 2]!},${i % 3},${on(i)},${i % 4 === 0 ? '' : 1}`)}\n`,
      'a.csv',
    ),
    await dataOf(
      // Half of x is missing, in pairs of rows, so that what is there is as before.
      `x,w,gone,on,same\n${rows(i => `${(i >> 1) % 2 === 0 ? '' : i % 50},${'ab'[i % 2]!},,,${i % 4 === 0 ? '' : 1}`)}\n`,
      'b.csv',
    ),
  ];
  const found = await drift({ kind: 'drift', before: a, now: b, seed: 1 });
  expect(document.parse(found)).toEqual(found);
  expect(found.columns.filter(({ drifted }) => drifted)).toEqual([]);
  expect(found.missing.map(({ name, drifted, missing }) => [name, drifted, missing])).toEqual([
    ['gone', true, [0, 1]],
    ['on', true, [0, 1]],
    ['x', true, [0, 0.5]],
    ['same', false, [0.25, 0.25]],
  ]);
  expect(found.missing[0]!.decidedBy).toBe(decidedBy);
  expect(found.verdict).toMatchObject({
    status: 'fail',
    sentence:
      '3 of 5 columns have drifted: `x`, `gone`, `on`. Missing values: `gone` from 0 % to 100 %, `on` from 0 % to 100 %, `x` from 0 % to 50 %.',
  });
});

it('says that nothing was compared when only times are in both', async () => {
  const [a, b] = [
    await dataOf('on,x\n2026-01-01,1\n', 'a.csv'),
    await dataOf('on,y\n2026-02-01,1\n', 'b.csv'),
  ];
  const { verdict } = await drift({ kind: 'drift', before: a, now: b, seed: 1 });
  expect(verdict).toMatchObject({
    status: 'inconclusive',
    sentence:
      'Nothing can be said of drift: only dates and times are in both, and their values do not count.',
  });
});

it('refuses files without a common column, and without rows', async () => {
  const [a, b] = [await dataOf('x\n1\n', 'a.csv'), await dataOf('y\n1\n', 'b.csv')];
  await expect(drift({ kind: 'drift', before: a, now: b, seed: 1 })).rejects.toThrow(/no column in common/);
  const empty = await dataOf('x\n', 'c.csv');
  await expect(drift({ kind: 'drift', before: a, now: empty, seed: 1 })).rejects.toThrow(
    /no rows|no column in common/,
  );
});
