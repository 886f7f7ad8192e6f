import { describe, expect, it } from 'vitest';
import type { ValueScores } from '../metrics/scored.ts';
import { pairedPermutation } from '../stats/permutation.ts';
import { normalQuantile } from '../stats/distributions.ts';
import { seeded, type Random } from '../random.ts';
import type { Clustered } from '../stats/clusteredMean.ts';
import { contributions } from './flips.ts';
import { rankModels, type RankOptions } from './rank.ts';
import { falseAlarm, simulatedMetrics } from './simulation.ts';

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
  // A simulation: other work on the machine may hold it up.
  it.each([
    [100, 100],
    [400, 60],
  ])(
    'of ten equal candidates on %i rows calls any worse in one of twenty',
    { timeout: 300_000 },
    (n, trials) => {
      const random = seeded(5);
      let wrong = 0;
      for (let trial = 0; trial < trials; trial++)
        for (const metric of simulatedMetrics) if (falseAlarm(random, n, metric, trial)) wrong++;
      const all = trials * simulatedMetrics.length;
      // Of more trials it is 5 % (tools/rankSimulation.ts), from which so few differ by two standard errors.
      expect(wrong / all).toBeLessThan(0.05 + 2 * Math.sqrt((0.05 * 0.95) / all));
    },
  );

  it('tells far worse ones, and still not the equal ones among them', () => {
    const random = seeded(9);
    let wrong = 0;
    for (let trial = 0; trial < 100; trial++) {
      const scales = [0.4, 0.4, 0.4, 0.4, 3, 9];
      const { candidates } = rankModels(
        scales.map(scale => missing(random, 100, scale)),
        rowsOf(100),
        { ...options, resamples: 2, seed: trial },
      );
      const told = candidates.filter(({ behind }) => behind !== null && behind.pValue <= 0.05);
      expect(told.map(({ candidate }) => candidate)).toEqual(expect.arrayContaining([4, 5]));
      if (told.length > 2) wrong++;
    }
    expect(wrong).toBeLessThanOrEqual(10);
  });

  it('of two is the paired permutation test, and its interval is of the same test', () => {
    const random = seeded(3);
    for (let trial = 0; trial < 20; trial++) {
      const [a, b] = [missing(random, 10), missing(random, 10, 1.8)];
      const { candidates } = rankModels([a, b], rowsOf(10), options);
      const { pValue, interval, value } = candidates[1]!.behind!;
      const differences = Float64Array.from(
        a.predictions,
        (one, i) => Math.abs(one) - Math.abs(b.predictions[i]!),
      );
      // All 1,024 swaps; ours are 1,999 of them at random.
      const exact = pairedPermutation(differences, 0, random).pValue;
      expect(Math.abs(pValue - exact)).toBeLessThan(4 * Math.sqrt((exact * (1 - exact)) / 1999) + 1 / 1999);
      expect(interval.low <= value && value <= interval.high).toBe(true);
      if (Math.abs(pValue - 0.05) > 0.01) expect(interval.high < 0).toBe(pValue < 0.05);
    }
  });

  describe('of rows that come in clusters', () => {
    const clustered = (n: number, size: number): Clustered => ({
      kind: 'clustered',
      parts: Int32Array.from({ length: n }, (_, row) => Math.floor(row / size)),
      by: '`customer`',
    });

    it('gets no surer when each row is there four times', () => {
      const random = seeded(12);
      const once = [1, 1.15, 1.3].map(scale => missing(random, 40, scale));
      const often = once.map(({ predictions, ...model }): ValueScores => {
        const repeated = Float64Array.from({ length: 160 }, (_, row) => predictions[Math.floor(row / 4)]!);
        return { ...model, predictions: repeated, labels: new Float64Array(160), n: 160 };
      });
      const own = rankModels(once, rowsOf(40), options).candidates;
      const byCluster = rankModels(often, rowsOf(160), { ...options, scheme: clustered(160, 4) }).candidates;
      const byRow = rankModels(often, rowsOf(160), options).candidates;
      own.forEach(({ candidate, value, interval, behind }, i) => {
        const found = byCluster[i]!;
        expect(found.candidate).toBe(candidate);
        expect(found.value).toBeCloseTo(value!, 12);
        expect(found.interval!.method).toContain('clusters of `customer`');
        expect(found.interval!.low).toBeCloseTo(interval!.low, 12);
        if (behind === null) return;
        expect(found.behind!.pValue).toBe(behind.pValue);
        expect(found.behind!.interval.low).toBeCloseTo(behind.interval.low, 10);
        expect(found.behind!.interval.method).toMatch(/, clusters of `customer`$/);
        expect(byRow[i]!.behind!.pValue).toBeLessThan(behind.pValue);
      });
    });

    it('takes from a mean the sums of the clusters, whatever their sizes', () => {
      const values = Float64Array.from([3, 1, 4, 1, 5, 9, 2, 6, 5, 3]);
      const parts = Int32Array.from([0, 0, 0, 1, 1, -1, 2, 2, 2, 2]);
      const mean = (rows: Int32Array, times?: Uint16Array): number => {
        let [sum, n] = [0, 0];
        rows.forEach((row, i) => {
          sum += values[row]! * (times?.[i] ?? 1);
          n += times?.[i] ?? 1;
        });
        return sum / n;
      };
      const found = contributions(mean, rowsOf(10), { kind: 'clustered', parts, by: '' });
      // Sums of 8, 6, 9 and 16, in shares of ten rows over four.
      [8, 6, 9, 16].forEach((sum, i) => expect(found[i]).toBeCloseTo(sum / 2.5, 12));
    });
  });

  it('of too few rows tells nobody apart', () => {
    const random = seeded(2);
    const models = [1, 5].map(scale => missing(random, 3, scale));
    const { pValue, interval } = rankModels(models, rowsOf(3), options).candidates[1]!.behind!;
    // Two of eight flips are as large.
    expect(pValue).toBeCloseTo(0.25, 1);
    expect(interval.high).toBeGreaterThanOrEqual(0);
  });

  it('says that its differences hold over all pairs', () => {
    const random = seeded(6);
    const { candidates } = rankModels(
      [1, 1.1, 3].map(scale => missing(random, 80, scale)),
      rowsOf(80),
      options,
    );
    expect(candidates[1]!.behind!.interval.method).toBe(
      'simultaneous over all pairs of 3 candidates, paired sign flips of the largest',
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
