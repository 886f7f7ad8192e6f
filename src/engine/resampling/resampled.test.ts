import { describe, expect, it } from 'vitest';
import type { EvaluateOptions } from '../../core/metrics/evaluate.ts';
import { replicatesOf } from '../../core/metrics/replicates.ts';
import { labelledRows, type Scored } from '../../core/metrics/scored.ts';
import { seeded } from '../../core/random.ts';
import { byRows, type Scheme } from '../../core/stats/resamples.ts';
import { replicatesBeside } from './resampled.ts';

const file = new URL('./resampleWorker.ts', import.meta.url).pathname;

/** Answers of which every seventh row has no label, and many have the same score. */
function answers(n: number, classes: number): Scored {
  const random = seeded(n + classes);
  const scores = Float64Array.from({ length: n * classes }, () => Math.round(100 * random()) / 100);
  return {
    kind: 'classification',
    classes: Array.from({ length: classes }, (_, index) => String(index)),
    labels: Int32Array.from({ length: n }, (_, row) => (row % 7 === 0 ? -1 : Math.floor(classes * random()))),
    scores,
    predicted: Int32Array.from({ length: n }, () => Math.floor(classes * random())),
    probabilities: true,
    positive: classes === 2 ? 1 : null,
    threshold: 0.5,
    n,
  };
}

function values(n: number): Scored {
  const random = seeded(n);
  const labels = Float64Array.from({ length: n }, (_, row) => (row % 7 === 0 ? NaN : random()));
  return { kind: 'regression', labels, predictions: labels.map(() => random()), unit: null, n };
}

function parts(n: number, kind: 'stratified' | 'clustered'): Scheme {
  return { kind, parts: Int32Array.from({ length: n }, (_, row) => (row % 50) - 1), by: 'parts' };
}

describe('resamples of a thread beside', () => {
  it.each<readonly [string, Scored, Scheme]>([
    ['two classes', answers(3000, 2), byRows],
    ['three classes', answers(3000, 3), byRows],
    ['values', values(3000), byRows],
    ['strata', answers(3000, 2), parts(3000, 'stratified')],
    ['clusters', answers(3000, 2), parts(3000, 'clustered')],
    ['a sample of many rows', answers(130_000, 2), byRows],
    ['strata of a sample', answers(130_000, 2), parts(130_000, 'stratified')],
    ['clusters of many rows', answers(130_000, 2), parts(130_000, 'clustered')],
  ])('are those of this one, bit by bit: %s', async (_, scored, scheme) => {
    const options: EvaluateOptions & { readonly scheme: Scheme } = {
      ...{ resamples: 12, seed: 5, level: 0.95, scheme },
      signal: { aborted: false, throwIfAborted: () => undefined },
      progress: () => undefined,
    };
    const beside = await replicatesBeside(file, scored, options);
    expect(beside).toEqual(replicatesOf([scored], labelledRows(scored), options)[0]);
    expect(new Set(beside.values[0]).size).toBeGreaterThan(1);
  });
});
