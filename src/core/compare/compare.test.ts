import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { comparison } from '../../protocol/results/comparison.ts';
import type { Table } from '../data/table.ts';
import { evaluateMetrics } from '../metrics/evaluate.ts';
import type { Replicates } from '../metrics/replicates.ts';
import type { ClassScores, Scored, ValueScores } from '../metrics/scored.ts';
import { seeded } from '../random.ts';
import { delong } from '../stats/delong.ts';
import { holm } from '../stats/multiplicity.ts';
import { paired } from './align.ts';
import { compareScored, type CompareOptions } from './compare.ts';
import { metricDeltas, type MetricDelta } from './metricDeltas.ts';

interface Case {
  name: string;
  truth: number[];
  scores: number[];
}
const { cases } = JSON.parse(readFileSync('test/golden/metrics-binary.json', 'utf8')) as { cases: Case[] };

function credit(version: string): ClassScores {
  const { truth, scores } = cases.find(({ name }) => name === `credit-risk-${version}`)!;
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

const options: CompareOptions = {
  resamples: 300,
  seed: 1,
  margins: { roc_auc: 0.01 },
  names: { a: '1.0.0', b: '2.0.0' },
  signal: { aborted: false, throwIfAborted: () => undefined },
  progress: () => undefined,
};

const shape = comparison.pick({ metrics: true, flips: true, changes: true, slices: true, verdict: true });

/** A made-up column in which the second half of the rows is another kind. */
function halves(n: number): Table {
  return {
    rows: n,
    columns: [
      {
        kind: 'category',
        name: 'part',
        codes: Int32Array.from({ length: n }, (_, row) => (row < n / 2 ? 0 : 1)),
        levels: ['first', 'second'],
      },
    ],
  };
}

describe('compareScored on the credit-risk versions', () => {
  const [a, b] = [credit('1.0.0'), credit('2.0.0')];
  const found = compareScored(a, b, halves(a.n), options);

  it('is what the protocol says, and the same for the same seed', () => {
    expect(() => shape.parse(found)).not.toThrow();
    expect(compareScored(a, b, halves(a.n), options)).toEqual(found);
  });

  it('every row is right or wrong in one way', () => {
    const { bothRight, onlyA, onlyB, bothWrong, negative } = found.flips!;
    expect(bothRight + onlyA + onlyB + bothWrong).toBe(a.n);
    expect(negative).toHaveLength(onlyA);
    for (const flip of negative) {
      expect(flip.a).toBe(flip.label);
      expect(flip.b).not.toBe(flip.label);
      expect(flip.inputs).toEqual([flip.row < 150 ? 'first' : 'second']);
    }
  });

  it('turns around with the versions', () => {
    const back = compareScored(b, a, null, options);
    for (const { name, delta } of found.metrics)
      expect(back.metrics.find(metric => metric.name === name)!.delta).toBeCloseTo(-delta!, 12);
    expect(back.flips!.onlyA).toBe(found.flips!.onlyB);
    expect(back.slices).toEqual([]);
  });

  it('a version against itself is no worse, with no width', () => {
    const same = compareScored(a, a, halves(a.n), options);
    for (const { delta, interval, status } of same.metrics) {
      expect(delta).toBe(0);
      expect(interval).toMatchObject({ low: 0, high: 0 });
      expect(status).toBe('pass');
    }
    expect(same.flips).toMatchObject({ onlyA: 0, onlyB: 0, pValue: 1 });
    expect(same.verdict.status).toBe('pass');
    expect(same.sentence).toContain('as good overall within the margin of 0.01');
  });

  it('does not mind the order of the classes', () => {
    const swapped: ClassScores = {
      ...b,
      classes: ['bad', 'good'],
      labels: b.labels.map(label => 1 - label),
      predicted: b.predicted.map(label => 1 - label),
      scores: b.scores.map((_, at) => b.scores[at ^ 1]!),
      positive: 0,
    };
    expect(compareScored(a, swapped, halves(a.n), options)).toEqual(found);
  });
});

describe('compareScored', () => {
  const random = seeded(5);
  const n = 400;
  const labels = Float64Array.from({ length: n }, () => 10 * random());
  const values = (error: (row: number) => number): ValueScores => ({
    kind: 'regression',
    labels,
    predictions: labels.map((label, row) => label + error(row)),
    unit: 'bikes',
    n,
  });
  const before = values(() => random() - 0.5);

  it('finds the slice that got worse though all is better', () => {
    const after = values(row =>
      row < n / 2 ? 0.01 : 0.7 * (random() - 0.5) + (random() < 0.5 ? 0.3 : -0.3),
    );
    const found = compareScored(before, after, halves(n), { ...options, margins: {} });
    expect(() => shape.parse(found)).not.toThrow();
    expect(found.slices[0]).toMatchObject({ slice: 'part = second', status: 'fail', n: 200 });
    expect(found.slices[1]).toMatchObject({ slice: 'part = first', status: 'pass' });
    expect(found.sentence).toMatch(
      /^2\.0\.0 is better overall \(Mean absolute error -0\.\d+ bikes, 95 % interval .*\) but worse for part = second \(n = 200, mean absolute error \+0\.\d+ bikes\)\.$/,
    );
    expect(found.verdict).toMatchObject({ status: 'warn', warned: ['part = second'] });
    expect(found.changes![0]!.row).toBeGreaterThanOrEqual(200);
    expect(found.flips).toBeNull();
  });

  it('fails what is worse beyond the margin', () => {
    const after = values(() => 3 * (random() - 0.5));
    const found = compareScored(before, after, null, { ...options, margins: { mean_absolute_error: 0.1 } });
    expect(found.verdict).toMatchObject({ status: 'fail', failed: ['mean_absolute_error'] });
    expect(found.sentence).toContain('is worse overall');
  });

  it('takes a slice of clusters for as many observations as it has clusters', () => {
    const [m, size] = [40, 10];
    // Of five customers three get 0.5 worse in all their rows, and two 0.4 better.
    const after: ValueScores = {
      ...before,
      predictions: labels.map((label, row) => {
        const error = before.predictions[row]! - label;
        const change = Math.floor(row / size) % 5 < 3 ? 0.5 : -0.4;
        return label + Math.sign(error) * (Math.abs(error) + change);
      }),
    };
    const parts = Int32Array.from({ length: m * size }, (_, row) => Math.floor(row / size));
    const scheme = { kind: 'clustered', parts, by: '`customer`' } as const;
    const codes = Int32Array.from({ length: n }, (_, row) => row % 2);
    const mixed: Table = {
      rows: n,
      columns: [{ kind: 'category', name: 'side', codes, levels: ['a', 'b'] }],
    };
    expect(compareScored(before, after, halves(n), { ...options, margins: {}, scheme }).slices).toEqual([]);
    const [alone] = compareScored(before, after, mixed, { ...options, margins: {} }).slices;
    const [together] = compareScored(before, after, mixed, { ...options, margins: {}, scheme }).slices;
    const width = (of: typeof alone): number => of!.interval!.high - of!.interval!.low;
    expect(together!.interval!.method).toBe('t, over 40 clusters of `customer`');
    // The five rows of a customer say the same, and know no more than one.
    expect(width(together) / width(alone)).toBeGreaterThan(2);
  });

  it('refuses what cannot be compared', () => {
    const one = credit('1.0.0');
    expect(() => compareScored(one, before, null, options)).toThrow(
      /classification model and the other a regression/,
    );
    expect(() => compareScored(one, { ...one, classes: ['no', 'yes'] }, null, options)).toThrow(
      /different classes/,
    );
    const unlabelled = { ...one, labels: one.labels.map(() => -1) };
    expect(() => compareScored(unlabelled, unlabelled, null, options)).toThrow(
      /No row of the data has a label/,
    );
  });
});

describe('the differences', () => {
  const [a, b] = [credit('1.0.0'), credit('2.0.0')];
  const pair = paired(a, b);
  const asked = { ...options, level: 0.95 };

  it('have DeLong’s p for the ROC AUC and McNemar’s for accuracy, adjusted for all metrics by Holm', () => {
    const found = metricDeltas(pair, asked);
    const one = (name: string): MetricDelta => found.find(delta => delta.name === name)!;
    const scores = (scored: ClassScores): Float64Array =>
      Float64Array.from(pair.rows, row => scored.scores[2 * row + 1]!);
    expect(one('roc_auc')).toMatchObject({
      test: 'DeLong',
      p: delong(
        pair.rows.map(row => a.labels[row]!),
        scores(a),
        scores(b),
      ).pValue,
    });
    expect(one('accuracy').test).toContain('McNemar');
    const ps = found.flatMap(({ p }) => (p == null ? [] : [p]));
    const adjusted = found.flatMap(({ adjusted: p }) => (p == null ? [] : [p]));
    expect(adjusted).toEqual(holm(ps));
    expect(ps.length).toBeGreaterThan(8);
  });

  it('take the resamples of a version that was measured already, and are the same', () => {
    const memo = new Map<Scored, Replicates>();
    evaluateMetrics(b, { ...asked, memo });
    const known = memo.get(b);
    expect(known).toBeDefined();
    const found = metricDeltas(pair, { ...asked, memo });
    expect(memo.get(b)).toBe(known);
    expect(memo.has(a)).toBe(true);
    expect(found).toEqual(metricDeltas(pair, asked));
  });

  it('are of clusters where the rows are no independent observations', () => {
    const parts = Int32Array.from({ length: a.n }, (_, row) => row >> 2);
    const scheme = { kind: 'clustered', parts, by: '`customer`' } as const;
    const found = metricDeltas(pair, { ...asked, scheme, method: 'bca' });
    const auc = found.find(({ name }) => name === 'roc_auc')!;
    expect(auc.interval!.method).toContain('paired BCa bootstrap, 300 resamples, clusters of `customer`');
    expect(auc.test).toContain('paired resamples');
  });

  it('count the answers that differ', () => {
    const { churn } = compareScored(a, b, null, options);
    let rows = 0;
    for (let row = 0; row < a.n; row++) if (a.predicted[row] !== b.predicted[row]) rows++;
    expect(churn).toMatchObject({ rows, n: a.n, share: rows / a.n });
  });
});
