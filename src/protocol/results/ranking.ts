import * as z from 'zod';
import { dataRef, finite, interval, modelRef } from './shared.ts';

export const ranking = z.object({
  schema: z.literal('slipway/ranking@1'),
  job: z.string().describe('Digest of the job: models, data, metric, resamples, seed'),
  seed: z.number(),
  sentence: z.string(),
  data: dataRef,
  label: z.string(),
  task: z.enum(['binary', 'multiclass', 'regression']),
  metric: z.object({
    name: z.string(),
    title: z.string(),
    better: z.enum(['higher', 'lower', 'neither']),
    unit: z.string().nullable(),
  }),
  n: z.number().describe('Labelled rows'),
  resampled: z.number().describe('Rows a resample, behind the correction and the intervals'),
  candidates: z
    .array(
      z.object({
        rank: z.number(),
        model: modelRef,
        value: finite.nullable(),
        interval: interval.nullable(),
        behind: z
          .object({ value: finite, interval, pValue: finite })
          .nullable()
          .describe(
            'To the best, below 0 is worse; corrected for all pairs of candidates together. null: the best, or too few rows for an interval',
          ),
        asGood: z.boolean().describe('Not told from the best'),
      }),
    )
    .describe('Best first'),
  corrected: z
    .object({ value: finite, interval, optimism: finite.describe('What the choice added') })
    .nullable()
    .describe(
      'What the best can be expected to reach on new rows: it was chosen by the rows it is measured on',
    ),
  failed: z
    .array(z.object({ path: z.string(), sentence: z.string() }))
    .describe('Candidates that could not be measured'),
});
export type RankingResult = z.infer<typeof ranking>;
