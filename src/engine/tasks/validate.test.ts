import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { linearGraph, modelBytes, value } from '../../core/onnx/testing.ts';
import type { ValidateJob } from '../../protocol/engine.ts';
import { validation, type Validation } from '../../protocol/results/validation.ts';
import {
  creditModel,
  dataOf,
  example,
  modelSource,
  noMeaning,
  noPolicy,
  oddModel,
  quiet,
  scratch,
} from '../testing.ts';
import { rowsPage } from '../data/rows.ts';
import { validate } from './validate.ts';

const credit: ValidateJob = {
  kind: 'validate',
  model: creditModel('1.1.0'),
  predictions: null,
  baseline: null,
  original: null,
  meaning: { ...noMeaning, label: 'default', positive: 'bad' },
  policy: noPolicy,
  holdout: example('credit-risk/data/holdout.csv'),
  reference: example('credit-risk/data/reference.csv'),
  resamples: 50,
  seed: 7,
};
const status = (result: Validation, id: string): string | undefined =>
  result.checks.find(check => check.id === id)?.status;
const unmeasured = (result: Validation): unknown => ({
  ...result,
  checks: result.checks.filter(check => !check.measured),
});

describe('a validation', () => {
  it('is a document of its schema, the same each time but for what is measured', async () => {
    const first = await validate(credit, quiet);
    expect(validation.parse(first)).toEqual(first);
    expect(first).toMatchObject({
      task: 'binary',
      classes: ['bad', 'good'],
      positive: 'bad',
      n: 300,
      data: [
        { role: 'holdout', rows: 300 },
        { role: 'reference', rows: 700 },
      ],
    });
    expect(first.metrics[0]).toMatchObject({ name: 'roc_auc', n: 300 });
    expect(first.matching).toHaveLength(20);
    const seen = (column: string): unknown => first.matching.find(match => match.column === column)?.seen;
    expect(seen('duration')).toMatchObject({ role: 'reference', low: 4, high: 72, levels: null });
    expect(seen('telephone')).toMatchObject({ low: null, distinct: 2 });
    expect(unmeasured(await validate(credit, quiet))).toEqual(unmeasured(first));
  });

  it('says the same of CSV and Parquet but for their digests', async () => {
    const csv = await validate({ ...credit, reference: null }, quiet);
    const parquet = await validate(
      { ...credit, reference: null, holdout: example('credit-risk/data/holdout.parquet') },
      quiet,
    );
    expect(parquet.metrics).toEqual(csv.metrics);
    expect(parquet.charts).toEqual(csv.charts);
  });

  it('has conditions by which DuckDB opens the very rows of each slice, leaf and cell', async () => {
    const { errors } = await validate(credit, quiet);
    const total = async (filter: string): Promise<number> =>
      (await rowsPage({ data: credit.holdout!, offset: 0, limit: 1, orderBy: null, filter })).total;
    expect(errors!.slices.length).toBeGreaterThan(0);
    for (const { where, n } of errors!.slices) expect(await total(where), where).toBe(n);
    for (const { where, n, fitted } of errors!.tree)
      if (where !== null) expect(await total(where), where).toBe(n + fitted);
    const map = errors!.maps[0]!;
    const [lines, columns] = [errors!.features[map.a]!.parts, errors!.features[map.b]!.parts];
    for (const [i, line] of lines.entries())
      for (const [j, column] of columns.entries())
        expect(await total(`${line.where} AND ${column.where}`)).toBe(map.n[i]![j]);
  });

  it('tells what is true, missing or oddly named by conditions of the same rows', async () => {
    const lines = Array.from({ length: 400 }, (_, i) => {
      const word = i % 9 === 0 ? '' : i % 3 === 0 ? "o'ne" : 'two';
      const size = i % 11 === 0 ? '' : String((i * 37) % 101);
      return `${i % 2 === 0},${word},${size},${i % 3 === 0 ? 1 : 0},${i % 6 < 4 ? 1 : 0}`;
    });
    const odd = await dataOf(['flag,"a ""word""",size,label,said', ...lines].join('\n'));
    const job: ValidateJob = {
      ...credit,
      model: null,
      predictions: { prediction: 'said', scores: [] },
      meaning: { ...noMeaning, label: 'label', task: 'binary', positive: '1' },
      holdout: odd,
      reference: null,
    };
    const { errors } = await validate(job, quiet);
    const total = async (filter: string): Promise<number> =>
      (await rowsPage({ data: odd, offset: 0, limit: 1, orderBy: null, filter })).total;
    expect(errors!.features.map(({ column }) => column).sort()).toEqual(['a "word"', 'flag', 'size']);
    for (const { parts } of errors!.features) {
      const totals = await Promise.all(parts.map(async ({ where }) => await total(where)));
      expect(totals.reduce((sum, count) => sum + count, 0)).toBe(400);
    }
    for (const { where, n } of errors!.slices) expect(await total(where), where).toBe(n);
  });

  it('gates on the policy and measures its groups', async () => {
    const policy = {
      ...noPolicy,
      metrics: { roc_auc: { min: 0.99 } },
      checks: { 'latency-p99': { off: true } },
      groups: ['purpose'],
    };
    const result = await validate({ ...credit, policy }, quiet);
    expect(result.verdict).toMatchObject({
      status: 'fail',
      failed: expect.arrayContaining(['roc_auc']) as unknown,
    });
    expect(status(result, 'selection-rate-ratio')).not.toBe('not-run');
  });

  it('judges a model alone, without data', async () => {
    const result = await validate({ ...credit, holdout: null, reference: null }, quiet);
    expect(result).toMatchObject({ n: 0, metrics: [], matching: [], task: 'binary', label: null });
    expect(status(result, 'loads')).toBe('pass');
    expect(status(result, 'row-count')).toBe('not-run');
  });

  it('judges what it can without labels', async () => {
    const result = await validate({ ...credit, meaning: noMeaning, reference: null }, quiet);
    expect(result.metrics).toEqual([]);
    expect(result.n).toBe(300);
    expect(status(result, 'finite-outputs')).toBe('pass');
  });

  it('warns of a label column without a label, and of none where none is named', async () => {
    const text = await readFile(example('credit-risk/data/holdout.csv').file, 'utf8');
    const holdout = await dataOf(text.replaceAll(/,(good|bad)$/gm, ','));
    const empty = await validate({ ...credit, holdout, reference: null }, quiet);
    expect(empty.checks.find(({ id }) => id === 'unlabelled')).toMatchObject({ status: 'warn', value: 1 });
    const unnamed = await validate({ ...credit, meaning: noMeaning, reference: null }, quiet);
    expect(status(unnamed, 'unlabelled')).toBe('not-run');
  });

  it('scores a regression, with its unit', async () => {
    const result = await validate(
      {
        ...credit,
        model: modelSource('examples/bike-demand/models/bike-demand-2.0.0.onnx'),
        meaning: { ...noMeaning, label: 'bikers', unit: 'bikes/hour' },
        holdout: example('bike-demand/data/holdout.parquet'),
        reference: null,
      },
      quiet,
    );
    expect(result.metrics[0]).toMatchObject({ name: 'mean_absolute_error', unit: 'bikes/hour' });
    expect(result.charts.residuals).not.toBeNull();
  });

  it('measures a cold start in a fresh process', async () => {
    const entry = new URL('../main.ts', import.meta.url).pathname;
    const result = await validate({ ...credit, reference: null, resamples: 0 }, { ...quiet, entry });
    expect(result.checks.find(check => check.id === 'cold-start')!.value).toBeGreaterThan(0);
  });

  const four = 'a,b,c,d\n1,2,3,4\n-5,1,0,2\n3,3,3,3\n';
  it.each([
    ['random-answers', 'determinism'],
    ['batch-dependent', 'batch-size'],
    ['log-of-negative', 'finite-outputs'],
    ['nan-weight', 'finite-parameters'],
  ])('finds what is wrong with %s', async (name, check) => {
    const rows = Array.from({ length: 60 }, (_, i) => `${i % 7},${(i * 3) % 11},${-i},${i % 5}`);
    const holdout = await dataOf(`a,b,c,d\n${rows.join('\n')}\n`);
    const job = { ...credit, model: oddModel(name), meaning: noMeaning, holdout, reference: null };
    expect(['warn', 'fail']).toContain(status(await validate(job, quiet), check));
  });

  it('makes a finding of a model that the runtime refuses', async () => {
    const file = join(await scratch(), 'model.onnx');
    const product = { ...linearGraph, input: [value('x', ['n', 3])] };
    await writeFile(file, modelBytes(product));
    const model = { ...oddModel('linear'), file };
    const result = await validate({ ...credit, model, holdout: null, reference: null }, quiet);
    expect(result.verdict.status).toBe('fail');
    expect(status(result, 'loads')).toBe('fail');
  });

  it.each([
    ['no rows', 'a,b,c,d\n', null, /no rows/],
    ['no label column', four, 'y', /no column `y`, which is given as the label/],
    ['a missing column', 'a,b,c\n1,2,3\n', null, /takes 4 values a row/],
    ['a word among the numbers', four.replace('-5', 'x'), null, /`x` in column `a` \(row 2\)/],
  ])('refuses data with %s', async (_, text, label, sentence) => {
    const holdout = await dataOf(text);
    const meaning = { ...noMeaning, label };
    await expect(
      validate({ ...credit, model: oddModel('linear'), meaning, holdout, reference: null }, quiet),
    ).rejects.toThrow(sentence);
  });

  it('does not fail on labels of one class', async () => {
    const holdout = await dataOf('a,b,c,d,y\n5.1,3.5,1.4,0.2,1\n6.2,2.9,4.3,1.3,1\n');
    const result = await validate(
      {
        ...credit,
        model: oddModel('tensor-integers'),
        meaning: { ...noMeaning, label: 'y' },
        holdout,
        reference: null,
      },
      quiet,
    );
    expect(result.metrics.find(metric => metric.name === 'roc_auc')!.value).toBeNull();
  });
});

