import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Table } from '../data/table.ts';
import { estimatedMetrics, expectedAuc } from '../metrics/estimated.ts';
import { seeded } from '../random.ts';
import { hellinger, jensenShannon, sharesOf, wasserstein } from '../stats/distances.ts';
import { isotonic } from '../stats/isotonic.ts';
import { fitLogistic } from '../stats/logistic.ts';
import { sortedValues } from '../stats/quantile.ts';
import { sortOrder } from '../stats/ranks.ts';
import { domainClassifier, outOfFold } from './domainClassifier.ts';

/** SciPy's and scikit-learn's numbers, and NannyML's formula; the file names the versions. */
interface Golden {
  distances: {
    numbers: { name: string; a: number[]; b: number[]; wasserstein: number }[];
    counts: {
      a: number[];
      b: number[];
      jensen_shannon_distance_base_2: number;
      hellinger: number;
    }[];
  };
  isotonic: { x: number[]; y: number[]; asked: number[]; found: number[] }[];
  estimated: { scores: number[]; calibrated: number[]; predicted: number[] } & Record<string, number>;
  domain: {
    codes: [number, number][];
    levels: number[];
    label: number[];
    fold: number[];
    weights: number[][];
    scores: number[];
    roc_auc: number;
  };
}
const golden = JSON.parse(readFileSync('test/golden/monitoring.json', 'utf8')) as Golden;

describe('distances', () => {
  it.each(golden.distances.numbers)(
    'Wasserstein’s of $name is SciPy’s',
    ({ a, b, wasserstein: expected }) => {
      const [x, y] = [sortedValues(Float64Array.from(a)), sortedValues(Float64Array.from(b))];
      expect(wasserstein(x, y)).toBeCloseTo(expected, 10);
    },
  );

  it.each(golden.distances.counts)('of shares are SciPy’s: %#', one => {
    const [p, q] = [sharesOf(one.a), sharesOf(one.b)];
    expect(jensenShannon(p, q)).toBeCloseTo(one.jensen_shannon_distance_base_2, 10);
    expect(hellinger(p, q)).toBeCloseTo(one.hellinger, 10);
  });

  it('are none of a sample to itself, and have no direction', () => {
    const sample = fc.array(fc.nat(20), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(sample, sample, (x, y) => {
        const [a, b] = [sortedValues(Float64Array.from(x)), sortedValues(Float64Array.from(y))];
        expect(wasserstein(a, a)).toBe(0);
        expect(wasserstein(a, b)).toBeCloseTo(wasserstein(b, a), 10);
      }),
    );
  });
});

it.each(golden.isotonic)('isotonic regression is scikit-learn’s: %#', ({ x, y, asked, found }) => {
  const rising = isotonic(Float64Array.from(x), y);
  asked.forEach((score, i) => expect(rising(score)).toBeCloseTo(found[i]!, 10));
});

describe('performance without labels', () => {
  it('is the published estimate', () => {
    const { scores, calibrated, predicted } = golden.estimated;
    const found = estimatedMetrics(Float64Array.from(scores), Float64Array.from(calibrated), predicted);
    for (const [name, value] of Object.entries(found))
      expect(value, name).toBeCloseTo(golden.estimated[name]!, 10);
  });

  it('is the ROC AUC itself once the outcomes are known', () => {
    const scores = Float64Array.of(0.1, 0.4, 0.4, 0.9);
    expect(expectedAuc(scores, sortOrder(scores), [0, 0, 1, 1])).toBe(0.875);
  });
});

describe('the domain classifier', () => {
  it('is scikit-learn’s logistic regression out of fold, and its ROC AUC', () => {
    const { codes, levels, label, fold, weights, scores, roc_auc } = golden.domain;
    const data = { rows: label.length, codes: Int32Array.from(codes.flat()), levels };
    const labels = Uint8Array.from(label);
    const rows = Int32Array.from(label, (_, row) => row);
    weights.forEach((expected, held) => {
      const model = fitLogistic(
        data,
        labels,
        rows.filter(row => fold[row] !== held),
      );
      [...model.weights, model.intercept].forEach((weight, i) =>
        expect(weight).toBeCloseTo(expected[i]!, 10),
      );
    });
    const found = outOfFold(data, labels, Uint8Array.from(fold));
    found.scores.forEach((score, row) => expect(score).toBeCloseTo(scores[row]!, 10));
    expect(expectedAuc(found.scores, sortOrder(found.scores), labels)).toBeCloseTo(roc_auc, 12);
  });

  const table = (shift: number, seed: number): Table => {
    const random = seeded(seed);
    return {
      rows: 600,
      columns: [
        { kind: 'number', name: 'x', values: Float64Array.from({ length: 600 }, () => random() + shift) },
        {
          kind: 'category',
          name: 'w',
          codes: Int32Array.from({ length: 600 }, () => Math.floor(4 * random()) - 1),
          levels: ['a', 'b', 'c'],
        },
      ],
    };
  };

  it('cannot tell apart what is alike, and says which column tells', () => {
    const alike = domainClassifier(table(0, 1), table(0, 2), 1)!;
    expect(alike.interval.low).toBeLessThan(0.5);
    expect(alike.auc).toBeLessThan(0.56);
    const moved = domainClassifier(table(0, 1), table(0.5, 2), 1)!;
    expect(moved.auc).toBeGreaterThan(0.7);
    expect(moved.columns[0]!.name).toBe('x');
    expect(domainClassifier(table(0, 1), table(0.5, 2), 1)).toEqual(moved);
  });

  it('asks for rows and for columns', () => {
    expect(domainClassifier({ rows: 3, columns: [] }, table(0, 1), 1)).toBeNull();
    expect(domainClassifier({ rows: 30, columns: [] }, table(0, 1), 1)).toBeNull();
  });
});
