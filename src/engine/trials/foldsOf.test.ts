import { describe, expect, it } from 'vitest';
import type { DataSource, ModelMeaning } from '../../protocol/engine.ts';
import type { FoldPlan, SplitResult } from '../../protocol/trials.ts';
import { split } from '../tasks/crossValidate.ts';
import { dataOf, noMeaning, opened, scratch } from '../testing.ts';
import { foldsOf, type Folds } from './foldsOf.ts';
import { isoSeconds } from './isoTime.ts';

const plan: FoldPlan = { folds: 2, repeats: 1, groups: null, time: null, column: null, seed: 1 };
const csv = (times: readonly string[]): Promise<DataSource> =>
  dataOf(['x,at', ...times.map((time, i) => `${i},${time}`)].join('\n'));

async function timed(...times: string[]): Promise<Folds> {
  return await foldsOf(await opened(await csv(times)), noMeaning, { ...plan, time: 'at' });
}
const tested = ({ folds }: Folds): number[][] => folds.map(({ test }) => [...test]);

describe('folds in time', () => {
  it('refuse a row without a time, which has no place in the order', async () => {
    await expect(timed('3', '1', '', '2')).rejects.toThrow(/^Row 3 of `.*` has no value in `at`/);
    await expect(timed('2026-01-03', '2026-01-01', '', '2026-01-02')).rejects.toThrow(
      /^Row 3 of `.*` has no value in `at`/,
    );
  });

  it('refuse what is no time', async () => {
    await expect(timed('2026-01-03', 'yesterday', '2026-01-01')).rejects.toMatchObject({
      code: 'fold-time',
      message: expect.stringMatching(/^Row 2 of `.*` has `yesterday` in `at`/) as string,
    });
    // Days before months sort as text, but not in time.
    await expect(timed('13/01/2026', '02/02/2026', '14/03/2026')).rejects.toThrow(/ISO 8601/);
  });

  it('follow the moment, not the letters', async () => {
    const order = await timed('2026-01-01T12:00:00Z', '2026-01-01T13:00:00+02:00', '2026-01-01T12:30:00Z');
    expect(tested(order)).toEqual([[0], [2]]);
    expect(tested(await timed('10', '9', '100'))).toEqual([[0], [2]]);
  });
});

describe('an ISO time', () => {
  it('is read with its offset, to the microsecond', () => {
    expect(isoSeconds('1970-01-02')).toBe(86_400);
    expect(isoSeconds('1970-01-01 02:00:01.5+02')).toBe(1.5);
    expect(isoSeconds('1970-01-01T00:00-0130')).toBe(5400);
    expect(isoSeconds('2026-01-01 00:00:00.000002')).toBeGreaterThan(
      isoSeconds('2026-01-01 00:00:00.000001'),
    );
    for (const text of ['', '2026', '2026-13-01', '10:00:00', '01/02/2026'])
      expect(isoSeconds(text)).toBeNaN();
  });
});

describe('rows that are split', () => {
  const splitOf = async (
    data: DataSource,
    meaning: ModelMeaning,
    own: Partial<FoldPlan>,
  ): Promise<SplitResult> =>
    await split(
      { kind: 'split', data, meaning, plan: { ...plan, ...own }, folder: await scratch() },
      () => undefined,
    );

  it('are counted in full though folds in time have fewer', async () => {
    const data = await csv(['1', '2', '3', '4', '5', '6', '7']);
    const { folds, rows, words } = await splitOf(data, { ...noMeaning, label: 'x' }, { time: 'at' });
    expect(rows).toBe(7);
    expect(folds[0]!.trainRows + folds[0]!.testRows).toBe(5);
    expect(words).toBe('in the order of `at`, trained on what came before');
  });

  it('are only called stratified where they are', async () => {
    const many = await dataOf(['x,y', ...Array.from({ length: 60 }, (_, i) => `${i},c${i % 30}`)].join('\n'));
    expect((await splitOf(many, { ...noMeaning, label: 'y' }, {})).words).toBe('shuffled');
    const two = await dataOf(['x,y', ...Array.from({ length: 60 }, (_, i) => `${i},c${i % 2}`)].join('\n'));
    expect((await splitOf(two, { ...noMeaning, label: 'y' }, {})).words).toBe('shuffled, stratified by `y`');
  });
});
