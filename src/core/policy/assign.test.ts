import { expect, it } from 'vitest';
import { assignRule } from './assign.ts';

const policy = {
  metrics: { roc_auc: { min: 0.7, severity: 'warn' as const } },
  checks: {},
  margins: {},
  groups: [],
};

it('sets one part of a rule and keeps the rest', () => {
  expect(assignRule(policy, 'roc_auc.min=0.8').metrics).toEqual({ roc_auc: { min: 0.8, severity: 'warn' } });
  expect(assignRule(policy, 'latency-p99.max=5').checks).toEqual({ 'latency-p99': { max: 5 } });
  expect(assignRule(policy, 'calibration.off=true').checks).toEqual({ calibration: { off: true } });
  expect(assignRule(policy, 'roc_auc.severity=fail').metrics['roc_auc']).toMatchObject({ severity: 'fail' });
});

it.each([
  'roc_auc',
  'roc_auc.min',
  'roc_auc.min=',
  'roc_auc.min=high',
  'roc_auc.severity=bad',
  'x.off=1',
  '=3',
])('refuses %s with a sentence', words => {
  expect(() => assignRule(policy, words)).toThrow(/sets no rule\. Write it as/);
});
