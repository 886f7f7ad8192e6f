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
