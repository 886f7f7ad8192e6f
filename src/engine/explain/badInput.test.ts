import { describe, expect, it } from 'vitest';
import { goldenTrees } from '../../../tools/fixtures/goldenTrees.ts';
import { BadInput } from '../../core/failure.ts';
import { seeded } from '../../core/random.ts';
import type { ExplainJob } from '../../protocol/engine.ts';
import type { Explanation } from '../../protocol/results/explanation.ts';
import { attribute, forgetModels } from '../tasks/attribute.ts';
import { explain } from '../tasks/explain.ts';
import { creditModel, dataOf, example, modelSource, noMeaning, oddModel, quiet } from '../testing.ts';
import { staircase, stumps } from '../testingTrees.ts';

const bike: ExplainJob = {
  kind: 'explain',
  model: modelSource('examples/bike-demand/models/bike-demand-1.1.0.onnx'),
  meaning: noMeaning,
  data: example('bike-demand/data/holdout.csv'),
  background: example('bike-demand/data/reference.csv'),
  backgroundRows: 8,
  where: null,
  rows: 4,
  method: 'tree',
  output: null,
  space: null,
  budget: 100,
  seed: 1,
};
const credit: ExplainJob = {
  ...bike,
  model: creditModel('1.1.0'),
  meaning: { ...noMeaning, positive: 'bad' },
  data: example('credit-risk/data/holdout.csv'),
  background: example('credit-risk/data/reference.csv'),
};

function addsUp({ rows, baseValue }: Explanation, digits = 5): void {
  for (const { prediction, values } of rows)
    expect(values.reduce((sum, each) => sum + each, baseValue)).toBeCloseTo(prediction, digits);
}

/** A job of a golden model of several classes over the first rows that it was trained on. */
async function ofGolden(model: string): Promise<ExplainJob> {
  const golden = goldenTrees();
  const { data: name } = golden.models.find(each => each.model === model)!;
  const { columns, train } = golden.data[name]!;
  const lines = train.slice(0, 12).map(row => row.map(cell => (cell === 'NaN' ? '' : cell)).join(','));
  const data = await dataOf(`${columns.join(',')}\n${lines.join('\n')}\n`);
  return { ...bike, model: modelSource(`test/trees/${model}.onnx`), data, background: null };
}

describe('bad input is refused in a sentence', () => {
  it.each([
    ['features that the data lacks', { data: example('credit-risk/data/holdout.csv') }, /no column/i],
    ['a class that is not there', { ...credit, output: 7 }, /no class `7`.*`bad`, `good`\.$/],
    ['an output of a model that has one', { output: 1 }, /predicts one value, and has no output `1`/],
    ['a background without rows', { background: 'empty' }, /has no rows/],
    ['weights for trees', { method: 'linear' }, /tree ensemble, not linear/],
    [
      'a space that trees do not add up in',
      { ...credit, method: 'tree-path', space: 'probability' },
      /margin/,
    ],
  ] as const)('%s', async (_, part, sentence) => {
    const background = 'background' in part && part.background === 'empty' ? await headerOnly() : undefined;
    const failure = explain({ ...bike, ...part, ...(background && { background }) } as ExplainJob, quiet);
    await expect(failure).rejects.toThrow(sentence);
    await expect(failure).rejects.toThrow(BadInput);
  });

  it('probabilities of several classes where too many columns make a difference', async () => {
    const job = await ofGolden('lightgbm-digits');
    await expect(explain({ ...job, space: 'probability' }, quiet)).rejects.toThrow(
      /share one softmax.*choose the raw space, or a black-box method/,
    );
    // In the space of the margin they are exact, and by enumeration or sampling any probability is explained.
    addsUp(await explain(job, quiet), 4);
    const asked = await explain({ ...job, method: 'auto', space: 'probability', budget: 300 }, quiet);
    expect(asked).toMatchObject({ exact: false, space: 'probability' });
    expect(asked.rows[0]!.errors).not.toBeNull();
    expect(asked.proof.whyNotExact).toMatch(/share one softmax/);
    addsUp(asked);
  });

  it('an output that is no tensor', async () => {
    const data = await dataOf('a,b,c,d\n1,2,3,4\n2,3,4,5\n');
    const failure = explain(
      { ...bike, model: oddModel('sequence-output'), data, background: null, rows: 2 },
      quiet,
    );
    await expect(failure).rejects.toThrow(BadInput);
    await expect(failure).rejects.toThrow(/\.$/);
  });

  it('missing values that go through to the answer', async () => {
    const data = await dataOf('a,b,c,d\n1,2,3,4\n,,,\n5,6,7,8\n');
    const job = { ...bike, model: oddModel('linear'), data, background: null, method: 'linear' } as const;
    await expect(explain({ ...job, rows: [1], backgroundRows: [0, 2] }, quiet)).rejects.toThrow(
      /answers NaN to row 1 .* missing value/,
    );
    await expect(explain({ ...job, rows: [0], backgroundRows: [0, 1] }, quiet)).rejects.toThrow(
      /every row of the background/,
    );
  });
});

