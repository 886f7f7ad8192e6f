import { expect, it } from 'vitest';
import type { CheckResult } from '../../protocol/results/validation.ts';
import { outcomeOf } from './outcome.ts';

const check = (part: Partial<CheckResult>): CheckResult => ({
  id: 'roc_auc',
  title: 'ROC AUC',
  group: 'performance',
  needs: ['model'],
  status: 'pass',
  severity: 'fail',
  value: 0.612,
  unit: null,
  interval: { low: 0.55, high: 0.67, level: 0.95, method: '' },
  threshold: { op: '>=', value: 0.65, source: 'policy' },
  finding: 'ROC AUC is 0.612.',
  advice: 'Improve it.',
  evidence: null,
  measured: false,
  ...part,
});

it('says what was expected and what came', () => {
  expect(outcomeOf(check({ status: 'fail' }))).toEqual({
    state: 'failed',
    message: 'ROC AUC is 0.612. Improve it.',
    expected: 'at least 0.65',
    actual: '0.612 (0.550 to 0.670)',
    description: '0.612 (0.550 to 0.670), fails',
    slices: [],
  });
});

it.each([
  ['pass', 'passed'],
  ['warn', 'passed'],
  ['inconclusive', 'skipped'],
  ['not-run', 'skipped'],
] as const)('%s is %s', (status, state) => {
  expect(outcomeOf(check({ status })).state).toBe(state);
});

it('has no value of what did not run', () => {
  expect(outcomeOf(check({ status: 'not-run', threshold: null, value: null }))).toMatchObject({
    actual: null,
    description: 'not run',
  });
});

it('has the slices behind a check as its own tests', () => {
  const slices = check({
    status: 'fail',
    finding: '`purpose = car` is worst of 20 slices.',
    evidence: {
      columns: ['slice', 'rows', 'accuracy'],
      rows: [
        ['purpose = car', 40, 0.5],
        ['job = none', 33, 0.61234],
      ],
      more: 0,
    },
  });
  expect(outcomeOf(slices).slices).toEqual([
    {
      id: 'purpose = car',
      label: 'purpose = car',
      description: 'rows 40, accuracy 0.5, fails',
      state: 'failed',
    },
    { id: 'job = none', label: 'job = none', description: 'rows 33, accuracy 0.6123', state: 'passed' },
  ]);
  const groups = check({
    finding: '20 % for purpose = car (n = 40), 50 % for purpose = tv (n = 31).',
    evidence: {
      columns: ['column', 'group', 'rows', 'selected'],
      rows: [['purpose', 'car', 40, 0.2]],
      more: 0,
    },
  });
  expect(outcomeOf(groups).slices).toMatchObject([{ label: 'purpose = car', state: 'passed' }]);
});
