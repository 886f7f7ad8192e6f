import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pointMetrics } from '../metrics/evaluate.ts';
import type { ClassScores } from '../metrics/scored.ts';
import { bestOutside, insideAndOutside, rankModels } from '../ranking/rank.ts';
import { seeded } from '../random.ts';
import { fixedSummary, retrainedSummary } from './foldInterval.ts';
import { makeFolds } from './folds.ts';

/** scikit-learn's numbers; the file names its version. */
const golden = JSON.parse(readFileSync('test/golden/folds.json', 'utf8')) as {
  validated: { label: number[]; score: number[]; fold: number[]; values: Record<string, number[]> };
  corrected: { values: number[]; train: number; test: number; repeats: number; interval: number[] }[];
  timed: [number[], number[]][];
  chosen: { label: number[]; scores: number[][]; draws: number[][]; values: number[] };
};
const quiet = { signal: { aborted: false, throwIfAborted: () => undefined }, progress: () => undefined };

function binary(labels: readonly number[], scores: readonly number[]): ClassScores {
  return {
    kind: 'classification',
    classes: ['0', '1'],
    labels: Int32Array.from(labels),
    scores: Float64Array.from(scores.flatMap(score => [1 - score, score])),
    predicted: Int32Array.from(scores, score => (score > 0.5 ? 1 : 0)),
    probabilities: true,
    positive: 1,
    threshold: 0.5,
    n: labels.length,
  };
}

describe('folds', () => {
  it('are those of a column, with scikit-learn’s cross_val_score in each', () => {
    const { label, score, fold, values } = golden.validated;
    const folds = makeFolds(label.length, 0, { kind: 'given', folds: Int32Array.from(fold) });
    expect(folds).toHaveLength(5);
    const scored = binary(label, score);
    folds.forEach(({ test }, i) => {
      const found = pointMetrics(scored, test);
      expect(found.get('roc_auc')).toBeCloseTo(values['roc_auc']![i]!, 12);
      expect(found.get('accuracy')).toBeCloseTo(values['accuracy']![i]!, 12);
      expect(found.get('log_loss')).toBeCloseTo(-values['neg_log_loss']![i]!, 10);
      expect(found.get('brier_score')).toBeCloseTo(-values['neg_brier_score']![i]!, 12);
    });
  });

  it('in time are TimeSeriesSplit’s', () => {
    const order = Int32Array.from({ length: 23 }, (_, i) => i);
    const folds = makeFolds(23, 4, { kind: 'timed', order });
    expect(folds.map(({ train, test }) => [[...train], [...test]])).toEqual(golden.timed);
  });

  it('test each row once a repeat, with the classes in their shares', () => {
    const strata = fc.array(fc.nat({ max: 2 }), { minLength: 12, maxLength: 80 });
    fc.assert(
      fc.property(strata, fc.integer({ min: 2, max: 5 }), fc.nat(), (codes, count, seed) => {
        const folds = makeFolds(codes.length, count, {
          kind: 'shuffled',
          strata: Int32Array.from(codes),
          repeats: 2,
          seed,
        });
        for (const repeat of [0, 1]) {
          const own = folds.filter(fold => fold.repeat === repeat);
          const tested = own.flatMap(({ test }) => [...test]).sort((a, b) => a - b);
          expect(tested).toEqual(codes.map((_, row) => row));
          for (const level of [0, 1, 2]) {
            const counts = own.map(({ test }) => [...test].filter(row => codes[row] === level).length);
            expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
          }
        }
        for (const { train, test } of folds) expect(train.length + test.length).toBe(codes.length);
      }),
    );
  });

  it('keep groups whole, and are of like size', () => {
    const random = seeded(2);
    const groups = Int32Array.from({ length: 200 }, () => Math.floor(random() * 23));
    const folds = makeFolds(200, 4, { kind: 'grouped', groups });
    const owner = new Map<number, number>();
    for (const { fold, test } of folds)
      for (const row of test) {
        expect(owner.get(groups[row]!) ?? fold).toBe(fold);
        owner.set(groups[row]!, fold);
      }
    const sizes = folds.map(({ test }) => test.length);
    expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThan(15);
  });
});

