import * as z from 'zod';
import { targetSettings } from '../../deploy/targets/schemas.ts';
import { secretName } from '../../deploy/targets/settings.ts';

const filePath = z.string().min(1);

/** Names are typed in a terminal and become file names: no spaces, slashes or `@`. */
export const entryName = z
  .string()
  .regex(
    /^[\p{L}\p{N}][\p{L}\p{N}._-]*$/u,
    'A name has letters, digits, `.`, `_` and `-`, and starts with a letter or a digit.',
  );

const rule = z
  .strictObject({
    min: z.number().optional().describe('The least value that passes, inclusive.'),
    max: z.number().optional().describe('The greatest value that passes, inclusive.'),
    severity: z
      .enum(['fail', 'warn'])
      .optional()
      .describe('What a broken limit means for the verdict: `fail` stops a deployment, `warn` does not.'),
    off: z.boolean().optional().describe('`true` leaves the check out.'),
  })
  .describe('A limit on a metric or a check.');

export const reviewRuleSettings = z
  .strictObject({
    approvals: z
      .number()
      .int()
      .min(1)
      .max(20)
      .optional()
      .describe('How many reviewers must approve; 1 without it.'),
    roles: z
      .array(z.string().min(1))
      .optional()
      .describe('Roles of `review.roles` that must each be among those who approve, such as `[risk]`.'),
    independent: z
      .boolean()
      .optional()
      .describe('Whether the author of the version may not approve it; `true` without it.'),
    maxAge: z
      .number()
      .min(1)
      .optional()
      .describe('Days after which an approval no longer counts; without it, its own expiry alone.'),
    unsigned: z
      .boolean()
      .optional()
      .describe('`true` lets approvals without a signature count; `false` without it.'),
  })
  .describe('The review that a version needs before it is deployed; without it, none.');
export type ReviewRuleSettings = z.infer<typeof reviewRuleSettings>;

export const reviewSettings = z
  .strictObject({
    signers: filePath.describe(
      'The allowed signers (`man ssh-keygen`, ALLOWED SIGNERS), relative to slipway.yaml, such as `.slipway/allowed_signers`.',
    ),
    revision: z
      .string()
      .min(1)
      .describe(
        'The protected git revision that the signers, the roles and the review rule are read from, such as `origin/main`: never the branch under review.',
      ),
    roles: z
      .record(z.string(), z.array(z.string().min(1)))
      .optional()
      .describe('Principals of the signers by role, such as `risk: [ada@example.org]`.'),
  })
  .describe('Who may sign reviews.');
export type ReviewSettings = z.infer<typeof reviewSettings>;

const signature = z.record(z.string(), z.string().min(1));

