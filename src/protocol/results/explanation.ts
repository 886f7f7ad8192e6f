import { z } from 'zod';
import { head, cell, dataRef, finite, interval, modelRef, task } from './shared.ts';

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
  cohort: z
    .object({
      where: z.string().describe('A DuckDB condition'),
      rows: z.number().describe('Rows that meet it'),
    })
    .nullable()
    .describe('Which rows of the data the explanation is about; null: all of them'),
  sentence: z.string(),
  output: z.object({
    name: z.string(),
    class: z.string().nullable(),
    index: z.number().describe('Column of the output'),
    title: z.string().describe('Such as P(bad)'),
  }),
  space: z.enum(['probability', 'raw', 'value']),
  method: z
    .string()
    .describe('tree, tree-path, linear, shapley-exact, shapley-leverage, shapley-permutation ...'),
  exact: z.boolean(),
  definition: z.string().describe('What the attributions are, in a sentence'),
  background: z.object({ description: z.string(), rows: z.number(), digest: z.string() }),
  features: z.array(
    z.object({
      name: z.string().describe('Of the column, or of columns that are explained together'),
      columns: z.array(z.string()).describe('The columns: one but where the model mixes them'),
      kind: z.enum(['number', 'category']),
      levels: z.array(z.string()).nullable(),
    }),
  ),
  baseValue: finite,
  global: z
    .array(
      z.object({
        feature: z.string(),
        value: finite.describe('Mean |attribution|'),
        interval: interval.nullable(),
        share: finite.describe('Of the sum over all features, 0 to 1'),
      }),
    )
    .describe('Largest first'),
  interactions: z
    .object({
      values: z
        .array(z.array(finite))
        .describe(
          'Mean |interaction value| over the rows, features x features; on the diagonal what is left of the main effect',
        ),
    })
    .nullable()
    .describe('When asked for'),
  rows: z.array(
    z.object({
      row: z.number().describe('0-based row in the data'),
      prediction: finite,
      label: cell,
      inputs: z.array(cell).describe('In the order of `features`'),
      values: z.array(finite).describe('Attributions in the order of `features`'),
      errors: z.array(finite).nullable().describe('Standard errors; null when exact'),
      interactions: z
        .array(z.array(finite))
        .nullable()
        .describe('Features x features, each line summing to its value; null when not asked for'),
    }),
  ),
  rowsFile: z
    .object({ path: z.string(), rows: z.number() })
    .nullable()
    .describe('The Parquet file that holds the rows, when they were asked for there; `rows` is then empty'),
  warnings: z.array(explanationWarning),
  proof: z.object({
    baseValue: finite,
    meanBackgroundPrediction: finite.nullable(),
    maxAdditivityError: finite.nullable(),
    readingError: finite
      .nullable()
      .describe('Largest difference of the scores of the model as it is read from those of the runtime'),
    whyNotExact: z.string().nullable().describe('Why the model has no exact method'),
    evaluations: z.number(),
    method: z.string(),
    n: z.number(),
    seed: z.number(),
  }),
});
export type Explanation = z.infer<typeof explanation>;
