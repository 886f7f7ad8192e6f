import { z } from 'zod';

/**
 * The documents a job returns: the same bytes in the editor, from the CLI and in the store.
 * Nothing here depends on the clock or the machine, except what says that it is measured.
 */

const finite = z.number();
const cell = z.union([z.number(), z.string(), z.boolean(), z.null()]);

export const interval = z
  .object({
    low: finite,
    high: finite,
    level: finite.describe('Confidence level, such as 0.95'),
    method: z.string().describe('How it was made, such as "percentile bootstrap, 1,000 resamples"'),
  })
  .describe('A confidence interval');
export type Interval = z.infer<typeof interval>;

export const modelRef = z.object({
  digest: z.string().describe('SHA-256 of the model file and its external data, hex'),
  name: z.string().nullable().describe('The model in slipway.yaml; null for a bare file'),
  version: z.string().nullable().describe('The version name that was resolved to the digest'),
  path: z.string().describe('Relative to the workspace when it lies in it'),
  size: z.number().describe('Bytes'),
});
export type ModelRef = z.infer<typeof modelRef>;

export const dataRef = z.object({
  digest: z.string().describe('SHA-256 of the file, hex'),
  path: z.string(),
  role: z.enum(['holdout', 'reference', 'background', 'data']),
  rows: z.number(),
});
export type DataRef = z.infer<typeof dataRef>;

export const seenValues = z
  .object({
    role: z.enum(['holdout', 'reference']),
    low: finite.nullable().describe('Smallest number; null for words and where no value is'),
    high: finite.nullable(),
    levels: z.array(z.string()).nullable().describe('Most frequent words first, at most 20'),
    distinct: z.number().describe('Distinct values that are not missing'),
  })
  .describe('What a column holds in the reference data, or in the holdout data without one');
export type SeenValues = z.infer<typeof seenValues>;

export const columnMatch = z.object({
  input: z.string().describe('The model input, or `input[3]` for one column of a matrix input'),
  column: z.string().nullable().describe('The data column; null when the input is filled by its default'),
  by: z.enum(['name', 'order', 'feature names', 'default']),
  from: z.string().describe('The type in the data'),
  to: z.string().describe('The element type of the input'),
  rule: z.string().describe('How values are converted, in words'),
  missing: z.number().describe('Missing values in the column'),
  unseen: z.number().describe('Values not among the categories in the reference data; 0 without reference'),
  seen: seenValues.nullable().optional(),
});
export type ColumnMatch = z.infer<typeof columnMatch>;

export const status = z.enum(['pass', 'warn', 'fail', 'not-run', 'inconclusive']);
export type Status = z.infer<typeof status>;

export const threshold = z.object({
  op: z.enum(['>=', '<=', '>', '<', '==']),
  value: finite,
  source: z.enum(['policy', 'default']),
});
export type Threshold = z.infer<typeof threshold>;

export const evidence = z.object({
  columns: z.array(z.string()),
  rows: z.array(z.array(cell)),
  rowIds: z.array(z.number()).optional().describe('Row numbers in the data (0-based), one a line'),
  more: z.number().describe('How many further lines are left out'),
});
export type Evidence = z.infer<typeof evidence>;

export const checkGroup = z.enum([
  'integrity',
  'runtime',
  'parity',
  'data',
  'performance',
  'fairness',
  'comparison',
  'robustness',
  'monitoring',
]);
export type CheckGroup = z.infer<typeof checkGroup>;

export const checkNeed = z.enum(['model', 'data', 'labels', 'reference', 'baseline', 'group']);
export type CheckNeed = z.infer<typeof checkNeed>;

export const checkResult = z.object({
  id: z.string().describe('kebab-case, stable; the policy names it'),
  title: z.string(),
  group: checkGroup,
  needs: z.array(checkNeed),
  status,
  severity: z.enum(['fail', 'warn']).describe('What a broken threshold means for the verdict'),
  value: z.union([finite, z.string(), z.null()]),
  unit: z.string().nullable(),
  interval: interval.nullable(),
  threshold: threshold.nullable(),
  finding: z.string().describe('One sentence: what was found'),
  advice: z.string().nullable().describe('One sentence: what to do'),
  evidence: evidence.nullable(),
  measured: z.boolean().describe('True when the value is a time or memory on this machine'),
});
export type CheckResult = z.infer<typeof checkResult>;

export const metric = z.object({
  name: z.string().describe('snake_case as in scikit-learn: roc_auc, log_loss, mean_absolute_error'),
  title: z.string(),
  value: finite.nullable().describe('null where undefined (one class only)'),
  interval: interval.nullable(),
  n: z.number(),
  better: z.enum(['higher', 'lower', 'neither']),
  unit: z.string().nullable(),
  class: z.string().nullable().describe('The class of a per-class metric, else null'),
  definition: z.string(),
});
export type Metric = z.infer<typeof metric>;

