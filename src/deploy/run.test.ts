import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { Journal } from '../workspace/journal.ts';
import { Lease } from './lease.ts';
import type { BeginRecord, ReleaseRecord } from './record.ts';
import { runRelease } from './run.ts';
import type { Observed, Step, Target } from './types.ts';

const nothing: Observed = {
  reachable: true,
  live: [],
  present: [],
  healthy: true,
  endpoint: null,
  sentence: '',
  facts: {},
};

const begin: BeginRecord = {
  type: 'begin',
  release: 'r-0001',
  at: '2026-01-01T00:00:00Z',
  by: 'Ada',
  target: 't',
  kind: 'test',
  action: 'deploy',
  model: { digest: 'd', name: 'm', version: '1', path: 'm.onnx', size: 1 },
  previous: null,
  verdict: null,
  override: null,
  desired: { live: [], keep: [], trafficFirst: false },
  observed: nothing as BeginRecord['observed'],
  plan: [],
};

test('what is undone gets the time of its step when that is longer than a minute', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const dir = await mkdtemp(join(tmpdir(), 'slipway-run-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const undoing = (name: string, limit: number): Step => ({
    name,
    phase: 'prepare',
    limit,
    sentence: '',
    undoSentence: '',
    run: () => Promise.resolve('done'),
    undo: async ({ signal }) => {
      await vi.advanceTimersByTimeAsync(100_000);
      signal.throwIfAborted();
    },
  });
  const failing: Step = {
    ...undoing('fails', 1000),
    run: () => Promise.reject(new Error('No.')),
    undo: () => Promise.resolve(),
  };
  const lease = await Lease.take(join(dir, 'lease.json'), { by: 'Ada' }, () => undefined);
  const context = {
    target: { observe: () => Promise.resolve(nothing), logs: () => Promise.resolve([]) } as unknown as Target,
    journal: await Journal.open<ReleaseRecord>(join(dir, 'journal.jsonl')),
    lease,
    signal: new AbortController().signal,
    emit: () => undefined,
  };
  const { state } = await runRelease(begin, [undoing('slow', 200_000), failing], context);
  expect(state).toBe('undone');
  const second = { ...begin, release: 'r-0002' };
  expect((await runRelease(second, [undoing('quick', 1000), failing], context)).state).toBe('failed');
  await lease.release();
});
