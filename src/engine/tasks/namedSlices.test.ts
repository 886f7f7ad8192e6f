import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { rejudge } from '../../core/policy/rejudge.ts';
import type { Policy, ValidateJob } from '../../protocol/engine.ts';
import { validation, type CheckResult } from '../../protocol/results/validation.ts';
import { savedAnswers } from '../../workspace/savedAnswers.ts';
import { creditModel, dataOf, example, noMeaning, noPolicy, quiet } from '../testing.ts';
import { slice } from './slice.ts';
import { validate } from './validate.ts';

const job: ValidateJob = {
  kind: 'validate',
  model: creditModel('1.1.0'),
  predictions: null,
  baseline: null,
  original: null,
  meaning: { ...noMeaning, label: 'default', positive: 'bad' },
  policy: noPolicy,
  holdout: example('credit-risk/data/holdout.csv'),
  reference: null,
  resamples: 50,
  seed: 7,
};
const where = 'duration > 24 and age < 40';
const policy: Policy = {
  ...noPolicy,
  slices: {
    long: { where, min: 0.2 },
    ranked: { where, metric: 'roc_auc', min: 0.99, severity: 'warn' },
    unlimited: { where },
    few: { where: 'age < 20', min: 0.5 },
    misspelt: { where: 'durations > 24', min: 0.5 },
  },
};
const check = (result: { readonly checks: readonly CheckResult[] }, id: string): CheckResult | undefined =>
  result.checks.find(one => one.id === id);

it('measures a slice as a validation of its rows alone does, and judges it', async () => {
  // Saved scores: a runtime rounds the same row otherwise in another batch.
  const rows = (await readFile(job.holdout!.file, 'utf8'))
    .trim()
    .split('\n')
    .map((row, at) => `${row},${at === 0 ? 'p' : ((at * 37) % 101) / 101}`);
  const saved = { ...job, model: null, predictions: savedAnswers(undefined, ['bad=p']) };
  const dataOfRows = (lines: readonly string[]): ReturnType<typeof dataOf> => dataOf(`${lines.join('\n')}\n`);
  const result = await validate({ ...saved, policy, holdout: await dataOfRows(rows) }, quiet);
  expect(validation.parse(result)).toEqual(result);
  const [duration, age] = ['duration', 'age'].map(name => rows[0]!.split(',').indexOf(name));
  const own = rows.filter((row, at) => {
    const cells = row.match(/"(?:[^"]|"")*"|[^,]+/g)!;
    return at === 0 || (Number(cells[duration!]) > 24 && Number(cells[age!]) < 40);
  });
  const alone = await validate({ ...saved, holdout: await dataOfRows(own) }, quiet);
  const long = result.slices!.find(({ name }) => name === 'long')!;
  expect(long.n).toBe(own.length - 1);
  expect(long.metrics.map(({ name, value }) => [name, value])).toEqual(
    alone.metrics.map(({ name, value }) => [name, value]),
  );
  const accuracy = long.metrics.find(({ name }) => name === 'accuracy')!;
  expect(check(result, 'slice-long')).toMatchObject({
    status: 'pass',
    value: accuracy.value,
    interval: accuracy.interval,
    threshold: { op: '>=', value: 0.2, source: 'policy' },
  });
  expect(check(result, 'slice-ranked')).toMatchObject({
    severity: 'warn',
    status: 'warn',
    statistic: 'ROC AUC',
  });
  expect(check(result, 'slice-unlimited')).toMatchObject({ status: 'pass', threshold: null });
  expect(check(result, 'slice-few')).toMatchObject({
    status: 'not-run',
    finding: expect.stringMatching(
      /^\d+ labelled rows? of `age < 20`: too few to judge, it takes 30\.$/,
    ) as string,
  });
  expect(check(result, 'slice-misspelt')).toMatchObject({
    status: 'fail',
    finding: expect.stringMatching(/The filter `durations > 24` cannot be used: /) as string,
  });
  expect(result.verdict.failed).toContain('slice-misspelt');
});

it('a stored slice is judged by another limit without a run; one of other rows needs a run', async () => {
  const stored = await validate({ ...job, policy: { ...noPolicy, slices: { long: { where } } } }, quiet);
  const stricter = { ...noPolicy, slices: { long: { where, min: 0.99 } } };
  const judged = rejudge(stored, stricter);
  expect(judged.open).toEqual([]);
  expect(check(judged, 'slice-long')).toEqual(
    check(await validate({ ...job, policy: stricter }, quiet), 'slice-long'),
  );
  const other = rejudge(stored, { ...noPolicy, slices: { long: { where: 'age < 40', min: 0.99 } } });
  expect(check(other, 'slice-long')?.status).toBe('not-run');
  expect(other.open).toEqual([
    { id: 'slice-long', why: 'Its rows were not measured when this result was made.' },
  ]);
});

it('a slice that is tried is measured as one that the policy names', async () => {
  const named = await validate({ ...job, policy: { ...noPolicy, slices: { long: { where } } } }, quiet);
  const { meaning, resamples, seed } = job;
  const asked = { model: job.model!, data: job.holdout!, meaning, policy: noPolicy, resamples, seed };
  const tried = await slice({ ...asked, where }, quiet.progress);
  expect({ ...tried, name: 'long' }).toEqual(named.slices![0]);
  await expect(slice({ ...asked, where: 'durations > 3' }, quiet.progress)).rejects.toThrow(
    /The filter `durations > 3` cannot be used: /,
  );
});
