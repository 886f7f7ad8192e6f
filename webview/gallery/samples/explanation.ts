import { below, seeded } from '../../../src/core/random.ts';
import type { Interactions } from '../../../src/protocol/pages.ts';
import type { Explanation } from '../../../src/protocol/results/explanation.ts';
import type { Importance } from '../../../src/protocol/results/importance.ts';
import { featureNames, words } from './columns.ts';
import { importance } from './importance.ts';
import { digest, model } from './refs.ts';
import { data, head, interval } from './shared.ts';

export function explanation(features: number, rows: number, exact: boolean): Explanation {
  const random = seeded(5);
  const list = featureNames(features);
  const weight = list.map((_, i) => 0.14 * 0.74 ** i + (i < 40 ? 0.0006 : 0.00001));
  const made = Array.from({ length: rows }, (_, at) => {
    const inputs = list.map(name => {
      const levels = words[name];
      if (levels !== undefined) return levels[below(random, levels.length)] ?? null;
      return name === 'credit_amount'
        ? Math.round(250 + 18_000 * random() ** 3)
        : random() < 0.02
          ? null
          : Math.round(random() * 60);
    });
    const values = inputs.map((input, i) => {
      const levels = words[list[i] ?? ''];
      const x =
        levels !== undefined
          ? levels.indexOf(String(input)) / (levels.length - 1)
          : list[i] === 'credit_amount'
            ? 1 - Math.exp(-Number(input) / 4000)
            : Number(input ?? 30) / 60;
      return (weight[i] ?? 0) * (2.4 * x - 1.2 + 0.5 * (random() - 0.5)) * (i % 3 === 2 ? -1 : 1);
    });
    const prediction = 0.298 + values.reduce((sum, value) => sum + value, 0);
    return {
      row: at * 3 + 1,
      prediction,
      label: random() < prediction ? 'bad' : 'good',
      inputs,
      values,
      errors: exact ? null : values.map(value => 0.004 + 0.05 * Math.abs(value)),
      interactions: null,
    };
  });
  const strength = list.map(
    (_, i) => made.reduce((sum, row) => sum + Math.abs(row.values[i] ?? 0), 0) / Math.max(1, rows),
  );
  const total = strength.reduce((sum, value) => sum + value, 0);
  return {
    schema: 'slipway/explanation@1',
    cohort: null,
    ...head,
    settings: { budget: 4096, stopShare: 0.05, stopAbsolute: null },
    model: model('2.0.0', 2),
    data: data.slice(0, 1),
    task: 'binary',
    n: rows,
    sentence:
      'credit_amount moves the prediction most: ±0.119 on average, up above about 4,000. Three of 20 features carry 61 % of all attribution.',
    output: { name: 'probabilities', class: 'bad', index: 1, title: 'P(bad)' },
    space: 'probability',
    method: exact ? 'tree' : 'shapley-leverage',
    exact,
    definition: 'Shapley values against the background.',
    background: { description: 'reference data, seeded sample', rows: 100, digest: digest(8) },
    features: list.map(name => ({
      name,
      columns: [name],
      kind: name in words ? ('category' as const) : ('number' as const),
      levels: words[name] === undefined ? null : [...words[name]],
    })),
    groups: null,
    baseValue: 0.298,
    global: list
      .map((feature, i) => ({
        feature,
        value: strength[i] ?? 0,
        interval: interval(strength[i] ?? 0, 0.004 + 0.06 * (strength[i] ?? 0)),
        share: (strength[i] ?? 0) / total,
      }))
      .sort((a, b) => b.value - a.value),
    interactions: null,
    rows: made,
    rowsFile: null,
    shard: null,
    warnings: exact
      ? []
      : [
          {
            kind: 'sampling',
            sentence: 'Sampled: 4 of 20 features cannot be told from zero at this budget.',
          },
          {
            kind: 'correlated',
            sentence: 'credit_amount and duration go together (0.62): their shares can be exchanged.',
          },
        ],
    proof: {
      baseValue: 0.298,
      meanBackgroundPrediction: 0.2980001,
      maxAdditivityError: 3.1e-7,
      readingError: null,
      sampling: exact ? null : { widest: 0.031, stopped: 12, coalitions: 384 },
      whyNotExact: exact
        ? null
        : 'The model has no exact method: Relu stands between its sums and its scores.',
      evaluations: 1_240_000,
      method: exact ? 'tree' : 'shapley-leverage',
      n: rows,
      seed: 7,
    },
  };
}

/** Of the second of several values a row: which one a label is of is not known. */
export function valueExplanation(): Explanation {
  const of = explanation(20, 120, true);
  const scaled = (value: number): number => 240 * value;
  return {
    ...of,
    task: 'regression',
    output: { name: 'variable', class: null, index: 1, title: 'prediction 1' },
    space: 'value',
    sentence:
      'Prediction 1 is moved most by `credit_amount` (26 % of the attributions), then `duration` and `checking_account`; on the background it is 71.5 on average.',
    baseValue: scaled(of.baseValue),
    global: of.global.map(one => ({
      ...one,
      value: scaled(one.value),
      interval: interval(scaled(one.value), 1 + scaled(0.06 * one.value)),
    })),
    rows: of.rows.map(row => ({
      ...row,
      prediction: scaled(row.prediction),
      label: null,
      values: row.values.map(scaled),
    })),
    proof: { ...of.proof, baseValue: scaled(of.baseValue), meanBackgroundPrediction: scaled(of.baseValue) },
  };
}

export function interactions(features: number): Interactions {
  const shown = { ...explanation(features, 1, true), rows: [] };
  const random = seeded(8);
  const values = shown.features.map(() => shown.features.map(() => 0));
  values.forEach((line, i) => {
    line[i] = 0.1 * 0.8 ** i;
    for (let j = 0; j < i; j++) line[j] = values[j]![i] = 0.02 * random() ** 2 * 0.75 ** (i + j);
  });
  return { ...shown, method: 'tree', n: 50, space: 'raw', interactions: { values } };
}

export function measured(method: Importance['method'], features: number): Importance {
  const ref = { ...head, model: model('2.0.0', 2), data: data.slice(0, 1) };
  return importance(method, ref, featureNames(features));
}
