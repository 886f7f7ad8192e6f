import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seeded } from '../random.ts';
import { evaluateMetrics, metricNames, type EvaluateOptions } from './evaluate.ts';
import { kernelsOf, together } from './kernels.ts';
import { Ranking } from './ranking.ts';
import type { ClassScores, Scored, ValueScores } from './scored.ts';

const options: EvaluateOptions = {
  resamples: 200,
  seed: 7,
  level: 0.95,
  signal: { aborted: false, throwIfAborted: () => undefined },
  progress: () => undefined,
};

function madeUp(n: number, seed = 1): ClassScores {
  const random = seeded(seed);
  const labels = Int32Array.from({ length: n }, () => (random() < 0.3 ? 1 : 0));
  const scores = new Float64Array(2 * n);
  labels.forEach((label, row) => {
    const score = Math.min(1, Math.max(0, 0.3 + 0.15 * label + 0.4 * (random() - 0.5)));
    scores.set([1 - score, score], 2 * row);
  });
  const predicted = Int32Array.from(labels, (_, row) => (scores[2 * row + 1]! >= 0.4 ? 1 : 0));
  return {
    kind: 'classification',
    classes: ['good', 'bad'],
    labels,
    scores,
    predicted,
    probabilities: true,
    positive: 1,
    threshold: 0.4,
    n,
  };
}

function values(n: number): ValueScores {
  const random = seeded(3);
  const labels = Float64Array.from({ length: n }, () => random());
  return { kind: 'regression', labels, predictions: labels.map(label => label + random()), unit: 'm', n };
}

describe('evaluateMetrics', () => {
  it('is the same for the same seed, and not for another', () => {
    const scored = madeUp(300);
    const [first, again] = [evaluateMetrics(scored, options), evaluateMetrics(scored, options)];
    expect(again).toEqual(first);
    expect(evaluateMetrics(scored, { ...options, seed: 8 })).not.toEqual(first);
  });

  it('names every metric that a policy may name, with an interval around its value', () => {
    const metrics = evaluateMetrics(madeUp(400), options);
    expect(metrics.map(metric => metric.name).sort()).toEqual(metricNames('binary').sort());
    for (const { interval, value, name } of metrics) {
      expect(interval!.low, name).toBeLessThanOrEqual(value!);
      expect(interval!.high, name).toBeGreaterThanOrEqual(value!);
      expect(interval!.method).toContain('200 resamples');
    }
  });

  it('leaves unlabelled rows out', () => {
    const scored = madeUp(200);
    const labels = scored.labels.map((label, row) => (row % 4 === 0 ? -1 : label));
    const [metric] = evaluateMetrics({ ...scored, labels }, { ...options, resamples: 0 });
    expect(metric).toMatchObject({ n: 150, interval: null });
    expect(evaluateMetrics({ ...scored, labels: labels.fill(-1) }, options)).toEqual([]);
  });

  it('has no order and no loss where a score is not a number', () => {
    const scored = madeUp(50);
    scored.scores[7] = NaN;
    const byName = new Map(evaluateMetrics(scored, options).map(metric => [metric.name, metric]));
    for (const name of ['roc_auc', 'average_precision', 'log_loss', 'brier_score'])
      expect(byName.get(name)).toMatchObject({ value: null, interval: null });
    expect(byName.get('accuracy')!.value).not.toBeNull();
  });

  it('draws 20,000 of many rows, says so, and finds the width that theory gives', () => {
    const n = 120_000;
    const scored = values(n);
    const metric = evaluateMetrics(scored, options).find(({ name }) => name === 'mean_absolute_error')!;
    expect(metric.interval!.method).toContain('20,000 rows each out of a sample of 50,000 of 120,000');
    expect(metric.unit).toBe('m');
    const error = 1 / Math.sqrt(12 * n);
    const width = (metric.interval!.high - metric.interval!.low) / (2 * 1.96 * error);
    expect(width).toBeGreaterThan(0.8);
    expect(width).toBeLessThan(1.2);
  });

  it('gives BCa intervals when asked', () => {
    const [metric] = evaluateMetrics(madeUp(100), { ...options, method: 'bca' });
    expect(metric!.interval!.method).toBe('BCa bootstrap, 200 resamples');
  });

  it('does not change when the scores are moved by a rising function', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), seed => {
        const scored = madeUp(60, seed);
        const squared = { ...scored, scores: scored.scores.map(score => score * score * score) };
        const auc = (one: ClassScores): unknown =>
          evaluateMetrics(one, { ...options, resamples: 5 }).find(({ name }) => name === 'roc_auc');
        expect(auc(squared)).toEqual(auc(scored));
      }),
      { numRuns: 30 },
    );
  });
});

describe('a kernel', () => {
  const cases: [string, Scored][] = [
    ['binary', madeUp(80)],
    ['multiclass', { ...madeUp(80), positive: null }],
    ['regression', values(80)],
  ];
  it.each(cases)('gives the same for rows that are repeated and for how often: %s', (_, scored) => {
    const kernel = together(kernelsOf(scored));
    const found = [new Float64Array(kernel.metrics.length), new Float64Array(kernel.metrics.length)];
    const places = Int32Array.from({ length: scored.n }, (__, row) => (row * 7) % scored.n);
    fc.assert(
      fc.property(fc.uint16Array({ minLength: scored.n, maxLength: scored.n, max: 3 }), times => {
        fc.pre(times.some(count => count > 0));
        const repeated = Array.from(places).flatMap((row, i) => new Array<number>(times[i]!).fill(row));
        kernel.measure(Int32Array.from(repeated), found[0]!, 0);
        kernel.measure(places, found[1]!, 0, times);
        found[0]!.forEach((value, at) => expect(found[1]![at]).toBeCloseTo(value, 10));
      }),
      { numRuns: 40 },
    );
  });
});

describe('Ranking', () => {
  it('puts any draw of rows in order', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 1, maxLength: 5000, size: 'max' }),
        fc.array(fc.nat(), { maxLength: 100 }),
        (values, picks) => {
          const ranking = new Ranking(Float64Array.from(values));
          const rows = Int32Array.from(picks, pick => pick % values.length);
          const found = Array.from(
            ranking.sorted(rows).positions,
            position => values[ranking.order[position]!],
          );
          expect(found).toEqual(Array.from(rows, row => values[row]!).sort((a, b) => a - b));
        },
      ),
      { numRuns: 50 },
    );
  });
});
