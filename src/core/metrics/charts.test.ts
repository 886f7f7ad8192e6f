import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { charts } from '../../protocol/results/validation.ts';
import { chartsOf } from './charts.ts';
import type { ClassScores } from './scored.ts';

interface Case {
  truth: number[];
  scores: number[];
  expected: {
    confusion_matrix: number[][];
    calibration_bins: [number, number, number, number][];
    roc_curve: { fpr: number[]; tpr: number[] };
  };
}
const { cases } = JSON.parse(readFileSync('test/golden/metrics-binary.json', 'utf8')) as { cases: Case[] };

function scoredOf({ truth, scores }: Pick<Case, 'truth' | 'scores'>): ClassScores {
  return {
    kind: 'classification',
    classes: ['good', 'bad'],
    labels: Int32Array.from(truth),
    scores: Float64Array.from(scores.flatMap(score => [1 - score, score])),
    predicted: Int32Array.from(scores, score => (score >= 0.5 ? 1 : 0)),
    probabilities: true,
    positive: 1,
    threshold: 0.5,
    n: truth.length,
  };
}

describe('chartsOf', () => {
  const [first] = cases;
  const found = chartsOf(scoredOf(first!));

  it('is what the protocol says', () => {
    expect(() => charts.parse(found)).not.toThrow();
  });

  it('counts as scikit-learn', () => {
    expect(found.confusion!.counts).toEqual(first!.expected.confusion_matrix);
    const bins = first!.expected.calibration_bins.filter(([, n]) => n > 0);
    found.calibration!.forEach((bin, i) => {
      const [, n, predicted, observed] = bins[i]!;
      expect(bin.n).toBe(n);
      expect(bin.predicted).toBeCloseTo(predicted, 10);
      expect(bin.observed).toBeCloseTo(observed, 10);
    });
  });

  it('draws the ROC curve through scikit-learn’s points, thinned', () => {
    const { fpr, tpr } = first!.expected.roc_curve;
    const known = new Set(fpr.map((x, i) => `${x.toFixed(9)} ${tpr[i]!.toFixed(9)}`));
    const points = found.roc![0]!.points;
    expect(points.length).toBeLessThanOrEqual(201);
    expect(points[0]).toEqual([0, 0]);
    expect(points.at(-1)).toEqual([1, 1]);
    for (const [x, y] of points) expect(known).toContain(`${x.toFixed(9)} ${y.toFixed(9)}`);
  });

  it('every threshold accounts for every row', () => {
    for (const { tp, fp, tn, fn } of found.thresholds!) expect(tp + fp + tn + fn).toBe(first!.truth.length);
    expect(found.scores!.counts.flatMap(({ n }) => n).reduce((sum, n) => sum + n, 0)).toBe(
      first!.truth.length,
    );
  });

  it('has the threshold in use itself, with what the model answers at it', () => {
    const [[tn, fp], [fn, tp]] = first!.expected.confusion_matrix as [[number, number], [number, number]];
    const order = found.thresholds!.map(({ threshold }) => threshold);
    expect(order).toEqual([...new Set(order)].sort((a, b) => a - b));
    expect(found.thresholds!.find(({ threshold }) => threshold === 0.5)).toEqual({
      ...{ threshold: 0.5, tp, fp, tn, fn },
    });
    const below = chartsOf(scoredOf({ truth: [1, 0], scores: [0.2, 0.3] })).thresholds;
    expect(below).toEqual([
      { threshold: 0.2, tp: 1, fp: 1, tn: 0, fn: 0 },
      { threshold: 0.3, tp: 0, fp: 1, tn: 0, fn: 1 },
      { threshold: 0.5, tp: 0, fp: 0, tn: 1, fn: 1 },
    ]);
  });

  it('has no ROC curve when one class is missing', () => {
    const one = chartsOf(scoredOf({ truth: [1, 1], scores: [0.2, 0.8] }));
    expect(one.roc).toBeNull();
    expect(one.precisionRecall).not.toBeNull();
  });

  it('keeps at most 500 residuals and counts them all', () => {
    const n = 2000;
    const labels = Float64Array.from({ length: n }, (_, row) => (row === 3 ? NaN : row % 50));
    const { residuals, scores } = chartsOf({
      kind: 'regression',
      labels,
      predictions: Float64Array.from({ length: n }, (_, row) => (row % 50) + (row % 7)),
      unit: null,
      n,
    });
    expect(residuals!.points).toHaveLength(500);
    expect(residuals!.counts.reduce((sum, count) => sum + count, 0)).toBe(n - 1);
    expect(scores!.counts.map(series => series.class)).toEqual(['label', 'prediction']);
  });

  it('is empty without labels', () => {
    const { labels, ...rest } = scoredOf(first!);
    expect(Object.values(chartsOf({ ...rest, labels: labels.map(() => -1) })).every(v => v === null)).toBe(
      true,
    );
  });
});
