import { describe, expect, it } from 'vitest';
import { BadInput } from '../../core/failure.ts';
import type { ImportanceJob } from '../../protocol/engine.ts';
import { importance as schema } from '../../protocol/results/importance.ts';
import { creditModel, example, modelSource, noMeaning, quiet } from '../testing.ts';
import { importance } from './importance.ts';

const credit: ImportanceJob = {
  kind: 'importance',
  model: creditModel('1.0.0'),
  meaning: { ...noMeaning, label: 'default', positive: 'bad' },
  data: example('credit-risk/data/holdout.csv'),
  background: example('credit-risk/data/reference.csv'),
  where: null,
  backgroundRows: 10,
  method: 'permutation',
  rows: 300,
  groups: [],
  correlated: null,
  metric: null,
  repeats: 3,
  precision: 0,
  seed: 7,
};
const bike: ImportanceJob = {
  ...credit,
  model: modelSource('examples/bike-demand/models/bike-demand-2.0.0.onnx'),
  meaning: { ...noMeaning, label: 'bikers', unit: 'bikes/hour' },
  data: example('bike-demand/data/holdout.csv'),
  background: null,
};

describe('importance', () => {
  it('by permutation is a document of its schema, the same each time', async () => {
    const first = await importance(credit, quiet);
    expect(schema.parse(first)).toEqual(first);
    expect(await importance(credit, quiet)).toEqual(first);
    expect(first).toMatchObject({
      method: 'permutation',
      measure: { name: 'roc_auc' },
      n: 300,
      background: null,
    });
    expect(first.global[0]).toMatchObject({ feature: 'checking_account', columns: ['checking_account'] });
  });

  it('shuffles what moves together as one', async () => {
    const { global, groups } = await importance({ ...bike, correlated: 0.8 }, quiet);
    expect(groups).toEqual({ by: 'correlation', threshold: 0.8 });
    expect(global.map(({ feature }) => feature)).toContain('temperature + feels_like');
    expect(global).toHaveLength(8);
  });

  it('by SAGE sums to what the columns take off the loss, of the same rows', async () => {
    const found = await importance({ ...bike, method: 'sage', rows: 40 }, quiet);
    expect(schema.parse(found)).toEqual(found);
    const sum = found.global.reduce((total, { value }) => total + value, 0);
    const { value, without } = found.measure;
    expect(sum / (without! - value)).toBeCloseTo(1, 9);
    expect(found.proof.additivityError! / without!).toBeLessThan(1e-9);
    expect(found).toMatchObject({ n: 40, measure: { name: 'squared_error', unit: '(bikes/hour)²' } });
    expect(found.global[0]!.feature).toBe('hour');
    expect(found.global[0]!.interval!.method).toMatch(/40 rows/);
  });

  it('takes the groups of the user as players', async () => {
    const weather = { name: 'weather', columns: ['temperature', 'feels_like', 'humidity', 'wind_speed'] };
    const days = { name: 'day', columns: ['month', 'weekday', 'holiday', 'working_day'] };
    const found = await importance({ ...bike, method: 'sage', rows: 40, groups: [weather, days] }, quiet);
    expect(found.global.map(({ feature }) => feature).sort()).toEqual(['day', 'hour', 'weather']);
    expect(found).toMatchObject({ exact: true, groups: { by: 'user' } });
  });

  it.each([
    ['a group of unknown columns', { groups: [{ name: 'g', columns: ['agee'] }] }, /Did you mean `age`/],
    [
      'a column in two groups',
      {
        groups: [
          { name: 'g', columns: ['age'] },
          { name: 'h', columns: ['age'] },
        ],
      },
      /in the groups `g` and `h`/,
    ],
    [
      'a group named as another column',
      { groups: [{ name: 'job', columns: ['age', 'purpose'] }] },
      /Two players would be called `job`/,
    ],
    ['groups both ways', { correlated: 0.5, groups: [{ name: 'g', columns: ['age'] }] }, /Choose one/],
    ['a threshold that is none', { correlated: 2 }, /between 0 and 1/],
    ['data without labels', { meaning: noMeaning }, /needs labels/],
    ['a metric of another task', { metric: 'r2' }, /no metric `r2`/],
  ])('refuses %s', async (_, part, sentence) => {
    const failure = importance({ ...credit, ...part }, quiet);
    await expect(failure).rejects.toThrow(sentence);
    await expect(failure).rejects.toThrow(BadInput);
  });
});
