import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  binomialCdf,
  chiSquareTail,
  logGamma,
  normalCdf,
  normalQuantile,
  tTwoSided,
  betaShare,
} from './distributions.ts';
import { binOf, chiSquare, ksPValue, ksStatistic, psi, quantileEdges } from './drift.ts';
import { fisherExact } from './fisher.ts';
import { mcnemar } from './mcnemar.ts';
import { benjaminiHochberg, holm } from './multiplicity.ts';
import { shareDifference, shareRatio, wilson } from './proportion.ts';
import { quantileOfSorted, sortedValues } from './quantile.ts';
import { pearson, sortOrder, spearman } from './ranks.ts';

/** SciPy's and statsmodels' numbers; the file names their versions. */
interface Golden {
  distributions: Record<string, number[][]>;
  intervals: Record<string, number[][]>;
  mcnemar: { b: number; c: number; exact_p: number; corrected_p?: number }[];
  multiplicity: { p: number[]; benjamini_hochberg: number[]; holm: number[] }[];
  drift: {
    a: number[];
    b: number[];
    ks_statistic: number;
    ks_p_limit: number;
    decile_edges: number[];
    decile_counts_a: number[];
    decile_counts_b: number[];
    psi: number;
  }[];
  chi_square: { a: number[]; b: number[]; statistic: number; df: number; p: number; psi: number }[];
  fisher: [number, number, number, number, number][];
  correlation: { x: number[]; y: number[]; pearson: number; spearman: number }[];
  quantiles: { values: number[]; linear: [number, number][] };
}
const golden = JSON.parse(readFileSync('test/golden/stats.json', 'utf8')) as Golden;

function close(value: number, expected: number, what: string, tolerance = 1e-10): void {
  const error = Math.abs(value - expected) / Math.max(1e-3, Math.abs(expected));
  expect(error, `${what}: ${value} against ${expected}`).toBeLessThan(tolerance);
}

const functions: Record<string, (...values: number[]) => number> = {
  normal_cdf: z => normalCdf(z),
  normal_quantile: p => normalQuantile(p),
  t_cdf: (t, df) => (t < 0 ? tTwoSided(t, df) / 2 : 1 - tTwoSided(t, df) / 2),
  chi2_upper_tail: (x, df) => chiSquareTail(x, df),
  binomial_cdf: (k, n, p) => binomialCdf(k, n, p),
  beta_cdf: (x, a, b) => betaShare(x, a, b),
  log_gamma: x => logGamma(x),
};

describe('distributions', () => {
  it.each(Object.keys(functions))('%s is SciPy’s', name => {
    for (const row of golden.distributions[name]!)
      close(functions[name]!(...row.slice(0, -1)), row.at(-1)!, `${name}(${row.join(', ')})`);
  });

  it('has no quantile outside [0, 1]', () => {
    expect([normalQuantile(0), normalQuantile(1)]).toEqual([-Infinity, Infinity]);
    expect([normalQuantile(-0.1), normalQuantile(1.1)]).toEqual([NaN, NaN]);
  });
});

describe('shares', () => {
  it('Wilson’s interval is statsmodels’', () => {
    for (const [hits, n, level, low, high] of golden.intervals.wilson as [
      number,
      number,
      number,
      number,
      number,
    ][]) {
      const found = wilson(hits, n, level);
      close(found.low, low, `low of ${hits} in ${n}`);
      close(found.high, high, `high of ${hits} in ${n}`);
    }
    expect(wilson(0, 0)).toMatchObject({ low: 0, high: 1 });
  });

  it('Newcombe’s interval is statsmodels’', () => {
    type Row = [number, number, number, number, number, number, number];
    for (const [a, n, b, m, level, low, high] of golden.intervals.newcombe_difference as Row[]) {
      const found = shareDifference({ hits: a, n }, { hits: b, n: m }, level);
      close(found.low, low, 'low');
      close(found.high, high, 'high');
    }
  });

  it('a ratio has an interval around it, none when a share is 0', () => {
    const found = shareRatio({ hits: 30, n: 100 }, { hits: 40, n: 100 })!;
    expect(Math.sqrt(found.low * found.high)).toBeCloseTo(0.75, 12);
    // Worked by hand: exp(ln 0.75 ± 1.959964 sqrt(1/30 - 1/100 + 1/40 - 1/100)).
    expect(found.low).toBeCloseTo(Math.exp(Math.log(0.75) - 1.959964 * Math.sqrt(0.0383333333)), 6);
    expect(shareRatio({ hits: 0, n: 100 }, { hits: 40, n: 100 })).toBeNull();
  });
});