export const verdict = z.object({
  status,
  sentence: z.string(),
  failed: z.array(z.string()).describe('Names of the rules (checks, metrics) that fail'),
  warned: z.array(z.string()),
  inconclusive: z.array(z.string()),
});
export type Verdict = z.infer<typeof verdict>;

const series = z.object({ name: z.string(), points: z.array(z.tuple([finite, finite])) });

export const charts = z
  .object({
    confusion: z
      .object({ labels: z.array(z.string()), counts: z.array(z.array(z.number())) })
      .nullable()
      .describe('counts[true][predicted] at the threshold'),
    roc: z
      .array(series)
      .nullable()
      .describe('Points (false positive rate, true positive rate), one series a class'),
    precisionRecall: z.array(series).nullable().describe('Points (recall, precision)'),
    calibration: z
      .array(z.object({ predicted: finite, observed: finite, low: finite, high: finite, n: z.number() }))
      .nullable()
      .describe('Bins of the predicted probability: mean predicted, observed share with Wilson interval'),
    thresholds: z
      .array(
        z.object({
          threshold: finite,
          tp: z.number(),
          fp: z.number(),
          tn: z.number(),
          fn: z.number(),
        }),
      )
      .nullable(),
    scores: z
      .object({
        edges: z.array(finite),
        counts: z.array(z.object({ class: z.string(), n: z.array(z.number()) })),
      })
      .nullable()
      .describe('Histogram of the scores (or predictions) by true class'),
    residuals: z
      .object({
        points: z.array(z.tuple([finite, finite])).describe('(predicted, residual), at most 500 rows'),
        edges: z.array(finite),
        counts: z.array(z.number()),
      })
      .nullable(),
  })
  .describe('What the page draws; aggregates only');
export type Charts = z.infer<typeof charts>;

const head = {
  job: z.string().describe('Digest of the job: kind, model and data digests, settings, seed'),
  engine: z.string().describe('Slipway and ONNX Runtime versions'),
  seed: z.number(),
  settings: z.record(z.string(), z.union([cell, z.array(cell)])),
};

const task = z.enum(['binary', 'multiclass', 'regression', 'unknown']);

export const validation = z.object({
  schema: z.literal('slipway/validation@1'),
  ...head,
  model: modelRef,
  data: z.array(dataRef),
  task,
  classes: z.array(z.string()),
  positive: z.string().nullable().describe('The positive class of a binary task'),
  label: z.string().nullable(),
  threshold: finite.nullable().describe('Decision threshold on the positive class'),
  n: z.number().describe('Labelled rows the metrics are over; all rows when there is no label'),
  verdict,
  checks: z.array(checkResult),
  metrics: z.array(metric),
  charts,
  matching: z.array(columnMatch),
});
export type Validation = z.infer<typeof validation>;

export const explanationWarning = z.object({
  kind: z.enum(['weak-model', 'correlated', 'extrapolation', 'sampling', 'small-background', 'other']),
  sentence: z.string(),
});

export const explanation = z.object({
  schema: z.literal('slipway/explanation@1'),
  ...head,
  model: modelRef,
  data: z.array(dataRef),
  task,
  n: z.number().describe('Rows explained'),
  sentence: z.string(),
  output: z.object({
    name: z.string(),
    class: z.string().nullable(),
    index: z.number().describe('Column of the output'),
    title: z.string().describe('Such as P(bad)'),
  }),
  space: z.enum(['probability', 'raw', 'value']),
  method: z.string().describe('shapley-exact, shapley-sampling, permutation-importance ...'),
  exact: z.boolean(),
  background: z.object({ description: z.string(), rows: z.number(), digest: z.string() }),
  features: z.array(
    z.object({
      name: z.string(),
      kind: z.enum(['number', 'category']),
      levels: z.array(z.string()).nullable(),
    }),
  ),
  baseValue: finite.nullable(),
  global: z
    .array(
      z.object({
        feature: z.string(),
        value: finite.describe('Mean |attribution|, or the fall of the metric when the feature is permuted'),
        interval: interval.nullable(),
        share: finite.describe('Of the sum over all features, 0 to 1'),
      }),
    )
    .describe('Largest first'),
  importance: z
    .object({
      metric: z.string(),
      baseline: finite,
      repeats: z.number(),
      features: z.array(z.object({ feature: z.string(), value: finite, interval: interval.nullable() })),
    })
    .nullable()
    .describe('Permutation importance, when there are labels'),
  rows: z.array(
    z.object({
      row: z.number().describe('0-based row in the data'),
      prediction: finite,
      label: cell,
      inputs: z.array(cell).describe('In the order of `features`'),
      values: z.array(finite).describe('Attributions in the order of `features`'),
      errors: z.array(finite).nullable().describe('Standard errors; null when exact'),
    }),
  ),
  warnings: z.array(explanationWarning),
  proof: z.object({
    baseValue: finite.nullable(),
    meanBackgroundPrediction: finite.nullable(),
    maxAdditivityError: finite.nullable(),
    evaluations: z.number(),
    method: z.string(),
    n: z.number(),
    seed: z.number(),
  }),
});
export type Explanation = z.infer<typeof explanation>;

