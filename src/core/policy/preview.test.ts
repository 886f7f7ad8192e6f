import { describe, expect, it } from 'vitest';
import type { Policy } from '../../protocol/engine.ts';
import { policyPreview } from '../../protocol/results/policyPreview.ts';
import type { CheckResult, Metric } from '../../protocol/results/validation.ts';
import { changedRules, previewPolicy, type PastResult } from './preview.ts';

const none: Policy = { metrics: {}, checks: {}, margins: {}, groups: [] };
const policy = (part: Partial<Policy>): Policy => ({ ...none, ...part });

function metric(name: string, value: number, half: number): Metric {
  const interval = { low: value - half, high: value + half, level: 0.95, method: 'bootstrap' };
  return {
    name,
    title: name,
    value,
    interval,
    n: 300,
    better: 'higher',
    unit: null,
    class: null,
    definition: '',
  };
}

function check(id: string, part: Partial<CheckResult>): CheckResult {
  return {
    id,
    title: id,
    group: 'runtime',
    needs: ['model'],
    status: 'pass',
    severity: 'warn',
    value: null,
    unit: null,
    interval: null,
    threshold: null,
    finding: '',
    advice: null,
    evidence: null,
    measured: false,
    ...part,
  };
}

const latency = check('latency-p99', {
  value: 3,
  threshold: { op: '<=', value: 50, source: 'policy' },
});

function past(version: string, auc: number, checks: readonly CheckResult[] = [latency]): PastResult {
  return {
    version,
    digest: version,
    stale: null,
    validation: { job: `job ${version}`, checks: [...checks], metrics: [metric('roc_auc', auc, 0.02)] },
  };
}

describe('previewPolicy', () => {
  const before = policy({ metrics: { roc_auc: { min: 0.7 } }, checks: { 'latency-p99': { max: 50 } } });

  it('says which past results a changed limit would have decided otherwise', () => {
    const after = { ...before, metrics: { roc_auc: { min: 0.8 } } };
    const preview = previewPolicy('m', before, after, [past('3', 0.85), past('2', 0.75), past('1', 0.81)]);
    expect(policyPreview.parse(preview)).toEqual(preview);
    expect(preview.changed).toEqual(['metrics.roc_auc']);
    expect(preview.sentence).toBe(
      '2 of 3 past results would be decided otherwise: 2 would fail (passes now), 1 would be inconclusive (passes now).',
    );
    expect(preview.versions[1]).toMatchObject({
      before: { status: 'pass' },
      after: { status: 'fail', failed: ['roc_auc'] },
      checks: [{ id: 'roc_auc', before: 'pass', after: 'fail', value: 0.75, threshold: { value: 0.8 } }],
    });
    expect(preview.versions[0]!.checks).toEqual([]);
  });

  it('judges checks, severities, rules that come and rules that go', () => {
    const stricter = { ...before, checks: { 'latency-p99': { max: 2, severity: 'fail' as const } } };
    expect(previewPolicy('m', before, stricter, [past('1', 0.9)]).versions[0]).toMatchObject({
      after: { status: 'fail', failed: ['latency-p99'] },
      checks: [{ id: 'latency-p99', before: 'pass', after: 'fail' }],
    });
    const looser = { ...before, metrics: {} };
    expect(previewPolicy('m', before, looser, [past('1', 0.5)]).versions[0]).toMatchObject({
      before: { status: 'fail' },
      after: { status: 'pass' },
      checks: [{ id: 'roc_auc', before: 'fail', after: null }],
    });
    const warns = { ...before, metrics: { roc_auc: { min: 0.7, severity: 'warn' as const } } };
    expect(previewPolicy('m', before, warns, [past('1', 0.5)]).sentence).toContain(
      '1 would pass with warnings (fails now)',
    );
  });

  it('leaves open what only a run can tell', () => {
    const off = check('latency-p99', { status: 'not-run', threshold: null });
    const was = policy({ checks: { 'latency-p99': { off: true } } });
    const [version] = previewPolicy('m', was, before, [past('1', 0.9, [off])]).versions;
    expect(version!.open).toEqual([
      { id: 'latency-p99', why: 'It was switched off when this result was made.' },
    ]);
    const broken = check('latency-p99', { ...latency, status: 'warn' });
    const other = policy({ checks: { 'latency-p99': { max: 40 } } });
    expect(previewPolicy('m', before, other, [past('1', 0.9, [broken])]).versions[0]!.open).toEqual([
      { id: 'latency-p99', why: 'It judges by more than its limit.' },
    ]);
  });

  it('says when nothing changes, nothing is stored, or a change is none of checks', () => {
    expect(previewPolicy('m', before, before, [past('1', 0.9)]).sentence).toBe('The policy is the same.');
    const after = policy({ ...before, margins: { roc_auc: 0.1 }, groups: ['age'] });
    expect(previewPolicy('m', before, after, []).sentence).toMatch(/^No stored validation/);
    const preview = previewPolicy('m', before, after, [past('1', 0.9)]);
    expect(preview.sentence).toBe('No verdict changes on 1 past result.');
    expect(preview.notes).toHaveLength(2);
  });
});

it('names the rules that differ, whatever the order of their keys', () => {
  const a = policy({ metrics: { f1: { min: 0.1, severity: 'warn' }, r2: { min: 0 } }, margins: { f1: 0.1 } });
  const b = policy({ metrics: { f1: { severity: 'warn', min: 0.1 } }, groups: ['x'] });
  expect(changedRules(a, a)).toEqual([]);
  expect(changedRules(a, b)).toEqual(['metrics.r2', 'margins.f1', 'groups']);
});
