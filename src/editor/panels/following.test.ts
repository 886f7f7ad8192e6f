import { CancellationTokenSource } from 'vscode-jsonrpc';
import { expect, it } from 'vitest';
import type { EngineProgress } from '../../protocol/engine.ts';
import { following } from './following.ts';

const at = (done: number, total = 100): EngineProgress => ({ done, total, what: 'rows' });

it('aborts the job with the question', () => {
  const source = new CancellationTokenSource();
  const { signal } = following({ cancelled: source.token, progress: () => undefined });
  expect(signal?.aborted).toBe(false);
  source.cancel();
  expect(signal?.aborted).toBe(true);
});

it('never starts what was cancelled before', () => {
  const source = new CancellationTokenSource();
  source.cancel();
  expect(following({ cancelled: source.token, progress: () => undefined }).signal?.aborted).toBe(true);
});

it('tells the page no more often than it draws, and always that the work is done', () => {
  const told: number[] = [];
  const { token } = new CancellationTokenSource();
  const { onProgress } = following({ cancelled: token, progress: ({ done }) => void told.push(done) });
  for (const done of [1, 2, 3, 100]) onProgress?.(at(done));
  expect(told).toEqual([1, 100]);
});
