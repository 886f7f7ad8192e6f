import { describe, expect, it } from 'vitest';
import type { CompareJob, SavedAnswers, ValidateJob } from '../../protocol/engine.ts';
import { comparison } from '../../protocol/results/comparison.ts';
import type { CrossValidation } from '../../protocol/results/crossValidation.ts';
import { validation, type Validation } from '../../protocol/results/validation.ts';
import type { DataSource } from '../../protocol/engine.ts';
import { creditModel, dataOf, example, noMeaning, noPolicy, oddModel, opened, quiet } from '../testing.ts';
import { matchData } from '../match/matchData.ts';
import { forBatches, loadModel } from '../model/load.ts';
import { Scorer } from '../predict/scorer.ts';
import { compare } from './compare.ts';
import { fixedFolds } from './crossValidate.ts';
import { rank } from './rank.ts';
import { neverAborted } from './signal.ts';
import { validate } from './validate.ts';

const credit: ValidateJob = {
  kind: 'validate',
  model: creditModel('1.1.0'),
  predictions: null,
  baseline: null,
  original: null,
  meaning: { ...noMeaning, label: 'default', positive: 'bad' },
  policy: { ...noPolicy, groups: ['purpose'] },
  holdout: example('credit-risk/data/holdout.csv'),
  reference: null,
  resamples: 50,
  seed: 7,
};
const check = (result: Validation, id: string): Validation['checks'][number] =>
  result.checks.find(one => one.id === id)!;

/** The holdout with the scores of a version in the column `p_bad`, and what they come to in `answer`. */
async function logged(version: string): Promise<DataSource> {
  const source = example('credit-risk/data/holdout.csv');
  const data = await opened(source);
  const model = await loadModel(creditModel(version));
  const plan = await matchData(model.facts, data, 'default', null);
  const session = await model.session(forBatches);
  const scorer = await Scorer.create(session, model.facts.answer, plan, { labels: false });
  const answers = await scorer.table(await data.read(plan.features), 'x', 0, neverAborted);
  await session.release();
  const bad = model.facts.answer.classes.map(String).indexOf('bad');
  const scores = Array.from({ length: answers.rows }, (_, row) => answers.scores[row * answers.width + bad]!);
  const { readFile } = await import('node:fs/promises');
  const [head, ...lines] = (await readFile(source.file, 'utf8')).trimEnd().split(/\r?\n/);
  const rows = lines.map((line, i) => `${line},${scores[i]!},${scores[i]! >= 0.5 ? 'bad' : 'good'}`);
  return await dataOf([`${head!},p_bad,answer`, ...rows].join('\n'));
}
const scores: SavedAnswers = { prediction: null, scores: [{ column: 'p_bad', class: null }] };

