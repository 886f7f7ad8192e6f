import * as z from 'zod';

/**
 * What the documents a job returns are made of. A document is the same bytes in the editor, from the CLI and in
 * the store: nothing in it depends on the clock or the machine, except what says that it is measured.
 */

export const finite = z.number();
export const cell = z.union([z.number(), z.string(), z.boolean(), z.null()]);

export const interval = z
  .object({
    low: finite,
    high: finite,
    level: finite.describe('Confidence level, such as 0.95'),
    method: z.string().describe('How it was made, such as "percentile bootstrap, 1,000 resamples"'),
  })
  .describe('A confidence interval');
export type Interval = z.infer<typeof interval>;

export const savedAnswers = z.object({
  prediction: z.string().nullable().describe('The column of the predicted class or value'),
  scores: z.array(z.object({ column: z.string(), class: z.string().nullable() })).readonly(),
});

export const modelRef = z.object({
  digest: z.string().describe('SHA-256 of the model file and its external data, hex'),
  name: z.string().nullable().describe('The model in slipway.yaml; null for a bare file'),
  version: z.string().nullable().describe('The version name that was resolved to the digest'),
  path: z.string().describe('Relative to the workspace when it lies in it'),
  size: z.number().describe('Bytes'),
  predictions: savedAnswers
    .optional()
    .describe(
      'Saved predictions in place of a model: columns of the data at `path`; the digest is over both',
    ),
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

export const verdict = z.object({
  status,
  sentence: z.string(),
  failed: z.array(z.string()).describe('Names of the rules (checks, metrics) that fail'),
  warned: z.array(z.string()),
  inconclusive: z.array(z.string()),
});
export type Verdict = z.infer<typeof verdict>;

export const answer = z
  .object({
    value: finite.describe('The explained number'),
    class: z.string().nullable().describe('The predicted class; null for regression'),
  })
  .describe("The runtime's answer");

export const head = {
  job: z.string().describe('Digest of the job: kind, model and data digests, settings, seed'),
  engine: z.string().describe('Slipway and ONNX Runtime versions'),
  seed: z.number(),
  settings: z.record(z.string(), z.union([cell, z.array(cell)])),
};

export const task = z.enum(['binary', 'multiclass', 'regression', 'unknown']);
