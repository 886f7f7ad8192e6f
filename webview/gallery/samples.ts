import { errors, namedSlice } from './errorSamples.ts';
import { versionTable } from '../../src/core/compare/versionTable.ts';
import { wilson } from '../../src/core/stats/proportion.ts';
import { below, seeded } from '../../src/core/random.ts';
import { dataPage } from './dataSamples.ts';
import type { ModelFacts } from '../../src/core/onnx/facts.ts';
import type {
  Interactions,
  PageState,
  ReviewPage,
  VersionPage,
  VersionRow,
  Work,
} from '../../src/protocol/pages.ts';
import type { Comparison } from '../../src/protocol/results/comparison.ts';
import type { Explanation } from '../../src/protocol/results/explanation.ts';
import type { Importance } from '../../src/protocol/results/importance.ts';
import type { Interval, Verdict } from '../../src/protocol/results/shared.ts';
import type { CheckResult, Metric, Validation } from '../../src/protocol/results/validation.ts';
import { importance } from './importanceSamples.ts';
import { digest, model } from './refs.ts';
import { targetSamples } from './targetSamples.ts';
import { trialSamples } from './trialSamples.ts';

/** Made-up documents for looking at pages: every field filled, every state reached. No number here is a result. */

const names =
  'credit_amount duration checking_account savings purpose age employment_since credit_history housing installment_rate other_debtors property residence_since job existing_credits telephone foreign_worker dependents personal_status other_plans'.split(
    ' ',
  );
const words: Readonly<Record<string, readonly string[]>> = {
  checking_account: ['... < 0 DM', '0 <= ... < 200 DM', '... >= 200 DM', 'no checking account'],
  purpose: ['car (new)', 'car (used)', 'education', 'furniture', 'radio/television'],
  housing: ['own', 'rent', 'for free'],
  savings: ['< 100 DM', '100 - 500 DM', '>= 1000 DM', 'unknown'],
};

const interval = (value: number, half: number): Interval => ({
  low: value - half,
  high: value + half,
  level: 0.95,
  method: 'percentile bootstrap, 1,000 resamples',
});
const data = [
  { digest: digest(9), path: 'data/holdout.csv', role: 'holdout' as const, rows: 300 },
  { digest: digest(8), path: 'data/reference.csv', role: 'reference' as const, rows: 700 },
];
const head = { job: digest(3), engine: 'slipway 0.1.0, onnxruntime 1.30.0', seed: 7, settings: {} };

const failing: Verdict = {
  status: 'fail',
  sentence: '2.0.0 does not pass: group-gap and calibration-error break the policy; 1 check warns.',
  failed: ['group-gap', 'expected_calibration_error'],
  warned: ['correlated-columns'],
  inconclusive: [],
};

export function facts(inputs = 20): ModelFacts {
  return {
    digest: digest(2),
    size: 1_240_000,
    irVersion: 9,
    opsets: [
      { domain: '', version: 17 },
      { domain: 'ai.onnx.ml', version: 3 },
    ],
    producer: 'OnnxMLTools 1.14.0',
    domain: 'onnxconverter-common',
    description: '',
    metadata: { training_data: 'reference.csv', trained_by: 'tools/fixtures/credit.py' },
    inputs: featureNames(inputs).map(name => ({
      name,
      kind: 'tensor',
      type: name in words ? 'string' : 'float32',
      shape: ['N', 1],
    })),
    outputs: [
      { name: 'label', kind: 'tensor', type: 'string', shape: ['N'] },
      { name: 'probabilities', kind: 'tensor', type: 'float32', shape: ['N', 2] },
    ],
    operators: [
      { name: 'OneHotEncoder (ai.onnx.ml)', count: 13 },
      { name: 'Concat', count: 3 },
      { name: 'Cast', count: 2 },
      { name: 'TreeEnsembleClassifier (ai.onnx.ml)', count: 1 },
      { name: 'Identity', count: 1 },
    ],
    nodes: 20,
    parameters: 24_800,
    trees: { count: 200, depth: 6 },
    externalData: [],
    answer: {
      task: 'binary',
      classes: ['good', 'bad'],
      scoreOutput: 'probabilities',
      labelOutput: 'label',
      columns: 2,
      probabilities: true,
    },
    sentence: `Binary classifier, ${inputs} inputs, gradient boosting of 200 trees, 1.24 MB, opset 17`,
  };
}