export const flipRow = z.object({
  row: z.number(),
  label: cell,
  a: cell.describe('What A predicts'),
  b: cell,
  scoreA: finite.nullable(),
  scoreB: finite.nullable(),
  inputs: z.array(cell),
});
export type FlipRow = z.infer<typeof flipRow>;

export const comparison = z.object({
  schema: z.literal('slipway/comparison@1'),
  ...head,
  a: modelRef,
  b: modelRef,
  data: z.array(dataRef),
  label: z.string().nullable(),
  task,
  classes: z.array(z.string()),
  positive: z.string().nullable(),
  n: z.number(),
  sentence: z.string(),
  verdict,
  metrics: z.array(
    z.object({
      name: z.string(),
      title: z.string(),
      better: z.enum(['higher', 'lower', 'neither']),
      a: finite.nullable(),
      b: finite.nullable(),
      delta: finite.nullable().describe('B - A'),
      interval: interval.nullable().describe('Paired: the same rows resampled for both'),
      margin: finite.nullable().describe('How much worse B may be, in the unit of the metric'),
      status,
    }),
  ),
  flips: z
    .object({
      bothRight: z.number(),
      onlyA: z.number().describe('Negative flips: A right, B wrong'),
      onlyB: z.number().describe('Positive flips'),
      bothWrong: z.number(),
      pValue: finite.nullable(),
      test: z.string().describe('McNemar, exact or corrected'),
      negative: z.array(flipRow),
      positive: z.array(flipRow),
    })
    .nullable()
    .describe('Classification only'),
  changes: z
    .array(flipRow)
    .nullable()
    .describe('Regression: the rows whose absolute error changed most, worst first'),
  features: z.array(z.string()).describe('Columns of the flip rows'),
  slices: z.array(
    z.object({
      slice: z.string(),
      n: z.number(),
      metric: z.string(),
      a: finite.nullable(),
      b: finite.nullable(),
      delta: finite.nullable(),
      interval: interval.nullable(),
      status,
    }),
  ),
  importances: z.array(
    z.object({
      feature: z.string(),
      a: finite.nullable(),
      b: finite.nullable(),
      intervalA: interval.nullable(),
      intervalB: interval.nullable(),
    }),
  ),
  structure: z.array(
    z.object({
      kind: z.enum(['input', 'output', 'operator', 'opset', 'metadata', 'weights', 'size']),
      name: z.string(),
      a: z.string().nullable(),
      b: z.string().nullable(),
      sentence: z.string(),
      breaking: z.boolean().describe('True when a caller of A cannot call B unchanged'),
    }),
  ),
  speed: z
    .object({
      unit: z.literal('ms'),
      calls: z.number(),
      a: z.object({ p50: finite, p95: finite, p99: finite }),
      b: z.object({ p50: finite, p95: finite, p99: finite }),
      ratio: finite.describe('p50 of B over p50 of A, measured interleaved on this machine'),
    })
    .nullable(),
  size: z.object({ a: z.number(), b: z.number() }).describe('Bytes'),
});
export type Comparison = z.infer<typeof comparison>;

export const release = z.object({
  schema: z.literal('slipway/release@1'),
  release: z.string().describe('r-0001 ...'),
  target: z.string(),
  kind: z.string(),
  action: z.enum(['deploy', 'rollback', 'remove']),
  dryRun: z.boolean(),
  model: modelRef,
  previous: z.string().nullable().describe('Digest that was live before'),
  at: z.string().describe('ISO time'),
  by: z.string(),
  verdict: verdict.nullable().describe('Of the validation the release rests on; null when there is none'),
  override: z.object({ reason: z.string(), by: z.string() }).nullable(),
  plan: z.array(
    z.object({
      name: z.string(),
      sentence: z.string(),
      undo: z.string().describe('How it is undone'),
      state: z.enum(['planned', 'done', 'failed', 'undone', 'skipped']),
      detail: z.string().nullable(),
    }),
  ),
  state: z.enum(['planned', 'live', 'failed', 'undone', 'removed']),
  endpoint: z.string().nullable().describe('Where it answers: a URL or a folder'),
  golden: z
    .object({ rows: z.number(), maxDifference: finite, tolerance: finite })
    .nullable()
    .describe('Golden inputs answered by the target against the local runtime'),
});
export type Release = z.infer<typeof release>;

export type Result = Validation | Explanation | Comparison;