export const policySettings = z
  .strictObject({
    review: reviewRuleSettings.optional(),
    metrics: z
      .record(z.string(), rule)
      .optional()
      .describe('Limits by metric name, such as `roc_auc: { min: 0.7 }`.'),
    checks: z
      .record(z.string(), rule)
      .optional()
      .describe('Limits by check id, such as `latency-p99: { max: 50, severity: warn }`.'),
    margins: z
      .record(z.string(), z.number().min(0))
      .optional()
      .describe(
        'How much worse a new version may be when two are compared, by metric name, in its own unit.',
      ),
    groups: z
      .array(z.string().min(1))
      .optional()
      .describe('Columns whose groups are looked at one by one, such as `[purpose]`.'),
    slices: z
      .record(
        entryName,
        z.strictObject({
          where: z
            .string()
            .min(1)
            .describe('The rows, as a DuckDB condition over the columns of the data, such as `age < 30`.'),
          metric: z
            .string()
            .min(1)
            .optional()
            .describe('What is measured on them; without it, `accuracy` or `mean_absolute_error`.'),
          min: z.number().optional().describe('The least value that passes, inclusive.'),
          max: z.number().optional().describe('The greatest value that passes, inclusive.'),
          severity: z
            .enum(['fail', 'warn'])
            .optional()
            .describe('What a broken limit means for the verdict; `fail` without it.'),
          rows: z
            .number()
            .int()
            .min(1)
            .optional()
            .describe('Labelled rows below which the slice is not judged; 30 without it.'),
        }),
      )
      .optional()
      .describe('Rows that are measured by themselves, by name: each is a check.'),
    costs: z
      .strictObject({
        falsePositive: z.number().min(0).describe('What a false alarm costs.'),
        falseNegative: z.number().min(0).describe('What a missed positive costs.'),
      })
      .optional()
      .describe(
        'What the two errors of a binary task cost, in one unit: the decision threshold is judged by it.',
      ),
    intervals: z
      .strictObject({
        method: z
          .enum(['percentile', 'bca'])
          .optional()
          .describe('`percentile`, or `bca` (bias-corrected and accelerated); `percentile` without it.'),
        stratified: z
          .boolean()
          .optional()
          .describe('`true` keeps the number of rows of each class in each resample; `false` without it.'),
        cluster: z
          .string()
          .min(1)
          .optional()
          .describe(
            'The column that says which rows belong together, such as `customer`: they are drawn together, because they are no independent observations. Fairness, slices and rankings count them too.',
          ),
      })
      .optional()
      .describe('How the bootstrap intervals of metrics and of differences between versions are made.'),
    monotonic: z
      .record(z.string(), z.enum(['increasing', 'decreasing']))
      .optional()
      .describe(
        'Columns of numbers whose larger values must raise (or lower) the answer or leave it, such as `age: increasing`.',
      ),
    contract: z
      .strictObject({
        inputs: signature.describe('Every input, such as `age: float32 [?, 1]`.'),
        outputs: signature.describe('The outputs that callers read.'),
      })
      .optional()
      .describe('The signature that callers rely on: names with type and shape, `?` for any size.'),
  })
  .describe('What a version must meet before it is deployed.');
export type PolicySettings = z.infer<typeof policySettings>;

const constraintSettings = z
  .strictObject({
    frozen: z
      .array(z.string().min(1))
      .optional()
      .describe('Columns that counterfactuals leave as they are, such as `[sex, age]`.'),
    bounds: z
      .record(
        z.string(),
        z.strictObject({
          min: z.number().optional().describe('The least value, inclusive.'),
          max: z.number().optional().describe('The greatest value, inclusive.'),
        }),
      )
      .optional()
      .describe('Values a column may change to, such as `duration_months: { min: 6, max: 48 }`.'),
    monotonic: z
      .record(z.string(), z.enum(['increasing', 'decreasing']))
      .optional()
      .describe('Columns that may only go one way, such as `age: increasing`.'),
    monotone: z
      .record(z.string(), z.enum(['increase', 'decrease']))
      .optional()
      .describe('The older word for `monotonic`, with `increase` and `decrease`; still read.'),
  })
  .describe('What counterfactuals may change.');

const predictionSettings = z
  .strictObject({
    column: z
      .string()
      .min(1)
      .optional()
      .describe('The column of the holdout that holds the predicted classes or values.'),
    scores: z
      .array(z.string().min(1))
      .optional()
      .describe(
        'The columns that hold the probabilities: one of the positive class, or one a class, as `column` or `class=column`.',
      ),
  })
  .describe(
    'A model that is no ONNX file, by its answers saved in the holdout: it is measured, checked and compared by them.',
  );

const trainSettings = z
  .strictObject({
    command: z.string().min(1).describe('The program, such as `python`: started as it is, without a shell.'),
    args: z
      .array(z.string())
      .default([])
      .describe(
        'Its arguments. `{train}` and `{test}` stand for files with the rows of the fold, `{output}` for the folder that takes the model, `{fold}` and `{seed}` for numbers; they are also given as SLIPWAY_TRAIN, SLIPWAY_TEST, SLIPWAY_OUTPUT, SLIPWAY_FOLD and SLIPWAY_SEED.',
      ),
    output: z
      .string()
      .min(1)
      .default('model.onnx')
      .describe(
        'The file it leaves in the output folder; `slipway rank --train` takes every .onnx file there.',
      ),
  })
  .describe(
    'The command that trains the model: run for each fold by `slipway cross-validate --retrain`, and only when that is asked for.',
  );

