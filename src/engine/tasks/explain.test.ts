import { describe, expect, it } from 'vitest';
import { BadInput } from '../../core/failure.ts';
import type { ExplainJob } from '../../protocol/engine.ts';
import { explanation } from '../../protocol/results/explanation.ts';
import { creditModel, dataOf, example, modelSource, noMeaning, oddModel, quiet } from '../testing.ts';
import { explain } from './explain.ts';

const credit: ExplainJob = {
  kind: 'explain',
  model: creditModel('1.0.0'),
  meaning: { ...noMeaning, label: 'default', positive: 'bad' },
  data: example('credit-risk/data/holdout.csv'),
  background: example('credit-risk/data/reference.csv'),
  backgroundRows: 20,
  where: null,
  rows: [3, 250],
  method: 'shapley',
  output: null,
  space: null,
  budget: 100,
  seed: 7,
};
const bike: ExplainJob = {
  ...credit,
  model: modelSource('examples/bike-demand/models/bike-demand-2.0.0.onnx'),
  meaning: { ...noMeaning, label: 'bikers', unit: 'bikes/hour' },
  data: example('bike-demand/data/holdout.csv'),
  background: null,
};

describe('an explanation', () => {
  it('is a document of its schema, the same each time', async () => {
    const first = await explain(credit, quiet);
    expect(explanation.parse(first)).toEqual(first);
    expect(await explain(credit, quiet)).toEqual(first);
    expect(first).toMatchObject({
      n: 2,
      output: { class: 'bad', index: 0, title: 'P(bad)' },
      space: 'probability',
      exact: false,
      background: { rows: 20, description: '20 of 700 rows of credit-risk/data/reference.csv, seed 7' },
      data: [
        { role: 'data', rows: 300 },
        { role: 'background', rows: 700 },
      ],
    });
    expect(first.rows.map(({ row, label }) => [row, label])).toEqual([
      [3, 'good'],
      [250, first.rows[1]!.label],
    ]);
    expect(first.rows[0]!.errors).toHaveLength(20);
    expect(first.warnings.map(({ kind }) => kind)).toContain('small-background');
  });

  it('adds up, and its base value is the mean prediction of the background', async () => {
    for (const job of [credit, { ...credit, space: 'raw' as const }, bike]) {
      const { rows, baseValue, proof } = await explain(
        { ...job, meaning: { ...job.meaning, label: null } },
        quiet,
      );
      expect(baseValue).toBeCloseTo(proof.meanBackgroundPrediction!, 5);
      for (const { values, prediction } of rows)
        expect(values.reduce((sum, value) => sum + value, baseValue)).toBeCloseTo(prediction, 6);
      expect(proof.maxAdditivityError).toBeLessThan(1e-6 * Math.max(1, Math.abs(baseValue)));
    }
  });

  it('turns about for the other class', async () => {
    const unlabelled = { ...credit, meaning: { ...credit.meaning, label: null } };
    const bad = await explain({ ...unlabelled, output: 'bad' }, quiet);
    const good = await explain({ ...unlabelled, output: 1 }, quiet);
    expect(good.output).toMatchObject({ class: 'good', title: 'P(good)' });
    good.rows[0]!.values.forEach((value, j) => expect(value).toBeCloseTo(-bad.rows[0]!.values[j]!, 5));
  });

  it('is exact for few columns, and says that two of them move together', async () => {
    const result = await explain(bike, quiet);
    expect(result).toMatchObject({
      method: 'shapley-exact',
      exact: true,
      space: 'value',
      task: 'regression',
    });
    expect(result.rows[0]!.errors).toBeNull();
    expect(result.warnings.find(({ kind }) => kind === 'correlated')!.sentence).toMatch(
      /`temperature` and `feels_like`/,
    );
  });

  it('is about the rows of a cohort only', async () => {
    const result = await explain({ ...bike, where: 'temperature > 0.6', rows: 12 }, quiet);
    expect(result.cohort).toMatchObject({ where: 'temperature > 0.6' });
    expect(result.sentence).toMatch(/^Where `temperature > 0.6` \(\d+ rows\): /);
    const at = result.features.findIndex(({ name }) => name === 'temperature');
    for (const { inputs } of result.rows) expect(inputs[at]).toBeGreaterThan(0.6);
    await expect(explain({ ...bike, where: 'temperature <= 0.6', rows: [0] }, quiet)).rejects.toThrow(
      /Row 0 of .* does not meet/,
    );
  });

  it('warns first when the model is hardly better than guessing', async () => {
    const lines = Array.from({ length: 60 }, (_, i) => `${i % 7},${i % 5},${i % 3},1,${i % 2 === 0 ? 1 : 2}`);
    const data = await dataOf(`a,b,c,d,y\n${lines.join('\n')}\n`);
    const model = oddModel('tensor-integers');
    const result = await explain(
      { ...credit, model, meaning: { ...noMeaning, label: 'y' }, data, background: null, rows: 5 },
      quiet,
    );
    expect(result.warnings[0]).toMatchObject({ kind: 'weak-model' });
  });

  it.each([
    ['a row beyond the data', { rows: [300] }, /no row 300: its rows are 0 to 299/],
    ['a class the model does not have', { output: 'ugly' }, /no class `ugly`.*`bad`, `good`/],
    ['a space its output does not have', { space: 'value' }, /cannot be explained as `value`/],
    ['a background of other columns', { background: example('bike-demand/data/reference.csv') }, /no column/],
  ] as const)('refuses %s', async (_, part, sentence) => {
    const failure = explain({ ...credit, ...part }, quiet);
    await expect(failure).rejects.toThrow(sentence);
    await expect(failure).rejects.toThrow(BadInput);
  });

  it('explains rows whose labels are of one class', async () => {
    const data = await dataOf('a,b,c,d,y\n5,3,1,0,1\n6,3,4,1,1\n6,2,5,2,1\n');
    const job = {
      ...credit,
      model: oddModel('tensor-integers'),
      meaning: { ...noMeaning, label: 'y' },
      data,
      background: null,
      rows: 3,
    };
    expect(await explain(job, quiet)).toMatchObject({ n: 3 });
  });
});