function featureNames(n: number): string[] {
  return Array.from({ length: n }, (_, i) => names[i] ?? `measure_${String(i).padStart(3, '0')}`);
}

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

const versions: readonly VersionRow[] = (
  [
    ['2.0.0', 'fail', 0.785, 0, []],
    ['1.1.0', 'pass', 0.764, 6, ['staging']],
    ['1.0.1', 'stale', 0.751, 31, []],
    ['1.0.0', 'warn', 0.742, 62, []],
    ['0.9.0', 'not-run', null, 90, []],
  ] as const
).map(([version, verdict, value, days, liveOn], n) => ({
  version,
  digest: digest(n + 2),
  date: new Date(Date.parse('2026-11-23T08:00:00Z') - days * 86_400_000).toISOString(),
  author: 'Ada Berg',
  size: 1_240_000 - 80_000 * n,
  verdict,
  metric: value === null ? null : { title: 'ROC AUC', value },
  review:
    version === '2.0.0'
      ? {
          status: 'changed',
          words: '⚠ changed since its review',
          sentence: 'The policy has changed since.',
        }
      : null,
  liveOn,
  modified: version === '2.0.0',
}));

const done = <T>(result: T, stale: string | null = null): Work<T> => ({
  state: 'done',
  stored: { result, storedAt: '2026-11-23T08:00:00Z', stale },
});

function interactions(features: number): Interactions {
  const shown = { ...explanation(features, 1, true), rows: [] };
  const random = seeded(8);
  const values = shown.features.map(() => shown.features.map(() => 0));
  values.forEach((line, i) => {
    line[i] = 0.1 * 0.8 ** i;
    for (let j = 0; j < i; j++) line[j] = values[j]![i] = 0.02 * random() ** 2 * 0.75 ** (i + j);
  });
  return { ...shown, method: 'tree', n: 50, space: 'raw', interactions: { values } };
}

function measured(method: Importance['method'], features: number): Importance {
  const ref = { ...head, model: model('2.0.0', 2), data: data.slice(0, 1) };
  return importance(method, ref, featureNames(features));
}

export function versionPage(more: Partial<VersionPage> = {}): VersionPage {
  return {
    page: 'version',
    trusted: true,
    model: 'credit-risk',
    version: versions[0]!,
    versions,
    path: 'models/credit-risk-2.0.0.onnx',
    commit: '3f9ac1d2b7e0',
    facts: facts(),
    saved: null,
    configured: true,
    data: {
      holdout: 'data/holdout.csv',
      reference: 'data/reference.csv',
      background: null,
      label: 'default',
    },
    targets: ['staging', 'edge-folder'],
    review: reviewPage(),
    validation: done(validation()),
    explanation: done(explanation(20, 300, true)),
    interactions: done(interactions(20)),
    importance: { permutation: done(measured('permutation', 20)), sage: done(measured('sage', 20)) },
    ...more,
  };
}

const notRun = { state: 'empty', why: 'It was not run yet.' } as const;

/** A model of images or of token ids. */
function partsFacts(parts: 'image' | 'tokens'): ModelFacts {
  const input =
    parts === 'image'
      ? { name: 'x', kind: 'tensor' as const, type: 'float32' as const, shape: ['N', 1, 28, 28] }
      : { name: 'input_ids', kind: 'tensor' as const, type: 'int64' as const, shape: ['N', 'L'] };
  const classes = parts === 'image' ? [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] : ['negative', 'positive'];
  return {
    ...facts(),
    inputs: [input],
    trees: null,
    answer: { ...facts().answer, task: 'multiclass', classes },
  };
}

