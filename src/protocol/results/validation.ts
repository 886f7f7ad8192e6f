import * as z from 'zod';
import { errorAnalysis } from './errorAnalysis.ts';
import {
  head,
  cell,
  columnMatch,
  dataRef,
  finite,
  interval,
  modelRef,
  savedAnswers,
  status,
  task,
  verdict,
} from './shared.ts';

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

export const checkNeed = z
  .enum(['model', 'answers', 'data', 'labels', 'reference', 'baseline', 'original', 'group'])
  .describe('`answers`: those of a model, or saved predictions');
export type CheckNeed = z.infer<typeof checkNeed>;

export const checkResult = z.object({
  id: z.string().describe('kebab-case, stable; the policy names it'),
  title: z.string(),
  statistic: z.string().optional().describe('What is measured, by its usual name'),
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
  of: z
    .number()
    .optional()
    .describe(
      'The rows it is a share of (of recall: those of the class) or rests on (of ROC AUC: those of the rarer class), or the clusters of them; absent where that is none of these',
    ),
  better: z.enum(['higher', 'lower', 'neither']),
  unit: z.string().nullable(),
  class: z.string().nullable().describe('The class of a per-class metric, else null'),
  definition: z.string(),
});
export type Metric = z.infer<typeof metric>;

export const namedSlice = z.object({
  name: z.string(),
  where: z.string().describe('The DuckDB condition of its rows'),
  failure: z.string().nullable().describe('Why the condition cannot be used; null: it can'),
  n: z.number().describe('Labelled rows'),
  metrics: z.array(metric).describe('Of these rows alone; empty without any'),
});
export type NamedSlice = z.infer<typeof namedSlice>;

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

const rival = z.union([
  z.object({ model: modelRef }),
  z.object({ predictions: savedAnswers }).describe('Saved predictions in the same data'),
]);

export const validation = z.object({
  schema: z.literal('slipway/validation@1'),
  ...head,
  model: modelRef.nullable().describe('null: saved predictions were judged'),
  predictions: savedAnswers
    .nullable()
    .optional()
    .describe('The columns that were judged in place of a model'),
  baseline: rival.nullable().optional().describe('What the answers were compared with'),
  original: rival.nullable().optional().describe('What the answers had to be the same as'),
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
  errors: errorAnalysis
    .nullable()
    .optional()
    .describe('Slices, error tree and heat maps; null without labels, or with too few'),
  slices: z.array(namedSlice).optional().describe('The slices that the policy names'),
  matching: z.array(columnMatch),
});
export type Validation = z.infer<typeof validation>;
