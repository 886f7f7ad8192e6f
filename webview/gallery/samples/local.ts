import type { LocalPageRequests } from '../../../src/protocol/localPages.ts';
import type { Handlers } from '../../../src/protocol/transport.ts';
import type { Explanation } from '../../../src/protocol/results/explanation.ts';
import type { Interval } from '../../../src/protocol/results/shared.ts';
import { explanation } from './explanation.ts';

/** Answers to what a page asks about rows and cohorts; invented, as all of the gallery. */

const shown = explanation(20, 60, true);
const { job, engine, seed, settings, model, data } = shown;
const head = { job, engine, seed, settings, model, data, task: 'binary' as const };
const features = shown.features.map(({ name, kind }) => ({ name, kind }));
const own = shown.rows[0]!;
const answer = { value: 0.41, class: 'good' };
const around = (value: number, half: number): Interval => ({
  low: value - half,
  high: value + half,
  level: 0.95,
  method: 'percentile bootstrap, 1,000 resamples',
});

export const localAnswers: Handlers<LocalPageRequests> = {
  reasonsOfRow: ({ row }) => {
    const side = (turn: number): Explanation => ({
      ...shown,
      rows: [
        {
          ...own,
          row,
          prediction: own.prediction + turn,
          values: own.values.map((v, j) => v + turn / (j + 1)),
        },
      ],
    });
    return Promise.resolve({ a: side(0), b: side(0.08) });
  },
  explainRow: ({ row }) => Promise.resolve({ ...shown, rows: [{ ...own, row }] }),
  attribute: ({ values }) =>
    Promise.resolve({
      features: features.map(({ name }) => ({ name, columns: [name] })),
      output: shown.output,
      space: shown.space,
      method: 'tree',
      exact: true,
      definition: shown.definition,
      background: shown.background.description,
      baseValue: 0.298,
      rows: [
        {
          prediction: 0.62,
          values: own.values.map(
            (value, j) => value + (values[features[j]!.name] === own.inputs[j] ? 0 : 0.11),
          ),
          errors: null,
        },
      ],
      whyNotExact: null,
    }),
  counterfactuals: ({ row }) =>
    Promise.resolve({
      schema: 'slipway/counterfactuals@1',
      ...head,
      sentence:
        'The answer would be `good` with `duration` from 48 to 18, `savings` from `none` to `over 1000`.',
      output: 'P(bad)',
      row: row.row,
      features,
      inputs: [...own.inputs],
      answer: { value: 0.71, class: 'bad' },
      wanted: '`good`',
      constraints: { frozen: [], bounds: {}, monotonic: {} },
      method: 'nice+lire',
      distance: 'Gower: the mean over the columns of |difference| / range',
      counterfactuals: [1, 2, 3].map(at => ({
        method: at === 1 ? ('lire' as const) : ('nice' as const),
        distance: 0.021 * at,
        changes: features
          .slice(0, at)
          .map(({ name }, j) => ({ feature: name, from: own.inputs[j]!, to: 18 })),
        inputs: own.inputs.map((input, j) => (j < at ? 18 : input)),
        answer: { value: 0.49 - 0.03 * at, class: 'good' },
        toward: 40 * at,
      })),
      why: null,
      proof: { reference: 700, evaluations: 1460, rescored: 3, confirmed: 3 },
    }),
  prototypes: ({ row }) =>
    Promise.resolve({
      schema: 'slipway/prototypes@1',
      ...head,
      sentence: '4 of the 5 most similar reference rows are answered `good` as this row is (P(bad) 0.41).',
      output: 'P(bad)',
      row: row.row,
      features,
      inputs: [...own.inputs],
      answer,
      reference: 700,
      similar: (['inputs', 'attributions'] as const).map(by => ({
        by,
        distance: by === 'inputs' ? 'Gower' : 'The sum of |difference| of the attributions',
        rows: [1, 2, 3, 4, 5].map(at => ({
          row: at * 111,
          distance: 0.03 * at,
          label: at === 3 ? 'bad' : 'good',
          answer: { value: 0.38 + 0.04 * at, class: at === 5 ? 'bad' : 'good' },
          inputs: own.inputs.map((input, j) => (j < at ? 7 * at : input)),
        })),
      })),
      why: null,
    }),
  surrogate: ({ depth }) =>
    Promise.resolve({
      schema: 'slipway/surrogate@1',
      ...head,
      sentence:
        'A tree of 4 leaves accounts for 64 % of how P(bad) varies: R² 0.64 (0.57 to 0.71) on 210 rows held out.',
      output: 'P(bad)',
      cohort: null,
      fitted: 490,
      held: 210,
      fidelity: {
        r2: { value: 0.64, interval: around(0.64, 0.07) },
        agreement: { value: 0.88, interval: around(0.88, 0.04) },
        threshold: 0.5,
      },
      depth,
      leaves: 3,
      nodes: [
        { parent: null, branch: null, n: 490, value: 0.298, test: test('duration', 22.5, null) },
        {
          parent: 0,
          branch: 'yes',
          n: 310,
          value: 0.21,
          test: test('checking_account', null, ['none', 'over 200']),
        },
        { parent: 1, branch: 'yes', n: 180, value: 0.12, test: null },
        { parent: 1, branch: 'no', n: 130, value: 0.33, test: null },
        { parent: 0, branch: 'no', n: 180, value: 0.45, test: null },
      ],
    }),
  compareExplanations: ({ where, versus }) =>
    Promise.resolve({
      schema: 'slipway/explanation-comparison@1',
      job,
      engine,
      seed,
      settings,
      of: versus === null ? 'versions' : 'cohorts',
      a: model,
      b: model,
      data,
      task: 'binary',
      sentence:
        'In B, P(bad) is moved more by `duration` (+0.031, +0.018 to +0.044) than in A; 2 of 20 columns changed beyond chance.',
      output: 'P(bad)',
      space: 'probability',
      sides: { a: side(versus === null ? '1.0.0' : (where ?? 'all rows')), b: side(versus ?? '2.0.0') },
      features: shown.global.map(({ feature, value }, j) => {
        const delta = 0.031 * 0.6 ** j * (j % 2 === 0 ? 1 : -1);
        return {
          feature,
          a: value,
          b: value + delta,
          delta,
          interval: around(delta, 0.012),
          rankA: j + 1,
          rankB: j + 1,
          gained: 0,
          gainedInterval: around(0, 1),
        };
      }),
      rows:
        versus === null
          ? shown.rows.slice(0, 12).map(({ row, label, prediction }, at) => ({
              row,
              label,
              predictionA: prediction,
              predictionB: prediction + 0.1,
              moved: 0.4 - 0.02 * at,
              cosine: 0.7,
              changes: features.slice(0, 3).map(({ name }) => ({ feature: name, a: 0.1, b: -0.05 })),
            }))
          : [],
    }),
};

function test(
  feature: string,
  threshold: number | null,
  levels: string[] | null,
): { feature: string; threshold: number | null; levels: string[] | null; missing: boolean } {
  return { feature, threshold, levels, missing: false };
}

function side(name: string): {
  name: string;
  where: null;
  rows: number;
  n: number;
  method: string;
  exact: boolean;
  baseValue: number;
  maxAdditivityError: number;
} {
  return {
    name,
    where: null,
    rows: 300,
    n: 200,
    method: 'tree',
    exact: true,
    baseValue: 0.298,
    maxAdditivityError: 1e-7,
  };
}