describe('intervals of the policy', () => {
  const method = (result: Validation): string | undefined =>
    result.metrics.find(({ name }) => name === 'roc_auc')?.interval?.method;

  it('are stratified, or by clusters and corrected, as it says', async () => {
    const stratified = await validate(
      { ...credit, policy: { ...noPolicy, intervals: { stratified: true } } },
      quiet,
    );
    expect(method(stratified)).toBe('percentile bootstrap, 50 resamples, stratified by class');
    const policy = {
      ...noPolicy,
      groups: ['housing'],
      intervals: { method: 'bca', cluster: 'credit_amount' } as const,
    };
    const clustered = await validate({ ...credit, policy, baseline: creditModel('1.0.0') }, quiet);
    expect(method(clustered)).toBe('BCa bootstrap, 50 resamples, clusters of `credit_amount`');
    const floor = clustered.checks.find(({ id }) => id === 'group-floor');
    expect(floor?.evidence?.rows.every(([column]) => column === 'housing')).toBe(true);
    for (const id of ['group-floor', 'selection-rate-ratio', 'worst-class-recall', 'negative-flips'])
      expect(clustered.checks.find(one => one.id === id)?.interval?.method, id).toMatch(
        /clusters of `credit_amount`$/,
      );
    for (const { confirmation, ratioInterval } of clustered.errors!.slices)
      for (const interval of [confirmation.interval, ratioInterval])
        expect(interval?.method).toMatch(/clusters of `credit_amount`$/);
  });

  it('cannot be stratified by class and by clusters at once, nor where there are no classes', async () => {
    const intervals = { stratified: true, cluster: 'purpose' };
    await expect(validate({ ...credit, policy: { ...noPolicy, intervals } }, quiet)).rejects.toThrow(
      /both stratified and by clusters/,
    );
    const bikes: ValidateJob = {
      ...credit,
      model: modelSource('examples/bike-demand/models/bike-demand-1.0.0.onnx'),
      meaning: { ...noMeaning, label: 'bikers' },
      holdout: example('bike-demand/data/holdout.csv'),
      reference: null,
      policy: { ...noPolicy, intervals: { stratified: true } },
    };
    await expect(validate(bikes, quiet)).rejects.toThrow(/predicts values/);
  });
});
