import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Comparison } from '../../protocol/results/comparison.ts';
import { versionTable as schema } from '../../protocol/results/versionTable.ts';
import { taskOf, type ClassScores, type Scored, type ValueScores } from '../metrics/scored.ts';
import { holm } from '../stats/multiplicity.ts';
import { compareScored } from './compare.ts';
import { versionTable } from './versionTable.ts';

const { cases } = JSON.parse(readFileSync('test/golden/metrics-binary.json', 'utf8')) as {
  cases: { name: string; truth: number[]; scores: number[] }[];
};

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

function comparison(a: string, b: string): Comparison {
  return documentOf(a, b, credit(a), credit(b));
}

function documentOf(a: string, b: string, first: Scored, second: Scored): Comparison {
  const ref = (version: string): Comparison['a'] => ({
    ...{ digest: version, name: 'credit-risk', version, path: `${version}.onnx`, size: 1000 },
  });
  const scored = compareScored(first, second, null, {
    ...{ resamples: 200, seed: 1, margins: {}, names: { a, b } },
    signal: { aborted: false, throwIfAborted: () => undefined },
    progress: () => undefined,
  });
  return {
    schema: 'slipway/comparison@1',
    ...{ job: `${a} ${b}`, engine: 'test', seed: 1, settings: {}, a: ref(a), b: ref(b), data: [] },
    ...{
      label: 'default',
      task: taskOf(first),
      classes: ['good', 'bad'],
      positive: 'bad',
      n: 300,
      features: [],
    },
    ...scored,
    ...{ importances: [], structure: [], speed: null, size: { a: 1000, b: 2000 } },
  };
}

describe('a table of versions', () => {
  const comparisons = ['1.1.0', '2.0.0'].map(version => comparison('1.0.0', version));
  const table = versionTable(comparisons, 'job');
  const auc = table.metrics.findIndex(({ name }) => name === 'roc_auc');

  it('is a document of its schema, the first version first', () => {
    expect(schema.parse(table)).toEqual(table);
    expect(table.versions.map(({ model }) => model.version)).toEqual(['1.0.0', '1.1.0', '2.0.0']);
    expect(table.versions[0]).toMatchObject({ comparison: null, verdict: null, flips: null });
  });

  it('places versions by the headline metric', () => {
    const values = table.versions.map(({ cells }) => cells[auc]!.value!);
    const best = table.versions.find(({ place }) => place === 1)!;
    expect(best.cells[auc]!.value).toBe(Math.max(...values));
    expect(table.versions.map(({ place }) => place).sort()).toEqual([1, 2, 3]);
    expect(table.sentence).toContain('ROC AUC');
  });

  it('gives errors their unit, in the columns and in the sentence', () => {
    const bikes = (error: number): ValueScores => ({
      kind: 'regression',
      labels: Float64Array.from({ length: 40 }, (_, i) => i),
      predictions: Float64Array.from({ length: 40 }, (_, i) => i + error + (i % 2)),
      unit: 'bikes',
      n: 40,
    });
    const found = versionTable(
      [documentOf('1', '2', bikes(3), bikes(1)), documentOf('1', '3', bikes(3), bikes(2))],
      'job',
    );
    const units = Object.fromEntries(found.metrics.map(({ name, unit }) => [name, unit]));
    expect(units).toMatchObject({ mean_absolute_error: 'bikes', r2: null });
    expect(found.sentence).toContain('2 has the best Mean absolute error, 1.50 bikes: -2 bikes against 1');
    expect(table.metrics.every(({ unit }) => unit === null)).toBe(true);
  });

  it('corrects each metric for the number of versions', () => {
    const ps = comparisons.map(({ metrics }) => metrics.find(({ name }) => name === 'roc_auc')!.p!);
    expect(table.versions.slice(1).map(({ cells }) => cells[auc]!.adjusted)).toEqual(holm(ps));
  });

  it('carries flips and churn of each comparison', () => {
    table.versions.slice(1).forEach((version, at) => {
      const { flips, churn } = comparisons[at]!;
      expect(version.flips).toEqual({ negative: flips!.onlyA, positive: flips!.onlyB });
      expect(version.churn).toBe(churn!.share);
    });
  });
});
