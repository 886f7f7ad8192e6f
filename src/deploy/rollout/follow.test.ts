import { describe, expect, test } from 'vitest';
import { BadInput } from '../../core/failure.ts';
import type { Measurement } from '../../core/rollout/counts.ts';
import type { Rollout } from '../../protocol/results/rollout.ts';
import type { ReleaseRecord } from '../record.ts';
import { follow, type RolloutPlace } from './follow.ts';
import type { RolloutState } from './state.ts';

const model = (digest: string): Rollout['canary'] => ({
  digest,
  name: 'm',
  version: digest,
  path: 'm.onnx',
  size: 1,
});

function stateOf(more: Partial<Rollout>, rest: Partial<RolloutState> = {}): RolloutState {
  const document: Rollout = {
    schema: 'slipway/rollout@1',
    target: 't',
    began: 'r-0002',
    by: 'Ada',
    at: '2026-01-01T00:00:00Z',
    canary: model('c'),
    stable: model('s'),
    plan: {
      steps: [0.5],
      interval: 0.01,
      patience: 0,
      requests: 100,
      success: { min: 0.9, worse: 0.05 },
      latency: { quantile: 0.9, worse: 1 },
    },
    step: 0,
    share: 0.5,
    state: 'observing',
    sentence: '',
    until: new Date(0).toISOString(),
    judgements: [],
    ...more,
  };
  return { document, release: 'r-0002', window: { measured: counts(0, 0) }, looks: 0, ...rest };
}

function counts(requests: number, failures: number): Measurement {
  const latency = { bounds: [1], counts: [requests - failures, 0] };
  const stable = { bounds: [1], counts: [requests, 0] };
  return {
    at: '2026-01-01T00:00:10Z',
    epoch: 'e',
    versions: [
      { digest: 'c', requests, failures, latency },
      { digest: 's', requests, failures: 0, latency: stable },
    ],
  };
}

/** A place that gives one state, then the end, and notes what is done to it. */
function placeOf(
  state: RolloutState,
  measured: Measurement | null,
  broken: Error | null = null,
): {
  place: RolloutPlace;
  done: string[];
} {
  const done: string[] = [];
  const act = (what: string) => (): Promise<void> => {
    done.push(what);
    return broken === null ? Promise.resolve() : Promise.reject(broken);
  };
  let reads = 0;
  return {
    done,
    place: {
      state: () => Promise.resolve(reads++ === 0 ? state : stateOf({ state: 'rolled-back' })),
      measure: () => Promise.resolve(measured),
      append: (_, records) => {
        done.push(...records.map(said));
        return Promise.resolve();
      },
      promote: act('promote'),
      goBack: (_, reason) => act(`back: ${reason}`)(),
      recover: act('recover'),
    },
  };
}

function said(record: ReleaseRecord): string {
  if (record.type === 'judged') return `judged ${record.judgement.outcome}`;
  return record.type === 'paused' ? `paused: ${record.reason}` : record.type;
}

async function doneOn(state: RolloutState, measured: Measurement | null, broken?: Error): Promise<string[]> {
  const { place, done } = placeOf(state, measured, broken ?? null);
  await follow(place, { signal: new AbortController().signal, tell: () => undefined });
  return done;
}

describe('following a canary', () => {
  test('opens a window before it judges', async () => {
    expect(await doneOn(stateOf({ until: null }, { window: null }), counts(0, 0))).toEqual(['window']);
  });

  test('judges at the end of the interval; what decides nothing pauses when patience is over', async () => {
    expect(await doneOn(stateOf({}), counts(1_000, 0))).toEqual(['judged pass']);
    expect(await doneOn(stateOf({}), counts(1_000, 500))).toEqual(['judged fail']);
    const [judged, paused] = await doneOn(stateOf({}), counts(0, 0));
    expect(judged).toBe('judged inconclusive');
    expect(paused).toMatch(/^paused: Not decided/);
    const patient = stateOf({ plan: { ...stateOf({}).document.plan, patience: 3 } });
    expect(await doneOn(patient, counts(0, 0))).toEqual(['judged inconclusive']);
  });

  test('a target that cannot be measured, or began to count anew, decides nothing; the window is opened again', async () => {
    const patient = stateOf({ plan: { ...stateOf({}).document.plan, patience: 3 } });
    for (const measured of [null, { ...counts(1_000, 0), epoch: 'restarted' }])
      expect(await doneOn(patient, measured)).toEqual(['judged inconclusive', 'window']);
  });

  test('what is plainly bad is not waited for, what looks good is', async () => {
    const early = (): RolloutState => stateOf({ until: new Date(Date.now() + 300).toISOString() });
    expect(await doneOn(early(), counts(1_000, 500))).toEqual(['judged fail']);
    expect(await doneOn(early(), counts(1_000, 0))).toEqual([]);
  });

  test('acts on what was judged, also after a restart', async () => {
    expect(await doneOn(stateOf({ state: 'passed' }), null)).toEqual(['promote']);
    expect(await doneOn(stateOf({ state: 'failed', sentence: 'Bad.' }), null)).toEqual([
      'back: The canary failed. Bad.',
    ]);
    expect(await doneOn(stateOf({ state: 'shifting' }), null)).toEqual(['recover']);
  });

  test('leaves a paused canary alone', async () => {
    const { place, done } = placeOf(stateOf({ state: 'paused' }), null);
    const end = await follow(place, { signal: new AbortController().signal, tell: () => undefined });
    expect([end.state, done]).toEqual(['paused', []]);
  });

  test('a share that is refused pauses it; a target that someone holds is waited for', async () => {
    const drift = new BadInput('drift', 'Someone changed it.');
    expect(await doneOn(stateOf({ state: 'passed' }), null, drift)).toEqual([
      'promote',
      'paused: Someone changed it.',
    ]);
    const busy = new BadInput('target-busy', 'Held.');
    expect(await doneOn(stateOf({ state: 'passed' }), null, busy)).toEqual(['promote']);
  });

  test('a target that is held when it shall pause is waited for, too', async () => {
    const { place, done } = placeOf(stateOf({ state: 'passed' }), null, new BadInput('drift', 'Changed.'));
    const append = (): Promise<void> => {
      done.push('held');
      return Promise.reject(new BadInput('target-busy', 'Held.'));
    };
    const end = await follow(
      { ...place, append },
      { signal: new AbortController().signal, tell: () => undefined },
    );
    expect([end.state, done]).toEqual(['rolled-back', ['promote', 'held']]);
  });
});