/** A reviewer in the middle of it: one decision on record, one challenge open. */
function reviewPage(): ReviewPage {
  const facts = (['signature', 'signer', 'artefacts', 'policy', 'validity'] as const).map((fact, at) => ({
    fact,
    holds: at !== 3,
    code: at === 3 ? 'policy-changed' : 'valid',
    sentence: [
      'Signed with SHA256:ks0+rfonosauYo9qWI6MhJdejaOm1jnm7R5N6LM8p0c.',
      'bob@example.org is among the allowed signers of `origin/main`.',
      'Model, data and results are what was reviewed (3f9ac1d2).',
      'The policy has changed since: `policy.metrics.roc_auc.min` was 0.7 and is 0.65.',
      'It holds until 2027-02-25.',
    ][at]!,
  }));
  const ref = model('2.0.0', 1);
  return {
    review: {
      schema: 'slipway/review@1',
      model: ref,
      target: null,
      rule: { approvals: 2, roles: ['risk'], independent: true, maxAge: 90, unsigned: false },
      revision: 'origin/main',
      standing: {
        status: 'changed',
        sentence:
          'The review by bob@example.org does not count. The policy has changed since: `policy.metrics.roc_auc.min` was 0.7 and is 0.65.',
        approvals: [],
        missing: ['2 more approvals are needed.'],
      },
      records: [
        {
          digest: digest(5),
          path: '.slipway/reviews/credit-risk/0001-27220659f385.json',
          facts,
          statement: {
            _type: 'https://in-toto.io/Statement/v1',
            subject: [{ name: ref.path, digest: { sha256: ref.digest } }],
            predicateType: 'urn:slipway:review:1',
            predicate: {
              model: ref,
              commit: null,
              tags: [],
              at: '2026-11-20T08:00:00Z',
              reviewer: { principal: 'bob@example.org', key: null },
              author: { name: 'Ada', email: 'ada@example.org' },
              decision: 'approve-with-conditions',
              comment: 'Good enough for staging.',
              conditions: ['Watch the drift of `purpose` for two weeks.'],
              scope: ['staging'],
              expires: '2027-02-25T23:59:59Z',
              verdict: failing,
              overrides: [{ rule: 'group-gap', reason: 'a pilot', expires: '2026-12-31T00:00:00Z' }],
              opened: ['group-gap'],
              thread: [],
              data,
              policy: { digest: digest(6), content: {} },
              code: null,
              environment: { system: 'linux x64', processor: '', engine: head.engine },
              results: [],
              report: { digest: digest(7), size: 1 },
              previous: null,
            },
          },
        },
      ],
      problems: [],
      thread: [
        {
          kind: 'challenge',
          at: '2026-11-21T08:00:00Z',
          by: 'bob@example.org',
          text: 'Why is the gap between groups larger than in 1.1.0?',
          to: null,
        },
        {
          kind: 'answer',
          at: '2026-11-21T09:00:00Z',
          by: 'ada@example.org',
          text: 'Education has 59 rows in the holdout; the interval is wide.',
          to: 1,
        },
        {
          kind: 'challenge',
          at: '2026-11-22T08:00:00Z',
          by: 'bob@example.org',
          text: 'Who watches the drift?',
          to: null,
        },
      ],
    },
    live: '1.1.0',
    comparison: comparison(),
    toOpen: [
      { id: 'group-gap', title: 'Gap between groups', why: 'The gap is 0.14.', opened: true },
      {
        id: 'comparison',
        title: 'Comparison with what is live',
        why: '2.0.0 is better overall.',
        opened: false,
      },
      {
        id: 'explanation',
        title: 'Explanation',
        why: 'Credit amount moves the answers most.',
        opened: false,
      },
    ],
    keys: ['~/.ssh/id_ed25519'],
    principal: 'bob@example.org',
    busy: false,
    failure: null,
  };
}

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

