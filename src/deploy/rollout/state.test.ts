import { describe, expect, test } from 'vitest';
import type { Judgement } from '../../protocol/results/rollout.ts';
import type { BeginRecord, ReleaseRecord } from '../record.ts';
import { isActive, rolloutOf } from './state.ts';

const at = '2026-01-01T00:00:00.000Z';
const model = (digest: string): BeginRecord['model'] => ({
  digest,
  name: 'm',
  version: digest,
  path: 'm.onnx',
  size: 1,
});
const plan = {
  steps: [0.1, 0.5],
  interval: 10,
  patience: 1,
  requests: 1,
  success: { min: 0.9, worse: 0.1 },
  latency: { quantile: 0.9, worse: 0.1 },
};

function begin(release: string, share: number, more: Partial<BeginRecord> = {}): BeginRecord {
  return {
    type: 'begin',
    release,
    at,
    by: 'Ada',
    target: 't',
    kind: 'local',
    action: 'deploy',
    model: model('c'),
    previous: 's',
    verdict: null,
    override: null,
    desired: {
      live: [
        { model: model('s'), weight: 1 - share },
        { model: model('c'), weight: share },
      ],
      keep: [],
      trafficFirst: false,
    },
    observed: {
      reachable: true,
      live: [],
      present: [],
      healthy: true,
      endpoint: null,
      sentence: '',
      facts: {},
    },
    plan: [],
    ...more,
  };
}
const stage = (release: string, step: number): BeginRecord =>
  begin(release, [...plan.steps, 1][step]!, {
    action: step === 0 ? 'deploy' : 'promote',
    rollout: { began: 'r-0002', step, plan, stable: model('s') },
  });
const end = (release: string, state: 'live' | 'undone' | 'removed' = 'live'): ReleaseRecord => ({
  type: 'end',
  release,
  at,
  state,
  endpoint: null,
});
const judged = (release: string, outcome: Judgement['outcome']): ReleaseRecord => ({
  type: 'judged',
  release,
  at,
  judgement: { outcome, sentence: outcome, seconds: 1, canary: null, stable: null, conditions: [] },
});
const window = (release: string): ReleaseRecord => ({ type: 'window', release, at, measured: null });
const paused = (release: string): ReleaseRecord => ({ type: 'paused', release, at, by: null, reason: 'why' });

const first = [stage('r-0002', 0), end('r-0002')];
const state = (...records: ReleaseRecord[]): string | undefined => rolloutOf(records)?.document.state;

describe('where a canary stands', () => {
  test('none before the first, none after a first share that was undone', () => {
    expect(rolloutOf([])).toBeNull();
    expect(rolloutOf([begin('r-0001', 1), end('r-0001')])).toBeNull();
    expect(rolloutOf([stage('r-0002', 0), end('r-0002', 'undone')])).toBeNull();
    expect(state(stage('r-0002', 0))).toBe('shifting');
  });

  test('it is observed, judged, promoted', () => {
    expect(state(...first)).toBe('observing');
    const seen = rolloutOf([...first, window('r-0002')]);
    expect(seen?.document).toMatchObject({
      state: 'observing',
      share: 0.1,
      until: '2026-01-01T00:10:00.000Z',
    });
    const passed = [...first, window('r-0002'), judged('r-0002', 'pass')];
    expect(state(...passed)).toBe('passed');
    const second = [...passed, stage('r-0003', 1), end('r-0003')];
    expect(rolloutOf(second)?.document).toMatchObject({ state: 'observing', share: 0.5, step: 1 });
    expect(rolloutOf([...second, stage('r-0004', 2), end('r-0004')])?.document).toMatchObject({
      state: 'promoted',
      share: 1,
      judgements: [{ share: 0.1, outcome: 'pass' }],
    });
  });

  test('what decides nothing is looked at again, and never promotes', () => {
    const looked = rolloutOf([...first, window('r-0002'), judged('r-0002', 'inconclusive')]);
    expect(looked).toMatchObject({ looks: 1, document: { state: 'observing' } });
    const waiting = [...first, window('r-0002'), judged('r-0002', 'inconclusive'), paused('r-0002')];
    expect(rolloutOf(waiting)?.document).toMatchObject({ state: 'paused', sentence: 'why' });
    const resumed = rolloutOf([...waiting, { type: 'resumed', release: 'r-0002', at, by: 'Ada' }]);
    expect(resumed).toMatchObject({ looks: 0, window: null, document: { state: 'observing' } });
  });

  test('a share that could not be moved pauses it where it was', () => {
    const passed = [...first, window('r-0002'), judged('r-0002', 'pass')];
    const failed = rolloutOf([...passed, stage('r-0003', 1), end('r-0003', 'undone')]);
    expect(failed?.document).toMatchObject({ state: 'paused', share: 0.1, step: 0 });
    expect(failed?.document.sentence).toMatch(/^r-0003 could not move the requests/);
  });

  test('a rollback or a removal ends it, one that failed does not', () => {
    const back = begin('r-0003', 0, { action: 'rollback', model: model('s'), reason: 'The canary failed.' });
    expect(rolloutOf([...first, back, end('r-0003')])?.document).toMatchObject({
      state: 'rolled-back',
      sentence: 'The canary failed.',
    });
    expect(state(...first, back, end('r-0003', 'undone'))).toBe('paused');
    const gone = begin('r-0003', 0, { action: 'remove' });
    const removed = rolloutOf([...first, gone, end('r-0003', 'removed')]);
    expect(isActive(removed!.document)).toBe(false);
    // Later releases leave the story of the last canary as it is.
    const later = [...first, back, end('r-0003'), begin('r-0004', 1), end('r-0004')];
    expect(state(...later)).toBe('rolled-back');
  });
});
