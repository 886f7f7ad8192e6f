import { seeded } from '../../../src/core/random.ts';
import type { Verdict } from '../../../src/protocol/results/shared.ts';
import type { CheckResult, Metric, Validation } from '../../../src/protocol/results/validation.ts';
import { featureNames, words } from './columns.ts';
import { errors, namedSlice } from './errors.ts';
import { model } from './refs.ts';
import { data, head, interval } from './shared.ts';

export const failing: Verdict = {
  status: 'fail',
  sentence: '2.0.0 does not pass: group-gap and calibration-error break the policy; 1 check warns.',
  failed: ['group-gap', 'expected_calibration_error'],
  warned: ['correlated-columns'],
  inconclusive: [],
};

const check = (
  id: string,
  title: string,
  group: CheckResult['group'],
  status: CheckResult['status'],
  more: Partial<CheckResult> = {},
): CheckResult => ({
  id,
  title,
  group,
  needs: ['model'],
  status,
  severity: 'fail',
  value: null,
  unit: null,
  interval: null,
  threshold: null,
  finding: 'Nothing out of the ordinary.',
  advice: null,
  evidence: null,
  measured: false,
  ...more,
});

const metric = (name: string, title: string, value: number, better: Metric['better'] = 'higher'): Metric => ({
  name,
  title,
  value,
  interval: interval(value, 0.03),
  n: 300,
  better,
  unit: null,
  class: null,
  definition: `${title} as scikit-learn computes it.`,
});

export function validation(): Validation {
  const random = seeded(3);
  const scored = Array.from({ length: 300 }, () => {
    const bad = random() < 0.3;
    return { bad, score: Math.min(0.999, Math.max(0.001, (bad ? 0.52 : 0.24) + 0.42 * (random() - 0.5))) };
  });
  const at = (threshold: number) => ({
    threshold,
    tp: scored.filter(s => s.bad && s.score >= threshold).length,
    fp: scored.filter(s => !s.bad && s.score >= threshold).length,
    tn: scored.filter(s => !s.bad && s.score < threshold).length,
    fn: scored.filter(s => s.bad && s.score < threshold).length,
  });
  const thresholds = Array.from({ length: 101 }, (_, i) => at(i / 100));
  const edges = Array.from({ length: 21 }, (_, i) => i / 20);
  return {
    schema: 'slipway/validation@1',
    ...head,
    model: model('2.0.0', 2),
    data,
    task: 'binary',
    classes: ['good', 'bad'],
    positive: 'bad',
    label: 'default',
    threshold: 0.5,
    n: 300,
    verdict: failing,
    checks: [
      check('group-gap', 'Worst group', 'performance', 'fail', {
        needs: ['data', 'labels', 'group'],
        value: 0.64,
        interval: interval(0.64, 0.12),
        threshold: { op: '>=', value: 0.7, source: 'policy' },
        finding: 'Recall for `purpose = education` is 0.64 over 59 rows, the lowest of 5 groups.',
        advice: 'Look at the rows below; more training rows of this group usually help.',
        evidence: {
          columns: ['group', 'recall', 'n'],
          rows: [
            ['education', 0.64, 59],
            ['car (new)', 0.71, 84],
            ['radio/television', 0.78, 91],
          ],
          more: 2,
        },
      }),
      check('calibration-error', 'Expected calibration error, 10 bins', 'performance', 'fail', {
        needs: ['data', 'labels'],
        value: 0.0583,
        interval: interval(0.0583, 0.014),
        threshold: { op: '<=', value: 0.05, source: 'policy' },
        finding: 'Predicted probabilities are 0.058 off on average.',
        advice: 'Calibrate the model on rows it was not trained on.',
      }),
      check('headline-metric', 'ROC AUC', 'performance', 'pass', {
        value: 0.785,
        interval: interval(0.785, 0.028),
        threshold: { op: '>=', value: 0.75, source: 'policy' },
      }),
      check('beats-baseline', 'Better than always answering good', 'performance', 'pass'),
      check('correlated-columns', 'Columns that repeat each other', 'data', 'warn', {
        needs: ['data'],
        severity: 'warn',
        value: 0.62,
        threshold: { op: '<=', value: 0.6, source: 'default' },
        finding: 'credit_amount and duration have a correlation of 0.62.',
        evidence: {
          columns: ['column', 'column', 'correlation'],
          rows: [['credit_amount', 'duration', 0.62]],
          rowIds: [12],
          more: 0,
        },
      }),
      check('missing-values', 'Missing values', 'data', 'pass'),
      check('unseen-categories', 'Unseen categories', 'data', 'pass'),
      check('duplicates', 'Rows in both holdout and reference', 'data', 'inconclusive', {
        finding: 'Only 12 rows could be compared; at least 30 are needed to tell.',
      }),
      check('checker', 'The graph is well formed', 'integrity', 'pass'),
      check('external-data', 'External data is inside', 'integrity', 'pass'),
      check('opset', 'Opsets are known to the runtime', 'integrity', 'pass'),
      check('latency', 'Latency of one row', 'runtime', 'pass', {
        value: 0.214,
        unit: 'ms',
        threshold: { op: '<=', value: 5, source: 'policy' },
        measured: true,
      }),
      check('batch-parity', 'One row as in a batch', 'runtime', 'pass', { value: 0, unit: null }),
      check('versus-live', 'Not worse than the live version', 'comparison', 'not-run', {
        needs: ['data', 'labels', 'baseline'],
        finding: 'Nothing is live to compare with.',
      }),
    ],
    metrics: [
      metric('roc_auc', 'ROC AUC', 0.785),
      metric('average_precision', 'Average precision', 0.634),
      metric('accuracy', 'Accuracy', 0.807),
      { ...metric('recall', 'Recall', 0.567), class: 'bad' },
      { ...metric('precision', 'Precision', 0.712), class: 'bad' },
      metric('f1', 'F1', 0.631),
      metric('matthews_corrcoef', 'Matthews correlation', 0.49),
      metric('brier_score_loss', 'Brier score', 0.163, 'lower'),
      metric('log_loss', 'Log loss', 0.497, 'lower'),
      metric('expected_calibration_error', 'Calibration error', 0.0583, 'lower'),
    ],
    errors,
    slices: [namedSlice],
    charts: {
      confusion: {
        labels: ['good', 'bad'],
        counts: [
          [180, 30],
          [39, 51],
        ],
      },
      roc: [
        {
          name: 'bad',
          points: thresholds
            .map(t => [t.fp / (t.fp + t.tn), t.tp / (t.tp + t.fn)] as [number, number])
            .reverse(),
        },
      ],
      precisionRecall: [
        {
          name: 'bad',
          points: thresholds
            .filter(t => t.tp + t.fp > 0)
            .map(t => [t.tp / (t.tp + t.fn), t.tp / (t.tp + t.fp)] as [number, number])
            .reverse(),
        },
      ],
      calibration: Array.from({ length: 8 }, (_, i) => {
        const observed = Math.min(0.97, 0.02 + 0.13 * i);
        return {
          predicted: 0.06 + 0.11 * i,
          observed,
          low: observed * 0.7,
          high: observed * 0.7 + 0.2,
          n: 60 - 6 * i,
        };
      }),
      thresholds,
      scores: {
        edges,
        counts: [true, false].map(bad => ({
          class: bad ? 'bad' : 'good',
          n: edges
            .slice(0, -1)
            .map(
              edge => scored.filter(s => s.bad === bad && s.score >= edge && s.score < edge + 0.05).length,
            ),
        })),
      },
      residuals: null,
    },
    matching: featureNames(20).map(name => ({
      input: name,
      column: name,
      by: 'name' as const,
      from: 'VARCHAR',
      to: name in words ? 'string' : 'float32',
      rule: 'as it is',
      missing: 0,
      unseen: 0,
    })),
  };
}

