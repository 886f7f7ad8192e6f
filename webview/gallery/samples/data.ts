import { analyse } from '../../../src/core/ab/analysis.ts';
import { momentsOf } from '../../../src/core/ab/moments.ts';
import { below, seeded } from '../../../src/core/random.ts';
import type { DataPage } from '../../../src/protocol/pages.ts';
import type { Ab } from '../../../src/protocol/results/ab.ts';
import type { DataDescription } from '../../../src/protocol/results/data.ts';
import type { Sample } from './sample.ts';

/** Made-up data sets and experiments for looking at the data page. */

const random = seeded(9);
const bell = (i: number, bins: number, at: number): number => Math.exp(-(((i / bins - at) * 5) ** 2));
const names = ['credit_amount', 'duration_months', 'age', 'purpose', 'housing', 'savings_account'];
const words = ['car (new)', 'car (used)', 'education', 'furniture/equipment', 'radio/television'];
const n = 1000;

function column(i: number): DataDescription['columns'][number] {
  const name = names[i] ?? `measure_${String(i).padStart(3, '0')}`;
  const isWords = i % 6 > 2;
  const drifted = i % 7 === 2;
  const shape = Array.from({ length: 24 }, (_, bin) => bell(bin, 24, 0.2 + (i % 5) * 0.12));
  const total = shape.reduce((sum, one) => sum + one, 0);
  const common = {
    name,
    type: isWords ? 'VARCHAR' : 'DOUBLE',
    kind: isWords ? ('category' as const) : ('number' as const),
    n: n - (i % 4 === 1 ? 84 : 0),
    missing: i % 4 === 1 ? 84 : 0,
    distinct: isWords ? 5 : 921,
    flags: i === 11 ? ['identifier'] : [],
    range: null,
    label: {
      measure: isWords ? "Cramér's V (Bergsma's correction)" : 'eta of ranks (adjusted)',
      value: 0.34 / (1 + i / 4),
      of: 'share of bad',
      bins: Array.from({ length: isWords ? 5 : 8 }, (_, bin) => {
        const value = 0.18 + bin * 0.05 * random();
        return {
          name: isWords ? (words[bin] ?? '') : `(${bin * 300}, ${(bin + 1) * 300}]`,
          n: 120 - bin * 4,
          value,
          interval: { low: value - 0.07, high: value + 0.08, level: 0.95, method: 'Wilson score interval' },
        };
      }),
      others: isWords ? 14 : 0,
    },
    drift: {
      drifted,
      decidedBy: `${isWords ? 'chi-square' : 'Kolmogorov-Smirnov'} p below 0.05`,
      psi: drifted ? 0.31 : 0.02,
      test: isWords ? 'chi-square' : 'Kolmogorov-Smirnov',
      pValue: drifted ? 0.0004 : 0.41,
      wasserstein: isWords ? null : 0.08,
      jensenShannon: 0.05,
    },
    missingDrift:
      i % 4 === 1
        ? {
            drifted: i === 1,
            decidedBy: "Fisher's exact test of missing values: p below 0.05",
            missing: i === 1 ? ([0, 0.084] as [number, number]) : ([0.08, 0.084] as [number, number]),
            test: "Fisher's exact test",
            pValue: i === 1 ? 0.0002 : 0.81,
            jensenShannon: i === 1 ? 0.21 : 0.005,
          }
        : null,
  };
  if (isWords)
    return {
      ...common,
      numbers: null,
      levels: {
        levels: words.map((word, at) => ({
          name: word,
          count: Math.round(common.n * [0.34, 0.26, 0.18, 0.12, 0.1][at]!),
          reference: [0.3, 0.28, 0.2, 0.14, 0.08][at]!,
        })),
        others: 0,
        unseen: i === 3 ? { distinct: 1, words: ['radio/television'] } : { distinct: 0, words: [] },
      },
    };
  return {
    ...common,
    levels: null,
    numbers: {
      mean: 2840,
      deviation: 1204.2,
      min: 250,
      max: 18_424,
      quantiles: [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99].map((p): [number, number] => [
        p,
        250 + 8000 * p ** 2,
      ]),
      zeros: 3,
      mad: 812,
      outliers: [
        { rule: '1.5 interquartile ranges beyond the quartiles (Tukey)', low: -2400, high: 8100, count: 72 },
        { rule: 'modified z-score above 3.5 (Iglewicz and Hoaglin)', low: -1800, high: 7200, count: 91 },
      ],
      histogram: {
        edges: Array.from({ length: 25 }, (_, bin) => 250 + bin * 400),
        counts: shape.map(one => Math.round((common.n * one) / total)),
        below: 0,
        above: i % 3 === 0 ? 6 : 0,
        reference: shape.map((_, bin) => bell(bin, 24, 0.25 + (i % 5) * 0.12) / total),
      },
    },
  };
}