const registrySettings = z
  .strictObject({
    url: z
      .url({ protocol: /^https?$/ })
      .describe('The tracking server, such as `https://mlflow.example.org`.'),
    name: z.string().min(1).describe('The name of the registered model.'),
    token: secretName
      .optional()
      .describe(
        'The name of the secret that holds the token; without it, MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, of the environment.',
      ),
  })
  .describe(
    'A registered model of MLflow: its versions are listed, and fetched when they are used. In place of `path`.',
  );

export const modelSettings = z
  .strictObject({
    path: filePath
      .optional()
      .describe(
        'The .onnx file, relative to slipway.yaml, or a glob: the part its wildcards match is the version name. Required, unless `predictions` or `mlflow` stand in its place.',
      ),
    versions: z
      .enum(['files', 'git'])
      .default('files')
      .describe(
        'Where versions come from: `files` takes each file that `path` matches, `git` the history of the one file at `path`.',
      ),
    mlflow: registrySettings.optional(),
    task: z
      .enum(['binary', 'multiclass', 'regression'])
      .optional()
      .describe('What the model predicts; without it, worked out from its outputs.'),
    label: z.string().min(1).optional().describe('The column of the data that holds the true answer.'),
    positive: z
      .union([z.string(), z.number(), z.boolean()])
      .optional()
      .describe('The positive class of a binary task, as the label column has it; without it, the last one.'),
    threshold: z
      .number()
      .min(0)
      .max(1)
      .optional()
      .describe('Probability of the positive class from which it is predicted; 0.5 without it.'),
    unit: z.string().optional().describe('Unit of the predicted value, such as `bikes/hour`.'),
    data: z
      .strictObject({
        holdout: filePath
          .optional()
          .describe('Labelled rows the model has not seen: .csv, .parquet or .jsonl.'),
        reference: filePath.optional().describe('The data it was trained on: .csv, .parquet or .jsonl.'),
        background: filePath
          .optional()
          .describe('Rows that explanations compare with; without it, the reference, else the data itself.'),
      })
      .optional()
      .describe('Data sets by role, relative to slipway.yaml.'),
    predictions: predictionSettings.optional(),
    explain: constraintSettings.optional(),
    train: trainSettings.optional(),
    baseline: z
      .string()
      .min(1)
      .optional()
      .describe(
        'The version that stands now, such as `1.0.0`, or the path of its file: a new version must not be worse than it.',
      ),
    original: z
      .strictObject({
        model: z.string().min(1).optional().describe('A version or the path of an .onnx file.'),
        predictions: z
          .string()
          .min(1)
          .optional()
          .describe('The column of the holdout that holds its predictions.'),
        scores: z
          .array(z.string().min(1))
          .optional()
          .describe(
            'The columns that hold its probabilities: one of the positive class, or one a class, as `column` or `class=column`.',
          ),
      })
      .optional()
      .describe(
        'The model before it was exported or quantised, or its saved answers: the answers must be the same.',
      ),
    policy: policySettings
      .optional()
      .describe(
        'The policy of this model, with the keys of `policy`: its rules come over those for all models.',
      ),
  })
  .describe('A model and its versions.');
export type ModelSettings = z.infer<typeof modelSettings>;

/** slipway.yaml. Completion, hover and docs/reference/slipway-yaml.md are made from this. */
export const configSchema = z
  .strictObject({
    version: z.literal(1).describe('Version of this file format: 1.'),
    models: z.record(entryName, modelSettings).optional().describe('Models by name.'),
    policy: policySettings.optional().describe('The policy for all models.'),
    review: reviewSettings.optional(),
    targets: z.record(entryName, targetSettings).optional().describe('Places to deploy to, by name.'),
  })
  .describe('slipway.yaml: the models of a folder, how they are judged and where they are deployed.');

/** The part of JSON Schema (2020-12) that zod makes of our schemas. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema;
  readonly oneOf?: readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
  readonly enum?: readonly (string | number | boolean | null)[];
  readonly const?: string | number | boolean | null;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
}

export function configJsonSchema(): JsonSchema {
  return z.toJSONSchema(configSchema, { io: 'input' }) as JsonSchema;
}
