import { versionTable } from '../../../src/core/compare/versionTable.ts';
import { wilson } from '../../../src/core/stats/proportion.ts';
import type { Comparison } from '../../../src/protocol/results/comparison.ts';
import { digest, model } from './refs.ts';
import type { Sample } from './sample.ts';
import { data, done, head, interval, versions } from './shared.ts';
import { failing } from './validation.ts';
import { names } from './columns.ts';

export function comparison(): Comparison {
  const difference = (
    name: string,
    title: string,
    a: number,
    delta: number,
    half: number,
    status: Comparison['metrics'][number]['status'] = 'pass',
    better: 'higher' | 'lower' = 'higher',
  ) => ({
    name,
    title,
    better,
    a,
    b: a + delta,
    delta,
    interval: interval(delta, half),
    margin: 0.01,
    status,
    p: 0.0015,
    adjusted: 0.009,
    test: 'DeLong',
  });
  const flip = (row: number, positive: boolean) => ({
    row,
    label: row % 2 === 0 ? 'good' : 'bad',
    a: positive === (row % 2 === 0) ? 'bad' : 'good',
    b: positive === (row % 2 === 0) ? 'good' : 'bad',
    scoreA: 0.42,
    scoreB: 0.61,
    inputs: [1200 + row * 31, 24, 'no checking account', '< 100 DM', 'education', 31],
  });
  return {
    schema: 'slipway/comparison@1',
    ...head,
    a: model('1.1.0', 3),
    b: model('2.0.0', 2),
    data: data.slice(0, 1),
    label: 'default',
    task: 'binary',
    classes: ['good', 'bad'],
    positive: 'bad',
    n: 300,
    sentence:
      '2.0.0 is better overall (ROC AUC +0.021, 0.008–0.034) but worse for purpose = education (n = 59, recall −0.14).',
    verdict: {
      ...failing,
      sentence: 'One rule is broken: no group of 50 rows or more may fall by more than 0.10.',
    },
    metrics: [
      difference('roc_auc', 'ROC AUC', 0.764, 0.021, 0.013),
      difference('average_precision', 'Average precision', 0.602, 0.032, 0.03),
      difference('accuracy', 'Accuracy', 0.757, 0.05, 0.041),
      difference('recall', 'Recall (bad)', 0.489, 0.078, 0.09, 'inconclusive'),
      difference('brier_score_loss', 'Brier score', 0.171, -0.008, 0.006, 'pass', 'lower'),
      difference('expected_calibration_error', 'Calibration error', 0.041, 0.037, 0.02, 'fail', 'lower'),
    ],
    flips: {
      bothRight: 213,
      onlyA: 14,
      onlyB: 29,
      bothWrong: 44,
      pValue: 0.032,
      test: 'McNemar, exact',
      negative: [31, 77, 102, 164, 190, 233].map(row => flip(row, false)),
      positive: [12, 40, 55].map(row => flip(row, true)),
    },
    changes: null,
    churn: { rows: 51, n: 300, share: 0.17, interval: wilson(51, 300) },
    features: names.slice(0, 6),
    slices: [
      ['purpose = education', 59, -0.14, 'fail'],
      ['housing = rent', 52, -0.06, 'warn'],
      ['purpose = car (new)', 84, 0.03, 'pass'],
      ['housing = own', 210, 0.06, 'pass'],
    ].map(([slice, n, delta, status]) => ({
      slice: String(slice),
      where: String(slice).replace(/^(\w+) = (.*)$/, `"$1" = '$2'`),
      n: Number(n),
      metric: 'recall',
      a: 0.78,
      b: 0.78 + Number(delta),
      delta: Number(delta),
      interval: interval(Number(delta), 0.07),
      status: status as 'fail',
    })),
    importances: names.slice(0, 14).map((feature, i) => ({
      feature,
      a: 0.098 * 0.75 ** i,
      b: 0.112 * 0.72 ** i + (i === 4 ? 0.03 : 0),
      intervalA: interval(0.098 * 0.75 ** i, 0.006),
      intervalB: interval(0.112 * 0.72 ** i + (i === 4 ? 0.03 : 0), 0.006),
    })),
    structure: [
      {
        kind: 'input',
        name: 'telephone',
        a: 'string',
        b: null,
        sentence: 'Input `telephone` (string) is gone.',
        breaking: true,
      },
      {
        kind: 'opset',
        name: 'ai.onnx',
        a: '15',
        b: '17',
        sentence: 'Opset of ai.onnx 15 → 17.',
        breaking: false,
      },
      {
        kind: 'operator',
        name: 'TreeEnsembleClassifier',
        a: null,
        b: '1',
        sentence: 'Operator TreeEnsembleClassifier is new; LinearClassifier is gone.',
        breaking: false,
      },
    ],
    speed: {
      unit: 'ms',
      calls: 2000,
      a: { p50: 0.041, p95: 0.062, p99: 0.12 },
      b: { p50: 0.214, p95: 0.31, p99: 0.52 },
      ratio: 5.2,
    },
    size: { a: 81_000, b: 1_240_000 },
  };
}

/** Of the comparison page. */
export const compareSamples: readonly Sample[] = [
  {
    name: 'compare-many',
    state: {
      page: 'compare',
      trusted: true,
      against: null,
      model: 'credit-risk',
      names: { a: versions[1]!.version, b: versions[0]!.version },
      deployable: true,
      a: versions[1]!,
      b: versions[0]!,
      comparison: done(comparison()),
      table: done(
        versionTable(
          ['2.0.0', '2.1.0', '3.0.0-beta'].map((version, i) => ({
            ...comparison(),
            b: model(version, 4 + i),
          })),
          digest(6),
        ),
      ),
    },
  },
  {
    name: 'compare-reasons',
    press: ['Compare reasons'],
    choose: ['credit_amount +0.10 → −0.050'],
    state: {
      page: 'compare',
      trusted: true,
      against: null,
      model: 'credit-risk',
      names: { a: '2026-11-27-nightly-7f3a9c1', b: 'feature-loss-reweighting-2.1.0' },
      deployable: true,
      a: versions[1]!,
      b: versions[0]!,
      comparison: done(comparison()),
      table: null,
    },
  },
  {
    name: 'compare',
    choose: ['102', 'purpose = education'],
    state: {
      page: 'compare',
      trusted: true,
      against: null,
      model: 'credit-risk',
      names: { a: versions[1]!.version, b: versions[0]!.version },
      deployable: true,
      a: versions[1]!,
      b: versions[0]!,
      comparison: done(comparison()),
      table: null,
    },
  },
];
