import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bootstrapInterval } from '../stats/bootstrap.ts';
import type { Draws, Scheme } from '../stats/resamples.ts';
import { kernelsOf, together } from './kernels.ts';
import { leaveOut, measuredOn } from './replicates.ts';
import { labelledRows, type ClassScores, type Scored } from './scored.ts';

/** scikit-learn's numbers; `test/golden/*.json` name their versions. */

type Expected = Record<string, unknown>;
interface BinaryCase {
  name: string;
  truth: number[];
  scores: number[];
  threshold: number;
  expected: Expected;
}

function golden(name: string): unknown {
  return JSON.parse(readFileSync(`test/golden/${name}.json`, 'utf8'));
}

function binary(truth: readonly number[], scores: readonly number[], threshold: number): ClassScores {
  return {
    kind: 'classification',
    classes: ['0', '1'],
    labels: Int32Array.from(truth),
    scores: Float64Array.from(scores.flatMap(score => [1 - score, score])),
    predicted: Int32Array.from(scores, score => (score >= threshold ? 1 : 0)),
    probabilities: true,
    positive: 1,
    threshold,
    n: truth.length,
  };
}

/** Values by name, `name/class` for those of a class. */
function measured(scored: Scored, rows = labelledRows(scored)): Map<string, number> {
  const kernel = together(kernelsOf(scored));
  const values = new Float64Array(kernel.metrics.length);
  kernel.measure(rows, values, 0);
  return new Map(
    kernel.metrics.map((metric, at) => [
      metric.class === null ? metric.name : `${metric.name}/${metric.class}`,
      values[at]!,
    ]),
  );
}

function close(value: number, expected: number, what: string): void {
  const error = Math.abs(value - expected) / Math.max(1, Math.abs(expected));
  expect(error, `${what}: ${value} against ${expected}`).toBeLessThan(1e-10);
}

/**
 * Every value that scikit-learn has by the same name. `undefined` lists what has no value here, although
 * scikit-learn gives a convention (0, or what one class makes of it).
 */
function compare(found: Map<string, number>, expected: Expected, without: readonly string[] = []): number {
  let compared = 0;
  for (const [name, value] of found) {
    const reference = expected[name];
    if (reference === undefined) continue;
    compared++;
    if (typeof reference !== 'number' || without.includes(name))
      expect(value, name).not.toSatisfy(Number.isFinite);
    else close(value, reference, name);
  }
  return compared;
}

describe('binary metrics are scikit-learn’s', () => {
  const oneClass = ['balanced_accuracy', 'matthews_corrcoef', 'cohen_kappa'];
  const without: Record<string, readonly string[]> = {
    'no row is predicted positive': ['precision', 'matthews_corrcoef'],
    'every row is predicted positive': ['matthews_corrcoef'],
    'all scores equal': ['matthews_corrcoef'],
    'only negatives': ['balanced_accuracy', 'matthews_corrcoef'],
    'only positives': ['balanced_accuracy', 'matthews_corrcoef'],
    'one row': oneClass,
  };
  it.each((golden('metrics-binary') as { cases: BinaryCase[] }).cases)('$name', one => {
    const found = measured(binary(one.truth, one.scores, one.threshold));
    expect(compare(found, one.expected, without[one.name])).toBe(13);
  });
});

describe('multiclass metrics are scikit-learn’s', () => {
  interface Case {
    name: string;
    classes: string[];
    truth: number[];
    probabilities: number[][];
    predicted: number[];
    expected: Expected;
  }
  it.each((golden('metrics-multiclass') as { cases: Case[] }).cases)('$name', one => {
    const found = measured({
      kind: 'classification',
      classes: one.classes,
      labels: Int32Array.from(one.truth),
      scores: Float64Array.from(one.probabilities.flat()),
      predicted: Int32Array.from(one.predicted),
      probabilities: true,
      positive: null,
      threshold: 0.5,
      n: one.truth.length,
    });
    const expected: Expected = { ...one.expected };
    const present = (index: number): boolean => one.truth.includes(index);
    const averages = {
      precision_macro: 'precision_macro_zero_division_nan',
      f1_macro: 'f1_macro_zero_division_nan',
      recall_macro: 'recall_macro_zero_division_nan',
      f1_weighted: 'f1_weighted_zero_division_nan',
      precision_weighted: 'precision_weighted_zero_division_nan',
      recall_weighted: 'recall_weighted_zero_division_nan',
      precision_micro: 'precision_micro_zero_division_nan',
      recall_micro: 'recall_micro_zero_division_nan',
      f1_micro: 'f1_micro_zero_division_nan',
    };
    for (const [name, reference] of Object.entries(averages)) expected[name] = one.expected[reference];
    for (const name of ['precision', 'recall', 'f1']) {
      const values = one.expected[`${name}_per_class_zero_division_nan`] as unknown[];
      values.forEach((value, index) => (expected[`${name}/${index}`] = value));
    }
    // A class that occurs and is never predicted has no precision: its mean has none either.
    const neverPredicted = one.classes.some((_, index) => present(index) && !one.predicted.includes(index));
    expect(compare(found, expected, neverPredicted ? ['precision_macro', 'precision_weighted'] : [])).toBe(
      18 + 3 * one.classes.length,
    );
  });
});

