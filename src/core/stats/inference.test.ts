import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { seeded } from '../random.ts';
import { delong, delongInterval } from './delong.ts';
import { fisherGreater, welchGreater, type Sample } from './oneSided.ts';
import { pairedPermutation, swappedMean } from './permutation.ts';
import { breuschPagan, durbinWatson, jarqueBera } from './residuals.ts';

/** SciPy's, statsmodels' and scikit-learn's numbers; the file names their versions. */
interface Golden {
  delong: {
    name: string;
    truth: number[];
    first: number[];
    second: number[];
    auc: [number, number];
    covariance: [[number, number], [number, number]];
    z: number;
    p: number;
  }[];
  permutation: {
    difference: number[];
    swaps: number[][];
    observed: number;
    replicates: number[];
    few: number[];
    exact_p: number;
  };
  one_sided: {
    welch: { a: number[]; b: number[]; p: number }[];
    fisher: { hits: number; n: number; total: number; all: number; p: number }[];
  };
  residuals: {
    name: string;
    truth: number[];
    predicted: number[];
    breusch_pagan: { lm: number; p: number };
    jarque_bera: { statistic: number; p: number; skewness: number; kurtosis: number };
    durbin_watson: number;
  }[];
}
const golden = JSON.parse(readFileSync('test/golden/inference.json', 'utf8')) as Golden;

describe('DeLong', () => {
  it.each(golden.delong)('is the formula over all pairs: $name', one => {
    const found = delong(one.truth, Float64Array.from(one.first), Float64Array.from(one.second));
    found.auc.forEach((auc, i) => expect(auc).toBeCloseTo(one.auc[i]!, 12));
    const [[va, cov], [, vb]] = one.covariance;
    [va, cov, vb].forEach((value, i) => expect(found.covariance[i]!).toBeCloseTo(value, 14));
    expect(found.z).toBeCloseTo(one.z, 10);
    expect(found.pValue).toBeCloseTo(one.p, 10);
    const { low, high } = delongInterval(found);
    expect((low + high) / 2).toBeCloseTo(one.auc[1] - one.auc[0], 12);
  });

  it('a score against itself does not differ', () => {
    const { truth, first } = golden.delong[0]!;
    const scores = Float64Array.from(first);
    expect(delong(truth, scores, scores).pValue).toBe(1);
  });
});

describe('one-sided tests', () => {
  const sampleOf = (values: readonly number[]): Sample => {
    const n = values.length;
    const mean = values.reduce((sum, value) => sum + value, 0) / n;
    return { n, mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1) };
  };

  it.each(golden.one_sided.welch)('Welch’s t has SciPy’s p $p', ({ a, b, p }) => {
    expect(welchGreater(sampleOf(a), sampleOf(b)) / p).toBeCloseTo(1, 9);
    expect(welchGreater(sampleOf(b), sampleOf(a))).toBeCloseTo(1 - p, 12);
  });

  it.each(golden.one_sided.fisher)('Fisher’s exact test has SciPy’s p $p', ({ hits, n, total, all, p }) => {
    expect(fisherGreater(hits, n, total, all) / p).toBeCloseTo(1, 9);
  });

  it('two samples without spread differ for sure, or not at all', () => {
    const flat = (mean: number): Sample => ({ n: 5, mean, variance: 0 });
    expect([welchGreater(flat(2), flat(1)), welchGreater(flat(1), flat(1))]).toEqual([0, 1]);
  });
});

describe('the paired permutation test', () => {
  const { difference, swaps, observed, replicates, few, exact_p } = golden.permutation;

  it('gives numpy’s replicates for the same swaps', () => {
    const values = Float64Array.from(difference);
    expect(swappedMean(values, () => false)).toBeCloseTo(observed, 14);
    swaps.forEach((swap, i) =>
      expect(swappedMean(values, row => swap[row] === 1)).toBeCloseTo(replicates[i]!, 14),
    );
  });

  it('is SciPy’s exact one for few rows', () => {
    const found = pairedPermutation(Float64Array.from(few), 0, seeded(1));
    expect(found).toMatchObject({ exact: true, permutations: 1024 });
    expect(found.pValue).toBeCloseTo(exact_p, 12);
  });

  it('finds no difference where there is none, and one where there is', () => {
    const random = seeded(2);
    const none = Float64Array.from({ length: 200 }, () => random() - 0.5);
    expect(pairedPermutation(none, 500, random).pValue).toBeGreaterThan(0.05);
    expect(
      pairedPermutation(
        none.map(value => value + 0.2),
        500,
        random,
      ).pValue,
    ).toBe(1 / 501);
  });
});

describe('residuals', () => {
  it.each(golden.residuals)('of $name are statsmodels’', one => {
    const errors = Float64Array.from(one.predicted, (value, i) => value - one.truth[i]!);
    const spread = breuschPagan(errors, Float64Array.from(one.predicted));
    expect(spread.statistic / one.breusch_pagan.lm).toBeCloseTo(1, 10);
    expect(spread.pValue).toBeCloseTo(one.breusch_pagan.p, 10);
    const shape = jarqueBera(errors);
    expect(shape.statistic / one.jarque_bera.statistic).toBeCloseTo(1, 10);
    expect(shape.pValue).toBeCloseTo(one.jarque_bera.p, 10);
    expect(shape.skewness).toBeCloseTo(one.jarque_bera.skewness, 10);
    expect(shape.kurtosis).toBeCloseTo(one.jarque_bera.kurtosis, 10);
    expect(durbinWatson(errors)).toBeCloseTo(one.durbin_watson, 10);
  });
});
