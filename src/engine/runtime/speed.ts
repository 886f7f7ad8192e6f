import type { Pool } from '../predict/feeds.ts';
import type { Scorer } from '../predict/scorer.ts';
import { quantileOfSorted } from '../../core/stats/quantile.ts';
import type { Progress } from '../../core/signal.ts';
import { neverAborted } from '../tasks/signal.ts';

/** Calls that a 99th percentile needs, unless the model is so slow that the time runs out first. */
const calls = 1000;
const fewestCalls = 20;
const warmUpCalls = 20;
const patienceMs = 10_000;

export interface Latency {
  readonly calls: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** Single-row calls of several models in turn, so that what slows the machine slows all of them. Times in ms. */
export async function latencies(
  models: readonly { readonly scorer: Scorer; readonly pool: Pool }[],
  progress: Progress,
): Promise<readonly Latency[]> {
  const times = models.map(() => new Float64Array(calls));
  const end = performance.now() + patienceMs * models.length;
  let done = 0;
  for (let call = -warmUpCalls; call < calls; call++) {
    if (call >= fewestCalls && performance.now() > end) break;
    for (const [i, { scorer, pool }] of models.entries()) {
      const before = scorer.runtimeMs;
      await scorer.row(pool, (call + warmUpCalls) % pool.rows, neverAborted);
      if (call >= 0) times[i]![call] = scorer.runtimeMs - before;
    }
    if (call >= 0) done = call + 1;
    if (call % 100 === 0) progress(Math.max(0, call), calls, 'calls timed');
  }
  return times.map(all => {
    const sorted = all.subarray(0, done).sort();
    return {
      calls: done,
      p50: quantileOfSorted(sorted, 0.5),
      p95: quantileOfSorted(sorted, 0.95),
      p99: quantileOfSorted(sorted, 0.99),
    };
  });
}