describe('odd input is explained', () => {
  it('a class by its place, as a number or in digits', async () => {
    const [named, placed, digits] = await Promise.all(
      ['good', 1, '1'].map(async output => await explain({ ...credit, output }, quiet)),
    );
    expect(named!.output).toMatchObject({ class: 'good', index: 1 });
    expect(placed!.output).toEqual(named!.output);
    expect(digits!.rows).toEqual(named!.rows);
  });

  it.each([0, 1])('one of two values a row, as shap does: output %i', async output => {
    const { data: sets, models, background } = goldenTrees();
    const { data: name, interventional } = models.find(
      ({ model }) => model === 'sklearn-forest-two-targets',
    )!;
    const { columns, train, rows } = sets[name]!;
    const lines = [...train.slice(0, background), ...rows].map(row => row.join(','));
    const job = {
      ...bike,
      model: modelSource('test/trees/sklearn-forest-two-targets.onnx'),
      data: await dataOf(`${columns.join(',')}\n${lines.join('\n')}\n`),
      background: null,
      backgroundRows: train.slice(0, background).map((_, i) => i),
      rows: rows.map((_, i) => background + i),
      output,
    };
    const found = await explain(job, quiet);
    expect(found).toMatchObject({ method: 'tree', output: { index: output, title: `prediction ${output}` } });
    const expected = interventional!.values[output]!;
    const span = Math.max(...expected.flat().map(Math.abs));
    const asked = await explain({ ...job, method: 'shapley' }, quiet);
    expect(asked.exact).toBe(true);
    for (const { rows: all } of [found, asked])
      all.forEach(({ values }, i) => {
        values.forEach((value, j) => {
          expect(Math.abs(value - expected[i]![j]!) / span).toBeLessThan(1e-5);
        });
      });
    const labelled = {
      ...job,
      meaning: { ...job.meaning, label: 'y' },
      data: await dataOf(`${columns.join(',')},y\n${lines.map(line => `${line},1`).join('\n')}\n`),
    };
    const first = await explain({ ...labelled, output: null }, quiet);
    // Which of the values the label is of is not known.
    expect(first.rows.map(({ label }) => label)).toEqual(rows.map(() => null));
    expect(first.output).toMatchObject({ index: 0, title: 'prediction 0' });
    await expect(explain({ ...job, output: 2 }, quiet)).rejects.toThrow(
      'The model predicts 2 values a row, and has no output `2`. Choose one of 0 to 1.',
    );
  });

  it('columns of a few rows are not said to move together', async () => {
    const { warnings } = await explain({ ...bike, backgroundRows: 3 }, quiet);
    expect(warnings.map(({ kind }) => kind)).toEqual(['small-background']);
  });

  it('probabilities of several classes that share one softmax, exactly where few columns make a difference', async () => {
    const job = await ofGolden('xgboost-multiclass');
    const found = await explain({ ...job, method: 'auto' }, quiet);
    expect(found).toMatchObject({ method: 'tree', exact: true, space: 'probability' });
    expect(found.definition).not.toMatch(/rescaled/);
    expect(found.proof.maxAdditivityError).toBeLessThan(1e-6);
    expect(found.baseValue).toBeCloseTo(found.proof.meanBackgroundPrediction!, 6);
  });

  it('missing values everywhere, where the model takes them', async () => {
    const header =
      'checking_account,duration,credit_history,purpose,credit_amount,savings,employment_since,installment_rate,personal_status,other_debtors,residence_since,property,age,other_installment_plans,housing,existing_credits,job,dependents,telephone,foreign_worker';
    const empty = ','.repeat(header.split(',').length - 1);
    const data = await dataOf(`${header}\n${empty}\n${empty}\n`);
    const found = await explain({ ...credit, data, rows: 'all' }, quiet).catch((error: unknown) => error);
    // Either the encoders fill what is missing, or a sentence says that they do not.
    if (found instanceof BadInput) expect(found.message).toMatch(/\.$/);
    else addsUp(found as Explanation);
  });

  it.each(['lightgbm', 'xgboost', 'catboost', 'sklearn-hist'])(
    'missing values everywhere, by trees and by asking: %s',
    async library => {
      const { data: some, ...job } = await ofGolden(`${library}-missing-binary`);
      const names = goldenTrees().data['credit-missing']!.columns;
      const empty = names.map(() => '').join(',');
      const data = await dataOf(`${names.join(',')}\n${empty}\n${empty}\n`);
      const both = async (part: Partial<ExplainJob>): Promise<Explanation> => {
        const asked = { ...job, rows: 'all', space: 'raw', ...part } as const;
        const trees = await explain({ ...asked, data, method: 'tree' }, quiet);
        const black = await explain({ ...asked, data, method: 'shapley' }, quiet);
        expect(black).toMatchObject({ method: 'shapley-exact', exact: true });
        black.rows.forEach(({ values }, i) => {
          values.forEach((value, j) => {
            expect(value).toBeCloseTo(trees.rows[i]!.values[j]!, 5);
          });
        });
        addsUp(trees);
        addsUp(black);
        return black;
      };
      const against = await both({ background: some, backgroundRows: 12 });
      expect(against.rows[0]!.values.some(value => value !== 0)).toBe(true);
      const nothing = await both({ background: null });
      for (const { values } of nothing.rows) expect(new Set(values)).toEqual(new Set([0]));
    },
  );

  it('a word that training never saw', async () => {
    const { rows, features } = await explain(credit, quiet);
    const at = features.findIndex(({ name }) => name === 'purpose');
    const names = features.map(({ name }) => name).join(',');
    const lines = rows.map(({ inputs }) =>
      inputs.map((cell, j) => `"${j === at ? 'a word not seen' : String(cell ?? '')}"`).join(','),
    );
    const data = await dataOf(`${names}\n${lines.join('\n')}\n`);
    const found = await explain({ ...credit, data, rows: 'all' }, quiet);
    addsUp(found);
    const told = ({ warnings }: Explanation): string[] =>
      warnings.filter(({ kind }) => kind === 'extrapolation').map(({ sentence }) => sentence);
    expect(told(found)).toEqual([
      'Rows hold words that no row of `credit-risk/data/reference.csv` holds: `purpose` is `a word not seen` (4 of 4 ' +
        'rows). The model may never have been shown them, and many encoders take such a word for none.',
    ]);
    // Words that the file holds, if not the sample of it, are none.
    expect(told(await explain({ ...credit, rows: 100 }, quiet))).toEqual([]);
  });

  it('columns that are constant or the same as another', async () => {
    const lines = Array.from({ length: 40 }, (_, i) => `${i % 7},3,${i % 7},${i % 5}`);
    const data = await dataOf(`a,b,c,d\n${lines.join('\n')}\n`);
    const model = await stumps(4, 8);
    const job = { ...bike, model, data, background: null, backgroundRows: 25, rows: 10 } as const;
    const [found, asked] = [await explain(job, quiet), await explain({ ...job, method: 'shapley' }, quiet)];
    for (const each of [found, asked]) {
      addsUp(each);
      for (const { values } of each.rows) expect(values[1]).toBe(0);
      expect(each.warnings.map(({ kind }) => kind)).toContain('correlated');
    }
    found.rows.forEach(({ values }, i) => {
      values.forEach((value, j) => {
        expect(asked.rows[i]!.values[j]).toBeCloseTo(value, 5);
      });
    });
  });

  it('1,000 columns', async () => {
    const random = seeded(1);
    const columns = Array.from({ length: 1000 }, (_, j) => `x${j}`);
    const lines = Array.from({ length: 20 }, () => columns.map(() => random().toFixed(4)).join(','));
    const data = await dataOf(`${columns.join(',')}\n${lines.join('\n')}\n`);
    const found = await attribute({
      ...bike,
      model: await stumps(1000, 3000),
      data,
      background: null,
      rows: [Object.fromEntries(columns.map(name => [name, 0.5]))],
    });
    expect(found.features).toHaveLength(1000);
    const [{ prediction, values }] = found.rows as [(typeof found.rows)[number]];
    expect(values.reduce((sum, each) => sum + each, found.baseValue)).toBeCloseTo(prediction, 3);
    await forgetModels();
  });

  it.each(['tree', 'tree-path'] as const)('a tree of depth 60 over 60 columns, %s', async method => {
    const random = seeded(2);
    const columns = Array.from({ length: 60 }, (_, j) => `x${j}`);
    const lines = Array.from({ length: 30 }, () => columns.map(() => random().toFixed(4)).join(','));
    const data = await dataOf(`${columns.join(',')}\n${lines.join('\n')}\n`);
    const found = await explain(
      { ...bike, model: await staircase(60), data, background: null, method },
      quiet,
    );
    addsUp(found);
    expect(found.rows.some(({ values }) => values.some(each => each !== 0))).toBe(true);
  });
});

async function headerOnly(): Promise<ExplainJob['background']> {
  return await dataOf(
    'hour,month,weekday,holiday,working_day,temperature,feels_like,humidity,wind_speed,season,weather\n',
  );
}