describe('saved predictions', () => {
  it('are judged as the model that made them', async () => {
    const holdout = await logged('1.1.0');
    const saved = await validate({ ...credit, model: null, predictions: scores, holdout }, quiet);
    const live = await validate(credit, quiet);
    expect(validation.parse(saved)).toEqual(saved);
    expect(saved).toMatchObject({ model: null, task: 'binary', positive: 'bad', n: 300 });
    const numbers = (result: Validation): unknown[] =>
      result.metrics.map(({ name, class: own, value, interval }) => [name, own, value, interval]).sort();
    expect(numbers(saved)).toEqual(numbers(live));
    for (const id of ['selection-rate-ratio', 'equal-opportunity', 'worst-slice', 'calibration'])
      expect(check(saved, id), id).toMatchObject({ value: check(live, id).value });
    expect(check(saved, 'loads')).toMatchObject({ status: 'not-run', finding: 'Needs a model.' });
    expect(check(saved, 'duplicates').status).toBe('pass');
  });

  it('may be labels alone, or one column of scores a class', async () => {
    const holdout = await logged('1.1.0');
    const labels = await validate(
      { ...credit, model: null, predictions: { prediction: 'answer', scores: [] }, holdout },
      quiet,
    );
    expect(labels.metrics.find(({ name }) => name === 'accuracy')!.value).toBeGreaterThan(0.6);
    expect(check(labels, 'calibration').status).toBe('not-run');
    const data = await dataOf('y,p_a,p_b,p_c\na,0.7,0.2,0.1\nb,0.1,0.8,0.1\nc,0.3,0.3,0.4\na,0.2,0.7,0.1\n');
    const three = {
      prediction: null,
      scores: ['p_a', 'p_b', 'p_c'].map(column => ({ column, class: null })),
    };
    const several = await validate(
      {
        ...credit,
        model: null,
        predictions: three,
        holdout: data,
        policy: noPolicy,
        meaning: { ...noMeaning, label: 'y' },
      },
      quiet,
    );
    expect(several).toMatchObject({ task: 'multiclass', classes: ['a', 'b', 'c'] });
    expect(several.metrics.find(({ name }) => name === 'accuracy')!.value).toBe(0.75);
  });

  it('may be values', async () => {
    const rows = Array.from({ length: 60 }, (_, i) => `${i * 1.5},${i * 1.5 + (i % 3)}`);
    const holdout = await dataOf(`y,yhat\n${rows.join('\n')}\n`);
    const found = await validate(
      {
        ...credit,
        model: null,
        predictions: { prediction: 'yhat', scores: [] },
        holdout,
        policy: noPolicy,
        meaning: { ...noMeaning, label: 'y' },
      },
      quiet,
    );
    expect(found.task).toBe('regression');
    expect(found.metrics.find(({ name }) => name === 'mean_absolute_error')!.value).toBeCloseTo(1, 12);
  });

  it.each([
    [
      'scores outside 0 to 1',
      'y,p\n1,1.3\n0,0.2\n',
      ['p'],
      /`p` of `data.csv` holds 1.3 \(row 1\): scores are probabilities/,
    ],
    [
      'scores that are words',
      'y,p\n1,high\n0,0.2\n',
      ['p'],
      /`p` .* is given as the scores, and holds `high` \(row 1\)/,
    ],
    ['no such column', 'y,p\n1,0.3\n0,0.2\n', ['q'], /no column `q`, which is given as saved predictions/],
    [
      'one score for three classes',
      'y,p\na,0.3\nb,0.2\nc,0.2\n',
      ['p'],
      /there are 3 .* Name one column a class/,
    ],
    [
      'scores of no known class',
      'y,p,q\na,0.3,0.7\nb,0.2,0.8\n',
      ['p', 'q'],
      /not plain which class .* `class=column`/,
    ],
  ])('refuses %s', async (_, text, columns, sentence) => {
    const holdout = await dataOf(text);
    const predictions = { prediction: null, scores: columns.map(column => ({ column, class: null })) };
    const job = {
      ...credit,
      model: null,
      predictions,
      holdout,
      policy: noPolicy,
      meaning: { ...noMeaning, label: 'y' },
    };
    await expect(validate(job, quiet)).rejects.toThrow(sentence);
  });

  it('asks for the task where whole numbers may be classes or values', async () => {
    const holdout = await dataOf('y,p\n1,2\n2,2\n3,3\n');
    const job = {
      ...credit,
      ...{ model: null, predictions: { prediction: 'p', scores: [] }, holdout, policy: noPolicy },
      meaning: { ...noMeaning, label: 'y' },
    };
    await expect(validate(job, quiet)).rejects.toThrow(/3 whole numbers, which may be classes or values/);
  });
});

const savedSource = (data: DataSource, saved = scores, version = 'log'): CompareJob['a'] => ({
  ref: { digest: version, name: null, version, path: data.path, size: 0, predictions: saved },
  saved,
});

describe('compared', () => {
  const job = (holdout: DataSource): CompareJob => ({
    ...{ kind: 'compare', a: creditModel('1.1.0'), b: creditModel('1.0.0'), holdout },
    ...{ meaning: credit.meaning, policy: noPolicy, reference: null, resamples: 50, seed: 7 },
  });

  it('with a model, the numbers are those of the model that made them', async () => {
    const holdout = await logged('1.1.0');
    const live = await compare(job(holdout), quiet);
    const found = await compare({ ...job(holdout), a: savedSource(holdout) }, quiet);
    expect(comparison.parse(found)).toEqual(found);
    for (const part of ['metrics', 'flips', 'churn', 'slices', 'features'] as const)
      expect(found[part], part).toEqual(live[part]);
    expect(found).toMatchObject({
      a: { version: 'log', predictions: scores },
      ...{ importances: [], structure: [], speed: null },
      size: { a: null, b: live.size.b },
    });
    expect(found.notRun!.find(({ part }) => part === 'structure')!.sentence).toBe(
      'Not run: saved predictions have no graph.',
    );
    const turned = await compare(
      { ...job(holdout), a: creditModel('1.0.0'), b: savedSource(holdout) },
      quiet,
    );
    expect(turned.flips).toMatchObject({ onlyA: live.flips!.onlyB, onlyB: live.flips!.onlyA });
  });

  it('two columns of one file, where all other columns are what the rows hold', async () => {
    const holdout = await logged('1.1.0');
    const answers: SavedAnswers = { prediction: 'answer', scores: [] };
    const found = await compare(
      { ...job(holdout), a: savedSource(holdout), b: savedSource(holdout, answers, 'answers') },
      quiet,
    );
    expect(found.churn).toMatchObject({ rows: 0 });
    expect(found.metrics.find(({ name }) => name === 'accuracy')!.delta).toBe(0);
    expect(found.features).toContain('purpose');
    for (const column of ['default', 'p_bad', 'answer']) expect(found.features).not.toContain(column);
  });
});