describe('tests', () => {
  it('McNemar’s is exact below 25 discordant rows, corrected above', () => {
    for (const { b, c, exact_p, corrected_p } of golden.mcnemar) {
      const found = mcnemar(b, c);
      expect(found.test).toContain(b + c < 25 ? 'exact' : 'correction');
      close(found.pValue, b + c < 25 ? exact_p : corrected_p!, `McNemar ${b}, ${c}`);
    }
  });

  it('Benjamini and Hochberg’s and Holm’s adjustments are statsmodels’', () => {
    for (const one of golden.multiplicity) {
      benjaminiHochberg(one.p).forEach((p, i) => close(p, one.benjamini_hochberg[i]!, 'BH'));
      holm(one.p).forEach((p, i) => close(p, one.holm[i]!, 'Holm'));
    }
  });

  it('chi-square is SciPy’s', () => {
    for (const one of golden.chi_square) {
      const found = chiSquare(one.a, one.b);
      expect(found.df).toBe(one.df);
      close(found.statistic, one.statistic, 'statistic');
      close(found.pValue, one.p, 'p');
      close(psi(one.a, one.b), one.psi, 'PSI');
    }
  });

  it('Fisher’s is SciPy’s, of few rows and of many', () => {
    for (const [a, n, b, m, p] of golden.fisher)
      close(fisherExact(a, n, b, m), p, `Fisher ${a}/${n}, ${b}/${m}`);
  });

  it('leaves out levels that neither has', () => {
    expect(chiSquare([5, 0, 5], [7, 0, 3])).toEqual(chiSquare([5, 5], [7, 3]));
    expect(chiSquare([5], [7])).toMatchObject({ df: 0, pValue: 1 });
  });
});

describe('drift of numbers', () => {
  it.each(golden.drift)('case %#', one => {
    const [a, b] = [sortedValues(Float64Array.from(one.a)), sortedValues(Float64Array.from(one.b))];
    const statistic = ksStatistic(a, b);
    close(statistic, one.ks_statistic, 'KS');
    close(ksPValue(statistic, a.length, b.length), one.ks_p_limit, 'p of KS');
    close(psi(one.decile_counts_a, one.decile_counts_b), one.psi, 'PSI');
    const edges = quantileEdges(a, 10);
    edges.forEach((edge, i) => close(edge, one.decile_edges[i]!, 'edge'));
    const counts = new Array<number>(edges.length + 1).fill(0);
    for (const value of b) counts[binOf(edges, value)]!++;
    expect(counts).toEqual(one.decile_counts_b);
  });

  it('a sample does not drift from itself, and drift has no order', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(50), { minLength: 1, maxLength: 40 }),
        fc.array(fc.nat(50), { minLength: 1, maxLength: 40 }),
        (x, y) => {
          const [a, b] = [sortedValues(Float64Array.from(x)), sortedValues(Float64Array.from(y))];
          expect(ksStatistic(a, a)).toBe(0);
          expect(ksStatistic(a, b)).toBeCloseTo(ksStatistic(b, a), 12);
        },
      ),
    );
  });
});

describe('order', () => {
  it('correlations are SciPy’s', () => {
    for (const { x, y, ...expected } of golden.correlation) {
      const [a, b] = [Float64Array.from(x), Float64Array.from(y)];
      close(pearson(a, b)!, expected.pearson, 'Pearson');
      close(spearman(a, b)!, expected.spearman, 'Spearman');
    }
    expect(pearson(Float64Array.of(1, 1), Float64Array.of(1, 2))).toBeNull();
  });

  it('any numbers are put in order, equal ones in theirs', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.double({ noNaN: true }), fc.integer({ min: -3, max: 3 }))), list => {
        const values = Float64Array.from(list, value => value + 0);
        const expected = list
          .map((_, i) => i)
          .sort((i, j) => {
            const [x, y] = [values[i]!, values[j]!];
            return x < y ? -1 : x > y ? 1 : i - j;
          });
        expect([...sortOrder(values)]).toEqual(expected);
      }),
    );
    expect([...sortOrder(Float64Array.of(NaN, 1, -Infinity, -0, 0, Infinity, -2))]).toEqual([
      2, 6, 3, 4, 1, 5, 0,
    ]);
  });

  it('quantiles are numpy’s', () => {
    const sorted = sortedValues(Float64Array.from([...golden.quantiles.values, NaN]));
    for (const [p, expected] of golden.quantiles.linear)
      close(quantileOfSorted(sorted, p), expected, `q${p}`);
    expect(quantileOfSorted([], 0.5)).toBeNaN();
  });
});
