import * as z from 'zod';
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
    .describe(
      'tree, tree-path, linear, shapley-exact, shapley-leverage, shapley-permutation, owen-exact ...',
    ),
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
  groups: z
    .object({
      by: z.enum(['user', 'correlation']),
      threshold: finite.nullable().describe('Association from which columns are grouped'),
      owen: z
        .boolean()
        .describe(
          'Each column has a value as a member of its group; else a group has one, as one of `features`',
        ),
      members: z
        .array(z.object({ name: z.string(), columns: z.array(z.string()) }))
        .describe('Groups of two columns and more; empty for the tree of a clustering'),
    })
    .nullable()
    .describe('Columns that are explained together, when asked for'),
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
      errors: z
        .array(finite)
        .nullable()
        .describe('Standard errors, widened where few samples say them; null when exact'),
      interactions: z
        .array(z.array(finite))
        .nullable()
        .describe(
          'Features x features, each line summing to its value; null when not asked for, or above a million in all',
        ),
    }),
  ),
  rowsFile: z
    .object({ path: z.string(), rows: z.number() })
    .nullable()
    .describe('The Parquet file that holds the rows, when they were asked for there; `rows` is then empty'),
  shard: z
    .object({
      index: z.number().describe('1 to `of`'),
      of: z.number(),
      whole: z.string().describe('Digest of the job without parts'),
    })
    .nullable()
    .describe('The part of the rows that this document has; null: all'),
  warnings: z.array(explanationWarning),
  proof: z.object({
    baseValue: finite,
    meanBackgroundPrediction: finite.nullable(),
    maxAdditivityError: finite.nullable(),
    readingError: finite
      .nullable()
      .describe('Largest difference of the scores of the model as it is read from those of the runtime'),
    whyNotExact: z.string().nullable().describe('Why the model has no exact method'),
    sampling: z
      .object({
        widest: finite
          .nullable()
          .describe('95 % half-width of the value that is known least; null: not known'),
        stopped: z.number().describe('Rows whose intervals were small enough before the budget was used'),
        coalitions: finite.describe('Asked a row, on average'),
      })
      .nullable()
      .describe('How far sampling went; null for exact values'),
    evaluations: z.number(),
    method: z.string(),
    n: z.number(),
    seed: z.number(),
  }),
});
export type Explanation = z.infer<typeof explanation>;
