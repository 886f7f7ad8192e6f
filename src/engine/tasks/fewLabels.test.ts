import { describe, expect, it } from 'vitest';
import type { CompareJob, DataSource, Policy, ValidateJob } from '../../protocol/engine.ts';
import type { CheckResult } from '../../protocol/results/validation.ts';
import { dataOf, noMeaning, noPolicy, quiet } from '../testing.ts';
import { compare } from './compare.ts';
import { fixedFolds } from './crossValidate.ts';
import { rank } from './rank.ts';
import { validate } from './validate.ts';

/** What each command says of labels that are of one class, missing or a handful: saved scores of 60 rows. */

type Labels = (row: number) => string;
const oneClass: Labels = () => 'good';
const none: Labels = () => '';
const both: Labels = row => (row % 3 === 0 ? 'bad' : 'good');

async function dataWith(label: Labels, rows = 60): Promise<DataSource> {
  const lines = Array.from(
    { length: rows },
    (_, row) => `${row % 7},${row % 2 ? 'a' : 'b'},${label(row)},${row % 3 === 0 ? 0.9 : 0.1}`,
  );
  return await dataOf(`x,g,y,p\n${lines.join('\n')}\n`);
}

const meaning = { ...noMeaning, label: 'y', positive: 'bad', task: 'binary' } as const;
const scores = { prediction: null, scores: [{ column: 'p', class: 'bad' }] };
const source = (data: DataSource): CompareJob['a'] => ({
  ref: { digest: 'log', name: null, version: 'log', path: data.path, size: 0, predictions: scores },
  saved: scores,
});

async function judged(
  label: Labels,
  policy: Partial<Policy>,
  rows?: number,
): Promise<Map<string, CheckResult>> {
  const job: ValidateJob = {
    ...{ kind: 'validate', model: null, predictions: scores, baseline: null, original: null },
    ...{ meaning, policy: { ...noPolicy, ...policy }, holdout: await dataWith(label, rows) },
    ...{ reference: null, resamples: 50, seed: 1 },
  };
  const { checks, verdict } = await validate(job, quiet);
  expect(verdict.failed).toEqual([
    ...new Set(checks.filter(({ status }) => status === 'fail').map(({ id }) => id)),
  ]);
  return new Map(checks.map(check => [check.id, check]));
}

async function ranked(label: Labels): ReturnType<typeof rank> {
  const data = await dataWith(label);
  const models = [source(data), source(data)];
  return await rank(
    { kind: 'rank', models, meaning, data, metric: null, cluster: null, resamples: 20, seed: 1 },
    () => undefined,
  );
}

async function inParts(label: Labels): ReturnType<typeof fixedFolds> {
  const data = await dataWith(label);
  const plan = { folds: 3, repeats: 1, groups: null, time: null, column: null, seed: 1 };
  return await fixedFolds({ kind: 'fixedFolds', model: source(data), meaning, data, plan }, () => undefined);
}

async function compared(label: Labels, rows?: number): ReturnType<typeof compare> {
  const holdout = await dataWith(label, rows);
  const [a, b] = [source(holdout), source(holdout)];
  const job = { policy: noPolicy, reference: null, resamples: 20, seed: 1 };
  return await compare({ kind: 'compare', a, b, holdout, meaning, ...job }, quiet);
}

describe('labels of one class', () => {
  it('fail the limit of a metric that needs both', async () => {
    const found = await judged(oneClass, { metrics: { roc_auc: { min: 0.6 }, accuracy: { min: 0.5 } } });
    expect(found.get('roc_auc')).toMatchObject({
      status: 'fail',
      finding: 'ROC AUC is undefined on this data, so it cannot be at least 0.6.',
      advice: expect.stringContaining('in which every class occurs') as string,
    });
    expect(found.get('accuracy')!.status).not.toBe('not-run');
  });

  it('have no best candidate, and cannot decide a comparison', async () => {
    await expect(ranked(oneClass)).rejects.toThrow(
      'ROC AUC is undefined for every candidate on `data.csv`: all 60 labelled rows are `good`. Give rows in which every class occurs, or name another metric.',
    );
    expect((await compared(oneClass)).verdict).toMatchObject({
      status: 'inconclusive',
      inconclusive: ['roc_auc'],
    });
    const { metrics } = await inParts(oneClass);
    expect(metrics.map(({ name }) => name)).toContain('accuracy');
    expect(metrics.map(({ name }) => name)).not.toContain('roc_auc');
  });
});

it('a candidate without the metric is not called worse', async () => {
  const data = await dataWith(both);
  const words = { prediction: 'y', scores: [] };
  const models = [source(data), { ...source(data), saved: words }];
  const job = { metric: 'brier_score', cluster: null, resamples: 20, seed: 1 };
  const { sentence, candidates } = await rank(
    { kind: 'rank', models, meaning, data, ...job },
    () => undefined,
  );
  expect(sentence).toMatch(/^`log` has the best Brier score, 0\.0100; it is undefined for 1 other\./);
  expect(candidates[1]!.value).toBeNull();
});

describe('no labels', () => {
  it('fail every limit of the policy that needs them', async () => {
    const found = await judged(none, {
      metrics: { roc_auc: { min: 0.6 } },
      slices: { a: { where: "g = 'a'", min: 0.5 } },
      checks: { 'worst-class-recall': { min: 0.5, severity: 'fail' } },
    });
    for (const id of ['roc_auc', 'slice-a', 'worst-class-recall'])
      expect(found.get(id), id).toMatchObject({
        status: 'fail',
        value: null,
        finding: expect.stringMatching(/needs labelled data/i) as string,
        advice: expect.stringMatching(/ame holdout data and its label column/) as string,
      });
  });

  it('are refused where nothing can be said without', async () => {
    for (const run of [ranked, inParts, compared])
      await expect(run(none)).rejects.toMatchObject({ code: 'no-labels' });
  });
});

describe('three rows', () => {
  it('of a group are listed and not judged', async () => {
    const policy = { groups: ['g'] };
    for (const rows of [6, 60]) {
      const check = (await judged(both, policy, rows)).get('group-floor')!;
      if (rows === 60) expect(check.evidence!.rows).toHaveLength(2);
      else expect(check).toMatchObject({ status: 'not-run', finding: 'No group has 30 labelled rows.' });
    }
  });

  it('meet no limit, though every one of them is right', async () => {
    const found = await judged(both, { metrics: { roc_auc: { min: 0.65 }, accuracy: { min: 0.9 } } }, 3);
    expect(found.get('roc_auc')).toMatchObject({
      status: 'inconclusive',
      value: 1,
      advice:
        'No result can meet 0.65 on the 1 row it rests on: without a single error the interval would still begin at 0.207. It takes 8 of them.',
    });
    expect(found.get('accuracy')).toMatchObject({ status: 'inconclusive', value: 1 });
  });

  it('do not say that one version is as good as another', async () => {
    expect((await compared(both, 3)).verdict).toMatchObject({
      status: 'inconclusive',
      sentence: '3 labelled rows cannot decide whether log (B) keeps the margin: it takes 30.',
    });
    expect((await compared(both)).verdict.status).toBe('pass');
  });
});