export function description(count: number): DataDescription {
  const columns = Array.from({ length: count }, (_, i) => column(i));
  const related = columns.slice(0, 60).map(({ name }) => name);
  const matrix = related.map((_, i) =>
    related.map((_, j) => (i === j ? 1 : Math.exp(-Math.abs(i - j) / 4) * 0.9)),
  );
  return {
    schema: 'slipway/data@1',
    job: 'a'.repeat(64),
    seed: 1,
    data: { digest: 'b'.repeat(64), path: 'data/holdout.csv', role: 'data', rows: n },
    reference: { digest: 'c'.repeat(64), path: 'data/reference.csv', role: 'reference', rows: 700 },
    label: 'default',
    positive: 'bad',
    sentence: `1,000 rows of ${count} columns, beside 700 reference rows; 4 things to look at.`,
    findings: [
      {
        kind: 'missing',
        columns: ['duration_months'],
        sentence: '`duration_months`: 5 % or more of the rows have no value.',
      },
      { kind: 'duplicates', columns: [], sentence: '12 rows (1.2 %) repeat an earlier one.' },
      { kind: 'drift', columns: ['age'], sentence: '`age` has moved from the reference.' },
      {
        kind: 'missing-drift',
        columns: ['duration_months'],
        sentence:
          'Values are missing in another share of the rows than in the reference: `duration_months` from 0 % to 8.4 %.',
      },
    ],
    duplicates: { rows: 12, share: 0.012 },
    sampled: n,
    columns,
    relations: {
      columns: related,
      matrix,
      pairs: Array.from({ length: Math.min(100, (count * (count - 1)) / 2) }, (_, i) => ({
        a: related[i % related.length] ?? '',
        b: related[(i + 1 + Math.floor(i / related.length)) % related.length] ?? '',
        measure: i % 3 === 0 ? "Spearman's rho" : 'eta of ranks (adjusted)',
        value: (i % 5 === 0 ? -1 : 1) * 0.93 * 0.96 ** i,
        pearson: i % 3 === 0 ? 0.88 * 0.95 ** i : null,
      })),
      total: (count * (count - 1)) / 2,
    },
  };
}

/** Real arithmetic on made-up rows, so that the looks look as looks do. */
export function experiment(): Ab {
  const rows = (rate: number): number[] =>
    Array.from({ length: 60 }, () => Number(below(random, 1000) < rate * 1000));
  const parts = Array.from({ length: 80 }, () => ({
    control: momentsOf(rows(0.12)),
    treatment: momentsOf(rows(0.15)),
  }));
  const found = analyse(parts, {
    kind: 'proportion',
    adjusted: false,
    level: 0.95,
    tuning: { kind: 'observations', n: 5000 },
  });
  const arm = (
    name: string,
    { n: size, value, variance, interval }: (typeof found)['control'],
  ): Ab['control'] => ({
    name,
    n: size,
    rows: size,
    missing: 12,
    value,
    deviation: Math.sqrt(variance),
    interval,
  });
  const sentence = 'Ship `2.0.0`: `bought` is better by +0.0331 (0.0117 to 0.0546).';
  return {
    schema: 'slipway/ab@1',
    job: 'd'.repeat(64),
    data: [{ digest: 'b'.repeat(64), path: 'visits.csv', role: 'data', rows: 9624 }],
    settings: {
      arm: 'version',
      outcome: 'bought',
      metric: 'proportion',
      positive: '1',
      unit: null,
      joined: null,
      time: null,
      covariate: null,
      missing: null,
      better: 'higher',
      minEffect: 0.01,
      margin: 0,
      level: 0.95,
      power: 0.8,
      share: 0.5,
      horizon: null,
    },
    decision: { kind: 'ship', sentence, by: 'always-valid' },
    verdict: { status: 'pass', sentence, failed: [], warned: [], inconclusive: [] },
    control: arm('1.1.0', found.control),
    treatment: arm('2.0.0', found.treatment),
    effect: { ...found.effect, fixed: { ...found.effect.fixed }, always: found.effect.always },
    adjustment: null,
    split: { expected: [4812, 4812], observed: [4812, 4812], statistic: 0, pValue: 1, mismatched: false },
    looks: found.looks.map(look => ({ ...look, n: [...look.n], until: null })),
    needed: { fixed: { control: 16_890, treatment: 16_890 }, always: { control: 27_310, treatment: 27_310 } },
    warnings: [
      '24 observations without an outcome (0.2 % of the control, 0.2 % of the treatment) are left out.',
    ],
  };
}

export function dataPage(columns: number, over: Partial<DataPage> = {}): DataPage {
  const done = <T>(result: T) =>
    ({ state: 'done', stored: { result, storedAt: '2026-11-22T08:00:00Z', stale: null } }) as const;
  return {
    page: 'data',
    trusted: true,
    path: 'data/holdout.csv',
    role: 'holdout of credit-risk',
    reference: 'data/reference.csv',
    description: done(description(columns)),
    experiment: null,
    judged: null,
    ab: done(experiment()),
    ...over,
  };
}

/** Of the data page. */
export const dataSamples: readonly Sample[] = [
  { name: 'data', state: dataPage(6) },
  { name: 'data-words', memory: { 'columns.chosen': 'purpose' }, state: dataPage(6) },
  { name: 'data-missing', memory: { 'columns.chosen': 'duration_months' }, state: dataPage(6) },
  { name: 'data-200', state: dataPage(200) },
  { name: 'data-relations', memory: { tab: 'relations' }, state: dataPage(20) },
  { name: 'data-relations-200', memory: { tab: 'relations' }, state: dataPage(200) },
  { name: 'data-experiment', memory: { tab: 'experiment' }, state: dataPage(6) },
  {
    name: 'data-experiment-joined',
    memory: { tab: 'experiment' },
    state: dataPage(6, {
      experiment: {
        arm: 'purpose',
        outcome: 'paid',
        positive: '1',
        unit: null,
        control: null,
        later: { path: 'data/paid.csv', key: 'request', logKey: 'age' },
        missing: '0',
        covariate: 'credit_amount',
        time: null,
        better: 'higher',
        minEffect: '5%',
        share: '50:50',
      },
    }),
  },
  {
    name: 'data-running',
    state: dataPage(6, {
      description: {
        state: 'running',
        progress: { done: 12, total: 52, what: 'looking at each column' },
        previous: null,
      },
    }),
  },
];
