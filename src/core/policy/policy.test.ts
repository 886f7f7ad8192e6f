import { describe, expect, it } from 'vitest';
import type { Policy } from '../../protocol/engine.ts';
import type { Status } from '../../protocol/results/shared.ts';
import type { CheckResult } from '../../protocol/results/validation.ts';
import { consequenceOf } from './consequence.ts';
import { policyIssues } from './issues.ts';
import { verdictOf } from './verdict.ts';

function check(id: string, status: Status, more: Partial<CheckResult> = {}): CheckResult {
  return {
    id,
    title: id.toUpperCase(),
    group: 'performance',
    needs: ['model'],
    status,
    severity: 'fail',
    value: null,
    unit: null,
    interval: null,
    threshold: null,
    finding: '',
    advice: null,
    evidence: null,
    measured: false,
    ...more,
  };
}

describe('verdictOf', () => {
  it('fails for what fails, and names it', () => {
    const verdict = verdictOf([
      check('a', 'pass'),
      check('b', 'fail'),
      check('c', 'fail'),
      check('d', 'warn'),
    ]);
    expect(verdict).toEqual({
      status: 'fail',
      sentence: 'Fails: B and C; 1 more warns.',
      failed: ['b', 'c'],
      warned: ['d'],
      inconclusive: [],
    });
  });

  it('is undecided when a rule that could fail is', () => {
    const verdict = verdictOf([check('a', 'inconclusive'), check('b', 'warn')]);
    expect(verdict).toMatchObject({ status: 'inconclusive', inconclusive: ['a'], warned: ['b'] });
    expect(verdict.sentence).toContain('A cannot be decided');
  });

  it('does not hold open what could only warn', () => {
    const verdict = verdictOf([check('a', 'inconclusive', { severity: 'warn' }), check('b', 'pass')]);
    expect(verdict).toMatchObject({ status: 'pass', sentence: 'Passes 1 of 2 checks; undecided: A.' });
  });

  it('takes a rule of the policy that did not run as undecided, and other checks not', () => {
    const rule = { threshold: { op: '>=', value: 0.7, source: 'policy' } } as const;
    expect(verdictOf([check('a', 'not-run', rule), check('b', 'pass')]).status).toBe('inconclusive');
    expect(verdictOf([check('a', 'not-run'), check('b', 'pass')]).status).toBe('pass');
  });

  it('warns, and says when nothing ran', () => {
    expect(verdictOf([check('a', 'warn', { severity: 'warn' })]).sentence).toBe('Passes with a warning: A.');
    expect(verdictOf([check('a', 'not-run')]).status).toBe('not-run');
  });

  it('names four of many', () => {
    const verdict = verdictOf(['a', 'b', 'c', 'd', 'e', 'f'].map(id => check(id, 'fail')));
    expect(verdict.sentence).toBe('Fails: A, B, C, D and 2 more.');
  });
});

describe('consequenceOf', () => {
  it('says plainly that an undecided policy does not stop a deployment', () => {
    const undecided = verdictOf([check('a', 'inconclusive')]);
    expect(consequenceOf(undecided)).toBe(
      'Neither passes nor fails: A cannot be decided. The policy does not stop it and asks for no reason: whether this is good enough is yours to decide.',
    );
    expect(consequenceOf(verdictOf([check('a', 'pass')]))).toBe('Passes 1 of 1 checks.');
    expect(consequenceOf(verdictOf([check('a', 'fail')]))).toMatch(/^Fails: A\. The policy stops it/);
    expect(consequenceOf(null)).toMatch(/has not been asked/);
  });
});

describe('policyIssues', () => {
  const issues = (part: Partial<Policy>): string[] =>
    policyIssues({ metrics: {}, checks: {}, margins: {}, groups: [], ...part }, 'binary').map(
      ({ path, message }) => `${path.join('.')}: ${message}`,
    );

  it('has nothing to say of a sound policy', () => {
    const part = {
      metrics: { roc_auc: { min: 0.7 }, brier_score: { max: 0.25 } },
      checks: { 'latency-p99': { max: 50, severity: 'warn' as const }, calibration: { off: true } },
      margins: { roc_auc: 0.01 },
    };
    expect(issues(part)).toEqual([]);
  });

  it.each([
    [{ metrics: { AUC: { min: 0.7 } } }, 'metrics.AUC: There is no metric `AUC`. Did you mean `roc_auc`?'],
    [
      { metrics: { rocauc: { min: 0.7 } } },
      'metrics.rocauc: There is no metric `rocauc`. Did you mean `roc_auc`?',
    ],
    [
      { metrics: { r2: { min: 0.7 } } },
      "metrics.r2: `r2` is a metric of regression, and this model's task is binary.",
    ],
    [
      { metrics: { roc_auc: { min: 1.2 } } },
      'metrics.roc_auc.min: ROC AUC is never above 1: no model can reach 1.2.',
    ],
    [
      { metrics: { log_loss: { max: -1 } } },
      'metrics.log_loss.max: Log loss is never below 0: no model can keep under -1.',
    ],
    [
      { metrics: { f1: { min: 0.8, max: 0.7 } } },
      'metrics.f1.min: No value is at least 0.8 and at most 0.7.',
    ],
    [{ metrics: { f1: {} } }, 'metrics.f1: `f1` has no limit. Give `min` or `max`.'],
    [
      { metrics: { recall: { min: 70 } } },
      'metrics.recall.min: Recall is never above 1: no model can reach 70. Did you mean `0.7`?',
    ],
    [
      { checks: { duplicates: { max: 5 } } },
      'checks.duplicates.max: `duplicates` is between 0 and 1: a limit of 5 says nothing. Did you mean `0.05`?',
    ],
    [
      { checks: { 'latency-p99': { max: -1 } } },
      'checks.latency-p99.max: `latency-p99` is 0 or more: a limit of -1 says nothing.',
    ],
    [
      { checks: { 'latency-99': { max: 5 } } },
      'checks.latency-99: There is no check `latency-99`. Did you mean `latency-p99`?',
    ],
    [
      { checks: { 'latency-p99': { min: 5 } } },
      'checks.latency-p99.min: `latency-p99` has no `min`. Did you mean `max`?',
    ],
    [
      { checks: { loads: { max: 5 } } },
      'checks.loads.max: `loads` has no `max`. It judges by itself and takes no limit.',
    ],
    [
      { margins: { roc_auc: -0.01 } },
      'margins.roc_auc: A margin says how much worse is allowed: it is 0 or more, not -0.01.',
    ],
  ] satisfies [Partial<Policy>, string][])('%j', (part, message) => {
    expect(issues(part)).toEqual([message]);
  });
});
