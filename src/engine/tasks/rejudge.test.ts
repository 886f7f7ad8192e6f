import { expect, it } from 'vitest';
import { rejudge } from '../../core/policy/rejudge.ts';
import { verdictOf } from '../../core/policy/verdict.ts';
import type { Policy } from '../../protocol/engine.ts';
import type { Validation } from '../../protocol/results/validation.ts';
import { creditModel, example, noMeaning, noPolicy, quiet } from '../testing.ts';
import { validate } from './validate.ts';

const run = (policy: Policy): Promise<Validation> =>
  validate(
    {
      kind: 'validate',
      model: creditModel('1.1.0'),
      predictions: null,
      baseline: null,
      original: null,
      meaning: { ...noMeaning, label: 'default', positive: 'bad' },
      policy,
      holdout: example('credit-risk/data/holdout.csv'),
      reference: example('credit-risk/data/reference.csv'),
      resamples: 50,
      seed: 7,
    },
    quiet,
  );

it('a stored validation under another policy is judged as a run under it', async () => {
  const stored = await run(noPolicy);
  const other: Policy = {
    ...noPolicy,
    metrics: {
      roc_auc: { min: 0.9 },
      brier_score: { min: 0.01, max: 0.5 },
      recall: { min: 0.5, severity: 'warn' },
    },
    checks: {
      calibration: { max: 0.001, severity: 'fail' },
      'class-balance': { off: true },
      'worst-slice': { min: 0.99 },
      'missing-values': { severity: 'fail' },
    },
  };
  const fresh = await run(other);
  const { checks, open } = rejudge(stored, other);
  expect(open).toEqual([]);
  const judged = (list: readonly Validation['checks'][number][]): unknown =>
    list
      .filter(({ measured }) => !measured)
      .map(({ id, status, severity, threshold, value }) => ({ id, status, severity, threshold, value }));
  expect(judged(checks)).toEqual(judged(fresh.checks));
  expect(verdictOf(checks).failed).toEqual(fresh.verdict.failed);
});