export function regression(): Validation {
  const random = seeded(11);
  const base = validation();
  const points = Array.from({ length: 400 }, () => {
    const predicted = 10 + 800 * random();
    return [predicted, (random() + random() - 1) * (20 + predicted * 0.3)] as [number, number];
  });
  const edges = Array.from({ length: 21 }, (_, i) => -250 + 25 * i);
  return {
    ...base,
    task: 'regression',
    classes: [],
    positive: null,
    threshold: null,
    verdict: {
      status: 'pass',
      sentence: '1.2.0 passes: all 9 rules hold.',
      failed: [],
      warned: [],
      inconclusive: [],
    },
    checks: base.checks.map(c => ({ ...c, status: c.status === 'not-run' ? c.status : ('pass' as const) })),
    metrics: [
      {
        ...metric('mean_absolute_error', 'Mean absolute error', 41.2, 'lower'),
        unit: 'rides',
        interval: interval(41.2, 2.9),
      },
      {
        ...metric('root_mean_squared_error', 'Root mean squared error', 63.8, 'lower'),
        unit: 'rides',
        interval: interval(63.8, 5.1),
      },
      metric('r2', 'R²', 0.873),
    ],
    charts: {
      confusion: null,
      roc: null,
      precisionRecall: null,
      calibration: null,
      thresholds: null,
      scores: null,
      residuals: {
        points,
        edges,
        counts: edges.slice(0, -1).map(edge => points.filter(([, y]) => y >= edge && y < edge + 25).length),
      },
    },
  };
}
