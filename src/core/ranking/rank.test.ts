import { describe, expect, it } from 'vitest';
import type { ValueScores } from '../metrics/scored.ts';
import { normalQuantile } from '../stats/distributions.ts';
import { seeded, type Random } from '../random.ts';
import { rankModels, type RankOptions } from './rank.ts';

const options: RankOptions = {
  metric: 'mean_absolute_error',
  resamples: 200,
  seed: 1,
  level: 0.95,
  signal: { aborted: false, throwIfAborted: () => undefined },
  progress: () => undefined,
};

/** Labels of 0, missed by normal errors. */
function missing(random: Random, n: number, scale = 1): ValueScores {
  const predictions = Float64Array.from({ length: n }, () => scale * normalQuantile(random()));
  return { kind: 'regression', labels: new Float64Array(n), predictions, unit: null, n };
}

const rowsOf = (n: number): Int32Array => Int32Array.from({ length: n }, (_, row) => row);

describe('a ranking', () => {
  it('of eight equal candidates calls any worse about once in twenty times', () => {
    const random = seeded(5);
    const [trials, n] = [200, 300];
    let wrong = 0;
    for (let trial = 0; trial < trials; trial++) {
      const models = Array.from({ length: 8 }, () => missing(random, n));
      const { candidates } = rankModels(models, rowsOf(n), { ...options, resamples: 300, seed: trial });
      if (candidates.some(({ behind }) => behind !== null && behind.pValue < 0.05)) wrong++;
    }
    // Three standard errors of a share of 5 %.
    expect(Math.abs(wrong / trials - 0.05)).toBeLessThan(3 * Math.sqrt((0.05 * 0.95) / trials));
  });

  it('says that its differences hold over all pairs', () => {
    const random = seeded(6);
    const { candidates } = rankModels(
      [1, 1.1, 3].map(scale => missing(random, 80, scale)),
      rowsOf(80),
      options,
    );
    expect(candidates[1]!.behind!.interval.method).toBe(
      'simultaneous over all pairs of 3 candidates, bootstrap of the largest, 200 resamples',
    );
    expect(candidates.map(({ behind }) => behind !== null && behind.pValue < 0.05)).toEqual([
      false,
      false,
      true,
    ]);
  });

  it('of many rows draws a part of them, centres on all of them, and says so', () => {
    const n = 120_000;
    const { candidates, resampled } = rankModels([missing(seeded(8), n)], rowsOf(n), {
      ...options,
      resamples: 100,
    });
    const { value, interval } = candidates[0]!;
    expect(resampled).toBe(20_000);
    expect(interval!.method).toContain('20,000 rows each out of a sample of 50,000 of 120,000, rescaled');
    // The deviation of |normal| is √(1 - 2/π).
    const error = Math.sqrt((1 - 2 / Math.PI) / n);
    expect(Math.abs((interval!.low + interval!.high) / 2 - value!)).toBeLessThan(error / 2);
    expect((interval!.high - interval!.low) / (2 * 1.96 * error)).toBeCloseTo(1, 0);
  });
});
