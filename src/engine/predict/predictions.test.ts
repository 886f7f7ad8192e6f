import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { matchData } from '../match/matchData.ts';
import { forBatches, loadModel } from '../model/load.ts';
import { golden } from '../tasks/golden.ts';
import { predict } from '../tasks/predict.ts';
import { neverAborted } from '../tasks/signal.ts';
import { creditModel, dataOf, example, modelSource, oddModel, opened, root } from '../testing.ts';
import { Scorer } from './scorer.ts';

interface Case {
  readonly model: string;
  readonly data: string;
  readonly rows: number;
  readonly labels?: readonly string[];
  readonly probabilities?: readonly (readonly number[])[];
  readonly values?: readonly number[];
}
const { models } = JSON.parse(readFileSync(join(root, 'test/golden/predictions.json'), 'utf8')) as {
  models: readonly Case[];
};
const iris = '5.1,3.5,1.4,0.2\n6.2,2.9,4.3,1.3\n6.3,3.3,6.0,2.5\n';
const four = `a,b,c,d\n${iris}`;

describe('predictions', () => {
  it.each(models.map(one => [one.model, one] as const))(
    "equal ONNX Runtime's in Python: %s",
    async (_, one) => {
      const data = { file: join(root, one.data), path: one.data };
      const found = await predict({ model: modelSource(one.model), data, offset: 0, limit: one.rows });
      found.rows.forEach((row, i) => {
        const [prediction, ...scores] = row;
        if (one.values === undefined) expect(prediction).toBe(one.labels![i]);
        const expected = one.values === undefined ? one.probabilities![i]! : [one.values[i]!];
        (one.values === undefined ? scores : [prediction]).forEach((score, j) =>
          expect(Math.abs(Number(score) - expected[j]!)).toBeLessThan(
            2e-6 * Math.max(1, Math.abs(expected[j]!)),
          ),
        );
      });
      expect(found.rows).toHaveLength(one.rows);
    },
  );

  it('are of the page that was asked for', async () => {
    const job = { model: creditModel('1.0.0'), data: example('credit-risk/data/holdout.csv') };
    const all = await predict({ ...job, offset: 0, limit: 10 });
    const some = await predict({ ...job, offset: 7, limit: 2 });
    expect(some.rows.map(row => row[0])).toEqual(all.rows.slice(7, 9).map(row => row[0]));
  });

  it.each([
    ['zipmap-strings', 2],
    ['zipmap-integers', 2],
    ['tensor-integers', 2],
    ['iris', 3],
    ['iris-scores', 3],
    ['label-only', 0],
    ['float16', 3],
    ['float64', 0],
    ['vector-output', 0],
    ['batch-1', 0],
    ['batch-8', 0],
    ['batch-unnamed', 0],
    ['external', 0],
  ])('come from odd models too: %s', async (name, classes) => {
    const model = oddModel(name);
    const { facts } = await loadModel(model);
    const width = facts.inputs[0]!.shape[1];
    const header = ['a', 'b', 'c', 'd'].slice(0, Number(width)).join(',');
    const text = `${header}\n${iris
      .trim()
      .split('\n')
      .map(line => line.split(',').slice(0, Number(width)).join(','))
      .join('\n')}\n`;
    const found = await predict({ model, data: await dataOf(text), offset: 0, limit: 9 });
    expect(found.rows).toHaveLength(3);
    for (const row of found.rows) {
      expect(row[0]).not.toBeNull();
      if (classes > 0) expect(row.slice(1)).toHaveLength(classes);
    }
  });

  // scikit-learn's own numbers: X @ coef_.T + intercept_, and those of KNeighborsRegressor.
  it.each([
    ['two-targets', '5.1,3.5', [1.8455818, 0.4497737], [5.538944, 1.8677322]],
    ['two-targets-uniform', '5,3.2', [1.5333333, 0.2333333], [4.766667, 1.5666666]],
  ])('of several values a row are each a column: %s', async (name, row, ...expected) => {
    const data = await dataOf(`sepal_length,sepal_width\n${row}\n6.2,2.2\n`);
    const found = await predict({ model: oddModel(name), data, offset: 0, limit: 5 });
    expect(found.columns).toEqual(['prediction 0', 'prediction 1']);
    found.rows.forEach((row, i) => row.forEach((value, j) => expect(value).toBeCloseTo(expected[i]![j]!, 5)));
  });

  it('refuse missing and fractional values where the input is whole, with the row', async () => {
    const model = oddModel('mixed-columns');
    const { facts } = await loadModel(model);
    const names = facts.inputs.map(({ name }) => name);
    const line = (duration: string): string =>
      facts.inputs
        .map(({ name, type }) => (name === 'duration' ? duration : type === 'string' ? 'x' : '1'))
        .join();
    const ask = async (duration: string): ReturnType<typeof predict> =>
      await predict({
        model,
        data: await dataOf(`${names.join()}\n${line('6')}\n${line(duration)}\n`),
        offset: 0,
        limit: 5,
      });
    expect((await ask('12')).rows).toHaveLength(2);
    await expect(ask('')).rejects.toThrow(/no value in column `duration` \(row 2\)/);
    await expect(ask('1.5')).rejects.toThrow(/1\.5 in column `duration` \(row 2\).*whole numbers/);
  });
});