export const gallery: readonly {
  readonly name: string;
  readonly memory?: Readonly<Record<string, unknown>>;
  /** Buttons pressed, by their words, and fields changed before the picture is taken. */
  readonly press?: readonly string[];
  /** Rows of tables that are opened, by what they say. */
  readonly choose?: readonly string[];
  readonly state: PageState;
}[] = [
  { name: 'overview', state: versionPage() },
  { name: 'validation', memory: { tab: 'validation' }, state: versionPage() },
  { name: 'validation-rows', memory: { tab: 'validation' }, press: ['0.54'], state: versionPage() },
  { name: 'explanation', memory: { tab: 'explanation' }, state: versionPage() },
  { name: 'review', memory: { tab: 'review' }, state: versionPage() },
  {
    name: 'saved',
    state: versionPage({
      path: 'data/log.csv',
      facts: null,
      saved: { prediction: 'answer', scores: ['p_bad'] },
    }),
  },
  {
    name: 'explanation-local',
    memory: { tab: 'explanation', where: 'age > 40', versus: 'age <= 40' },
    press: ['Find', 'Fit', 'Compare'],
    state: versionPage(),
  },
  {
    name: 'explanation-partial',
    memory: { tab: 'explanation', view: 'partial' },
    state: versionPage(),
  },
  {
    name: 'explanation-partial-mean',
    memory: { tab: 'explanation', view: 'partial', 'effects.rows': false },
    state: versionPage(),
  },
  {
    name: 'explanation-partial-words',
    memory: { tab: 'explanation', view: 'partial', feature: 'purpose' },
    state: versionPage(),
  },
  {
    name: 'explanation-local-effect',
    memory: { tab: 'explanation', view: 'accumulated' },
    state: versionPage(),
  },
  {
    name: 'explanation-pair',
    memory: { tab: 'explanation', view: 'pair' },
    state: versionPage(),
  },
  {
    name: 'explanation-interactions-300',
    memory: { tab: 'explanation', view: 'pair' },
    state: versionPage({
      facts: facts(300),
      explanation: done(explanation(300, 50, true)),
      interactions: done(interactions(300)),
    }),
  },
  {
    name: 'explanation-interactions-empty',
    memory: { tab: 'explanation', view: 'pair' },
    state: versionPage({ interactions: { state: 'empty', why: 'It was not run yet.' } }),
  },
  {
    name: 'explanation-interactions-asked',
    memory: { tab: 'explanation', view: 'pair' },
    press: ['Measure 10 pairs'],
    state: versionPage({ explanation: done(explanation(5, 80, false)) }),
  },
  {
    name: 'images',
    memory: { tab: 'explanation' },
    press: ['Explain'],
    state: versionPage({ model: 'digits', facts: partsFacts('image'), explanation: notRun }),
  },
  {
    name: 'images-empty',
    memory: { tab: 'explanation' },
    state: versionPage({
      model: 'digits',
      facts: partsFacts('image'),
      explanation: notRun,
      data: { holdout: null, reference: null, background: null, label: null },
    }),
  },
  {
    name: 'texts',
    memory: { tab: 'explanation', 'parts.mask': '103', 'parts.words': 'text' },
    press: ['Explain'],
    state: versionPage({ model: 'reviews', facts: partsFacts('tokens'), explanation: notRun }),
  },
  {
    name: 'explanation-sampled-category',
    memory: { tab: 'explanation', feature: 'purpose' },
    state: versionPage({
      explanation: done(explanation(5, 80, false), 'the reference data changed'),
      importance: {
        permutation: done(measured('permutation', 5), 'the holdout data changed'),
        sage: { state: 'failed', sentence: 'The engine was stopped.', previous: null },
      },
    }),
  },
  {
    name: 'explanation-300',
    memory: { tab: 'explanation' },
    state: versionPage({
      facts: facts(300),
      explanation: done(explanation(300, 1000, false)),
      interactions: done(interactions(300)),
      importance: {
        permutation: done(measured('permutation', 300)),
        sage: {
          state: 'running',
          progress: { done: 340, total: 2000, what: 'rows measured' },
          previous: null,
        },
      },
    }),
  },
  {
    name: 'regression',
    memory: { tab: 'validation' },
    state: versionPage({ model: 'bike-demand', validation: done(regression()) }),
  },
  {
    name: 'running',
    memory: { tab: 'validation' },
    state: versionPage({
      validation: {
        state: 'running',
        progress: { done: 340, total: 1000, what: 'Bootstrap of 10 metrics' },
        previous: { result: validation(), storedAt: '2026-11-22T08:00:00Z', stale: null },
      },
    }),
  },
  {
    name: 'failed',
    memory: { tab: 'explanation' },
    state: versionPage({
      explanation: {
        state: 'failed',
        sentence:
          '`credit.csv` has no column `purpose`, which the model needs. Choose another file or map a column.',
        previous: null,
      },
    }),
  },
  {
    name: 'empty-untrusted',
    memory: { tab: 'validation' },
    state: versionPage({
      trusted: false,
      configured: false,
      validation: { state: 'empty', why: 'This version has not been validated.' },
    }),
  },
  {
    name: 'empty',
    memory: { tab: 'explanation' },
    state: versionPage({ explanation: { state: 'empty', why: 'This version has not been explained.' } }),
  },
  {
    name: 'broken-file',
    state: versionPage({
      facts: {
        failure:
          '`credit-risk-2.0.0.onnx` ends in the middle of the graph (1,024 of 1,240,000 bytes). Fetch it again.',
      },
      validation: { state: 'empty', why: 'Not validated.' },
      configured: false,
    }),
  },
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
  ...targetSamples(),
  ...trialSamples(versions),
  { name: 'data', state: dataPage(6) },
  { name: 'data-words', memory: { 'columns.chosen': 'purpose' }, state: dataPage(6) },
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
