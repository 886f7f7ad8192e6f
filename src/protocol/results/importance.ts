import * as z from 'zod';
import { explanation, explanationWarning } from './explanation.ts';
import { dataRef, finite, head, interval, modelRef, task } from './shared.ts';

export const importance = z.object({
  schema: z.literal('slipway/importance@1'),
  ...head,
  model: modelRef,
  data: z.array(dataRef),
  task,
  n: z.number().describe('Labelled rows the measure is over'),
  cohort: explanation.shape.cohort,
  sentence: z.string(),
  method: z.enum(['permutation', 'sage']),
  exact: z.boolean().describe('Exact for these rows and this background, not sampled'),
  measure: z.object({
    name: z.string().describe('A metric (roc_auc ...), or the loss of SAGE (log_loss, squared_error)'),
    title: z.string(),
    better: z.enum(['higher', 'lower']),
    unit: z.string().nullable(),
    value: finite.describe('Of the model on the rows as they are'),
    without: finite
      .nullable()
      .describe('SAGE: of the mean prediction, knowing no column; the values sum to the difference'),
  }),
  background: z
    .object({ description: z.string(), rows: z.number(), digest: z.string() })
    .nullable()
    .describe('What hidden columns are filled from (SAGE)'),
  repeats: z.number().nullable().describe('Shuffles of each player (permutation)'),
  features: z.array(z.string()).describe('The columns that the model reads'),
  global: z
    .array(
      z.object({
        feature: z.string().describe('A column, or the name of a group'),
        columns: z.array(z.string()).describe('The columns that are hidden or shuffled together'),
        value: finite.describe('How much worse the measure gets without them; below 0: noise, or harm'),
        interval: interval.nullable(),
        share: finite.describe('Of the sum of the positive values, 0 to 1'),
      }),
    )
    .describe('Largest first'),
  groups: z
    .object({
      by: z.enum(['none', 'correlation', 'user']),
      threshold: finite.nullable().describe('Association from which columns are shuffled together'),
    })
    .describe('Why columns share a value'),
  warnings: z.array(explanationWarning),
  proof: z.object({
    evaluations: z.number(),
    additivityError: finite
      .nullable()
      .describe('SAGE: |sum of the values - (without - value)|, of the same rows'),
    stopped: z.enum(['budget', 'precision']).nullable().describe('Why sampling ended'),
    n: z.number(),
    seed: z.number(),
  }),
});
export type Importance = z.infer<typeof importance>;