describe('measured in parts, and ranked', () => {
  const { meaning, seed } = credit;

  it('as the model that made them', async () => {
    const data = await logged('1.1.0');
    const plan = { folds: 5, repeats: 2, groups: null, time: null, column: null, seed };
    const folds = async (model: CompareJob['a']): Promise<CrossValidation> =>
      await fixedFolds({ kind: 'fixedFolds', model, meaning, data, plan }, () => undefined);
    const [saved, live] = [await folds(savedSource(data)), await folds(creditModel('1.1.0'))];
    expect(saved).toMatchObject({ kind: 'fixed', model: { version: 'log' } });
    expect(saved.folds).toEqual(live.folds);

    const models = [creditModel('1.1.0'), savedSource(data), creditModel('1.0.0')];
    const ranked = await rank(
      { kind: 'rank', models, meaning, data, metric: null, cluster: null, resamples: 50, seed },
      () => undefined,
    );
    const of = (at: number): number | null => ranked.candidates[at]!.value;
    expect(ranked.candidates.map(({ model }) => model.predictions)).toContainEqual(scores);
    expect(new Set([of(0), of(1), of(2)]).size).toBe(2);
    expect(ranked.failed).toEqual([]);
    const clustered = await rank(
      { kind: 'rank', models, meaning, data, metric: null, cluster: 'credit_amount', resamples: 50, seed },
      () => undefined,
    );
    expect(clustered.candidates[0]!.interval!.method).toContain('clusters of `credit_amount`');
    expect(clustered.job).not.toBe(ranked.job);
  });
});

describe('against another', () => {
  it('a baseline gives the comparison checks', async () => {
    const found = await validate({ ...credit, baseline: creditModel('1.0.0') }, quiet);
    expect(validation.parse(found)).toEqual(found);
    expect(found.baseline).toMatchObject({ model: { path: expect.stringContaining('1.0.0') as unknown } });
    expect(check(found, 'non-inferiority').finding).toContain('ROC AUC is');
    expect(check(found, 'negative-flips').evidence!.columns.slice(1, 2)).toEqual(['this']);
    expect(check(found, 'signature-change').finding).toMatch(/^Callers of .* break: /);
    expect(typeof check(found, 'latency-ratio').value).toBe('number');
    for (const { id, status } of found.checks.filter(({ group }) => group === 'comparison'))
      expect(status, id).not.toBe('not-run');
  });

  it('saved answers of the original must be those of the model', async () => {
    const same = await validate({ ...credit, holdout: await logged('1.1.0'), original: scores }, quiet);
    for (const { id, status } of same.checks.filter(({ group }) => group === 'parity'))
      expect(status, id).toBe('pass');
    const other = await validate({ ...credit, holdout: await logged('1.0.0'), original: scores }, quiet);
    expect(check(other, 'parity-labels')).toMatchObject({ status: 'fail', severity: 'fail' });
    expect(check(other, 'parity-labels').evidence!.columns.slice(0, 2)).toEqual(['original', 'model']);
  });

  it('what cannot be paired is not run, with the reason', async () => {
    const holdout = await dataOf('a,b,c,d,p\n5.1,3.5,1.4,0.2,0.5\n6.2,2.9,4.3,1.3,0.2\n');
    const found = await validate(
      {
        ...credit,
        ...{ model: oddModel('tensor-integers'), holdout, policy: noPolicy, meaning: noMeaning },
        baseline: { prediction: null, scores: [{ column: 'p', class: 'x' }] },
      },
      quiet,
    );
    expect(check(found, 'churn')).toMatchObject({ status: 'not-run' });
    expect(check(found, 'churn').finding).toContain('different classes');
  });
});