describe('regression metrics are scikit-learn’s', () => {
  interface Case {
    name: string;
    truth: number[];
    predicted: number[];
    expected: Expected;
  }
  const without: Record<string, readonly string[]> = {
    'zeros in the truth': ['mean_absolute_percentage_error'],
  };
  it.each((golden('metrics-regression') as { cases: Case[] }).cases)('$name', one => {
    const found = measured({
      kind: 'regression',
      labels: Float64Array.from(one.truth),
      predictions: Float64Array.from(one.predicted),
      unit: null,
      n: one.truth.length,
    });
    const expected: Expected = { ...one.expected };
    for (const [name, alpha] of [
      ['pinball_loss_p10', '0.1'],
      ['pinball_loss_p90', '0.9'],
    ] as const)
      expected[name] = one.expected[`mean_pinball_loss_${alpha}`];
    expect(compare(found, expected, without[one.name])).toBe(11);
  });
});

describe('bootstrap over given resamples', () => {
  interface Case {
    name: string;
    estimate: number;
    level: number;
    replicates: number[];
    percentile: [number, number];
    bca: [number, number];
  }
  const set = golden('bootstrap') as {
    truth: number[];
    first: number[];
    second: number[];
    index: number[][];
    cases: Case[];
  };
  const models = [set.first, set.second].map(scores => binary(set.truth, scores, 0.5));

  it.each(set.cases)('$name', one => {
    const [name, paired] = one.name.split(': ');
    const value = (rows?: Int32Array): number => {
      const [first, second] = models.map(model => measured(model, rows).get(name!)!);
      return paired === undefined ? first! : second! - first!;
    };
    close(value(), one.estimate, 'estimate');
    const replicates = Float64Array.from(set.index, rows => value(Int32Array.from(rows)));
    one.replicates.forEach((expected, draw) => close(replicates[draw]!, expected, `resample ${draw}`));
    const n = set.truth.length;
    const all = set.truth.map((_, row) => row);
    const jackknife = Float64Array.from(all, left => value(Int32Array.from(all.filter(row => row !== left))));
    const settings = { estimate: one.estimate, replicates, level: one.level, n, drawn: n };
    const ends = (interval: { low: number; high: number } | null): number[] => [
      interval!.low,
      interval!.high,
    ];
    ends(bootstrapInterval(settings)).forEach((end, i) => close(end, one.percentile[i]!, 'percentile'));
    ends(bootstrapInterval({ ...settings, jackknife })).forEach((end, i) => close(end, one.bca[i]!, 'BCa'));
  });
});

describe('stratified and clustered resamples are those of the golden draws', () => {
  interface Case {
    scheme: 'stratified' | 'clustered';
    name: string;
    estimate: number;
    replicates: number[];
    percentile: [number, number];
    jackknife?: number[];
    bca?: [number, number];
  }
  const set = (
    golden('inference') as {
      resampling: {
        truth: number[];
        scores: number[];
        cluster: number[];
        index: Record<'stratified' | 'clustered', number[][]>;
        cases: Case[];
      };
    }
  ).resampling;
  const scored = binary(set.truth, set.scores, 0.5);
  const n = set.truth.length;
  const rows = Int32Array.from({ length: n }, (_, row) => row);
  const parts = Int32Array.from(set.cluster);

  it.each(set.cases)('$scheme, $name', one => {
    const index = set.index[one.scheme];
    let draw = 0;
    const draws: Draws = {
      ...{ pool: rows, places: rows, size: n },
      next: () => {
        const times = new Uint16Array(n);
        for (const row of index[draw]!) times[row]!++;
        draw++;
        return times;
      },
    };
    const signal = { aborted: false, throwIfAborted: (): void => undefined };
    const [found] = measuredOn([scored], draws, n, {
      ...{ resamples: index.length, signal },
      progress: () => undefined,
    });
    const at = found!.metrics.findIndex(({ name }) => name === one.name);
    const replicates = found!.values[at]!;
    one.replicates.forEach((expected, i) => close(replicates[i]!, expected, `resample ${i}`));
    const scheme: Scheme = { kind: one.scheme, parts, by: 'parts' };
    const settings = { estimate: one.estimate, replicates, level: 0.95, n, drawn: n, scheme };
    const interval = bootstrapInterval(settings)!;
    close(interval.low, one.percentile[0], 'low');
    close(interval.high, one.percentile[1], 'high');
    expect(interval.method).toMatch(/stratified by parts|clusters of parts/);
    if (one.bca === undefined) return;
    const jackknife = leaveOut(together(kernelsOf(scored)), rows, scheme)[at]!;
    one.jackknife!.forEach((expected, i) => close(jackknife[i]!, expected, `without cluster ${i}`));
    const corrected = bootstrapInterval({ ...settings, jackknife })!;
    close(corrected.low, one.bca[0], 'low of BCa');
    close(corrected.high, one.bca[1], 'high of BCa');
  });
});
