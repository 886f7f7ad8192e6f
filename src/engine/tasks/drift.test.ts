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
    sentence: '`x` has not drifted; dates and times do not count.',
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

it('says that nothing was compared when only times are in both', async () => {
  const [a, b] = [
    await dataOf('on,x\n2026-01-01,1\n', 'a.csv'),
    await dataOf('on,y\n2026-02-01,1\n', 'b.csv'),
  ];
  const { verdict } = await drift({ kind: 'drift', before: a, now: b, seed: 1 });
  expect(verdict).toMatchObject({
    status: 'inconclusive',
    sentence: 'Nothing can be said of drift: only dates and times are in both, and these do not count.',
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
