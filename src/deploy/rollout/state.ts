import type { Measurement } from '../../core/rollout/counts.ts';
import type { Rollout } from '../../protocol/results/rollout.ts';
import type { BeginRecord, ReleaseRecord } from '../record.ts';

/** Where the last canary of a target stands, as its journal tells it. */
export interface RolloutState {
  readonly document: Rollout;
  /** The release that made the shares what they are. */
  readonly release: string;
  /** The counts that the next ones are compared with; null when there is no window yet. */
  readonly window: { readonly measured: Measurement | null } | null;
  /** Judgements at this share that decided nothing. */
  readonly looks: number;
}

type Stage = BeginRecord & { readonly rollout: NonNullable<BeginRecord['rollout']> };

/** True while a canary shares the requests. */
export function isActive({ state }: Rollout): boolean {
  return state !== 'promoted' && state !== 'rolled-back';
}

/** @returns null when the target has had no canary */
export function rolloutOf(records: readonly ReleaseRecord[]): RolloutState | null {
  let state: RolloutState | null = null;
  /** The state before the release that is going on, to which it goes back when that fails. */
  let before: RolloutState | null = null;
  let begin: BeginRecord | null = null;
  for (const record of records) {
    switch (record.type) {
      case 'begin':
        begin = record;
        before = state;
        if (state !== null && isActive(state.document)) state = shifting(state, record);
        else if (isStage(record)) state = began(record);
        break;
      case 'end':
        if (begin !== null) state = ended(record.state, begin, state, before);
        begin = null;
        break;
      case 'step':
        break;
      default:
        if (state?.release === record.release) state = noted(state, record);
    }
  }
  return state;
}

function isStage(record: BeginRecord): record is Stage {
  return record.rollout !== undefined;
}

function began(stage: Stage): RolloutState {
  const { rollout, target, by, at, model } = stage;
  return {
    document: {
      schema: 'slipway/rollout@1',
      target,
      began: rollout.began,
      by,
      at,
      canary: model,
      stable: rollout.stable,
      plan: rollout.plan,
      step: rollout.step,
      share: 0,
      state: 'shifting',
      sentence: 'The canary is being made.',
      until: null,
      judgements: [],
    },
    release: stage.release,
    window: null,
    looks: 0,
  };
}

function shifting(state: RolloutState, { release, action }: BeginRecord): RolloutState {
  const sentence = `${release} is ${action === 'rollback' ? 'taking the requests back' : 'moving requests'}.`;
  return { ...state, document: { ...state.document, state: 'shifting', sentence, until: null } };
}

function ended(
  end: 'live' | 'failed' | 'undone' | 'removed',
  begin: BeginRecord,
  state: RolloutState | null,
  before: RolloutState | null,
): RolloutState | null {
  if (state === null || (before !== null && !isActive(before.document) && !isStage(begin))) return state;
  const went = end === 'live' || end === 'removed';
  if (!went) {
    if (before === null || !isActive(before.document)) return before;
    const sentence = `${begin.release} could not move the requests. Look at its steps, then promote or roll back.`;
    return { ...before, document: { ...before.document, state: 'paused', sentence, until: null } };
  }
  const { document } = state;
  if (!isStage(begin)) {
    const sentence = begin.reason ?? `${begin.release} by ${begin.by} ended it.`;
    return { ...state, document: { ...document, state: 'rolled-back', share: 0, sentence, until: null } };
  }
  const { step } = begin.rollout;
  const share = begin.desired.live.find(({ model }) => model.digest === begin.model.digest)?.weight ?? 0;
  const all = share >= 1;
  return {
    document: {
      ...document,
      step,
      share,
      state: all ? 'promoted' : 'observing',
      sentence: all ? 'It has all requests.' : 'The versions are about to be compared.',
      until: null,
    },
    release: begin.release,
    window: null,
    looks: 0,
  };
}

function noted(
  state: RolloutState,
  record: Exclude<ReleaseRecord, { type: 'begin' | 'step' | 'end' }>,
): RolloutState {
  const { document } = state;
  const next = dueAt(record.at, document.plan.interval);
  switch (record.type) {
    case 'window':
      return {
        ...state,
        window: { measured: record.measured },
        document: { ...document, state: 'observing', sentence: 'The versions are compared.', until: next },
      };
    case 'judged': {
      const { judgement, at } = record;
      const judgements = [...document.judgements, { ...judgement, at, share: document.share }];
      const head = { ...document, judgements, sentence: judgement.sentence };
      if (judgement.outcome === 'inconclusive')
        return { ...state, looks: state.looks + 1, document: { ...head, until: next } };
      const decided = judgement.outcome === 'pass' ? 'passed' : 'failed';
      return { ...state, document: { ...head, state: decided, until: null } };
    }
    case 'paused':
      return { ...state, document: { ...document, state: 'paused', sentence: record.reason, until: null } };
    case 'resumed': {
      const sentence = 'The versions are about to be compared.';
      return {
        ...state,
        window: null,
        looks: 0,
        document: { ...document, state: 'observing', sentence, until: null },
      };
    }
  }
}

function dueAt(from: string, minutes: number): string {
  return new Date(Date.parse(from) + minutes * 60_000).toISOString();
}