describe('intervals over folds', () => {
  it('of trained models are corrected as Nadeau and Bengio say', () => {
    for (const { values, train, test, repeats, interval } of golden.corrected) {
      const size = values.length / repeats;
      const folds = values.map((value, i) => ({ repeat: Math.floor(i / size), value, train, test }));
      const found = retrainedSummary(folds, 0.95);
      expect(found.interval!.low).toBeCloseTo(interval[0]!, 10);
      expect(found.interval!.high).toBeCloseTo(interval[1]!, 10);
      // What is not corrected takes folds for independent, and is far too narrow.
      const width = ({ low, high }: { low: number; high: number }): number => high - low;
      if (repeats > 1)
        expect(width(found.interval!)).toBeGreaterThan((2 * (2 * 1.98 * found.deviation)) / 10);
    }
  });

  it('of a fixed model do not narrow with repeats', () => {
    const random = seeded(7);
    const folds = (repeats: number): Parameters<typeof fixedSummary>[0] =>
      Array.from({ length: repeats * 5 }, (_, i) => ({
        repeat: Math.floor(i / 5),
        value: 0.7 + 0.1 * random(),
        train: 0,
        test: 20,
      }));
    const width = (repeats: number): number => {
      const { low, high } = fixedSummary(folds(repeats), 0.95).interval!;
      return high - low;
    };
    expect(width(40) / width(1)).toBeGreaterThan(0.5);
    expect(fixedSummary(folds(1).slice(0, 1), 0.95).interval).toBeNull();
  });
});

describe('the best of many', () => {
  it('is chosen inside and measured outside as BBC-CV does, on the same draws', () => {
    const { label, scores, draws, values } = golden.chosen;
    const pool = Int32Array.from(label.keys());
    let next = 0;
    const { inside, outside } = insideAndOutside(
      scores.map(own => binary(label, own)),
      'roc_auc',
      pool,
      () => {
        const times = new Uint16Array(label.length);
        for (const row of draws[next]!) times[row]!++;
        next++;
        return times;
      },
      { ...quiet, resamples: draws.length },
    );
    const found = bestOutside(inside, outside, 1);
    values.forEach((value, draw) => expect(found[draw]).toBeCloseTo(value, 12));
  });

  const options = { ...quiet, metric: 'roc_auc', resamples: 300, seed: 1, level: 0.95 } as const;

  it('of models that know nothing is worth nothing once it is corrected', () => {
    const random = seeded(12);
    const labels = Array.from({ length: 150 }, () => Number(random() < 0.5));
    const models = Array.from({ length: 30 }, () =>
      binary(
        labels,
        labels.map(() => random()),
      ),
    );
    const { candidates, corrected } = rankModels(models, Int32Array.from(labels.keys()), options);
    expect(candidates[0]!.value).toBeGreaterThan(0.56);
    expect(Math.abs(corrected!.value - 0.5)).toBeLessThan(0.04);
    expect(corrected!.interval.low).toBeLessThan(0.5);
    // None of 29 others is told from the best, though the last is far behind.
    expect(Math.min(...candidates.slice(1).map(one => one.behind!.pValue))).toBeGreaterThan(0.05);
  });

  it('that is better is told from the others, and loses little', () => {
    const random = seeded(13);
    const labels = Array.from({ length: 400 }, () => Number(random() < 0.5));
    const model = (signal: number): ClassScores =>
      binary(
        labels,
        labels.map(label => Math.min(1, Math.max(0, 0.5 + signal * (label - 0.5) + 0.3 * (random() - 0.5)))),
      );
    const found = rankModels(
      [model(0.02), model(0.25), model(0.03)],
      Int32Array.from(labels.keys()),
      options,
    );
    expect(found.candidates[0]!.candidate).toBe(1);
    for (const { behind } of found.candidates.slice(1)) {
      expect(behind!.pValue).toBeLessThan(0.05);
      expect(behind!.interval.high).toBeLessThan(0);
    }
    expect(found.candidates[0]!.value! - found.corrected!.value).toBeLessThan(0.01);
  });
});