describe('composed rows', () => {
  it('are answered like the rows they stand for', async () => {
    const model = await loadModel(creditModel('1.1.0'));
    const data = await opened(example('credit-risk/data/holdout.csv'));
    const plan = await matchData(model.facts, data, 'default', null);
    const session = await model.session(forBatches);
    const scorer = await Scorer.create(session, model.facts.answer, plan, { labels: false });
    const table = await data.read(plan.features);
    const pool = scorer.feeds.pool(table, 'holdout');
    const d = plan.features.length;
    // Row i takes its even columns from row i and its odd ones from row 299 - i.
    const picks = Int32Array.from({ length: 300 * d }, (_, at) => {
      const [row, column] = [Math.floor(at / d), at % d];
      return column % 2 === 0 ? row : 299 - row;
    });
    const mixed = {
      rows: 300,
      columns: table.columns.map((column, j) => {
        if (j % 2 === 0) return column;
        return column.kind === 'number'
          ? { ...column, values: column.values.toReversed() }
          : { ...column, codes: column.codes.toReversed() };
      }),
    };
    const composed = await scorer.composed(pool, picks, d, neverAborted);
    expect(composed.scores).toEqual((await scorer.table(mixed, 'mixed', 0, neverAborted)).scores);
    await session.release();
  });
});

describe('golden inputs', () => {
  it('are rows of the data with the answer of this machine', async () => {
    const found = await golden({
      model: creditModel('1.0.0'),
      data: example('credit-risk/data/holdout.csv'),
      rows: 3,
    });
    expect(found.rows).toBe(3);
    expect(found.inputs[1]).toEqual({
      name: 'duration',
      shape: [3, 1],
      datatype: 'FP32',
      data: [36, 30, 12],
    });
    expect(found.outputs.map(({ name, datatype }) => [name, datatype])).toEqual([
      ['output_label', 'BYTES'],
      ['output_probability', 'FP32'],
    ]);
    const first = models[0]!.probabilities![0]!;
    expect(found.outputs[1]!.data[0]).toBeCloseTo(first[0]!, 6);
  });

  it('are made from the signature without data, as many as a fixed batch takes', async () => {
    const blank = await golden({ model: oddModel('batch-8'), data: null, rows: 2 });
    expect(blank.inputs[0]).toMatchObject({ shape: [8, 4], datatype: 'FP32' });
    const image = await golden({ model: oddModel('image'), data: null, rows: 2 });
    expect(image.inputs[0]!.shape).toEqual([2, 3, 8, 8]);
    const words = await golden({ model: creditModel('1.0.0'), data: null, rows: 1 });
    expect(words.inputs[0]!.data).toEqual(['']);
  });

  it('leave out rows with missing values', async () => {
    const found = await golden({
      model: oddModel('linear'),
      data: await dataOf(four.replace('5.1,', ',')),
      rows: 1,
    });
    expect(found.inputs[0]!.data).toEqual([
      6.199999809265137, 2.9000000953674316, 4.300000190734863, 1.2999999523162842,
    ]);
  });
});
