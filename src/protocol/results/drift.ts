import * as z from 'zod';
import { dataRef, finite, interval, verdict } from './shared.ts';

export const drift = z.object({
  schema: z.literal('slipway/drift@1'),
  job: z.string().describe('Digest of the job: kind, data digests, seed'),
  seed: z.number(),
  before: dataRef,
  now: dataRef,
  sampled: z.tuple([z.number(), z.number()]).describe('Rows of each that were looked at'),
  verdict,
  columns: z.array(
    z.object({
      name: z.string(),
      kind: z.enum(['number', 'category', 'time']),
      n: z.tuple([z.number(), z.number()]).describe('Values that are not missing'),
      missing: z.tuple([finite, finite]).describe('Shares missing'),
      drifted: z.boolean(),
      decidedBy: z.string().describe('The measure that decides, in words'),
      psi: finite.describe('Population stability index over `bins`'),
      test: z.string(),
      statistic: finite,
      pValue: finite,
      wasserstein: finite.nullable().describe('In standard deviations of the first data set'),
      jensenShannon: finite.describe('Distance of the bins, logarithms to base 2'),
      hellinger: finite,
      bins: z.array(z.object({ name: z.string(), before: finite, now: finite })),
      range: z
        .object({ before: z.tuple([z.string(), z.string()]), now: z.tuple([z.string(), z.string()]) })
        .optional()
        .describe(
          'Of times (UTC): the first and the last; measures are of seconds, and times do not count for the verdict',
        ),
    }),
  ),
  missing: z
    .array(
      z.object({
        name: z.string(),
        missing: z.tuple([finite, finite]).describe('Shares missing'),
        drifted: z.boolean(),
        decidedBy: z.string().describe('The measure that decides, in words'),
        test: z.string(),
        pValue: finite,
        jensenShannon: finite.describe('Distance of missing and not, logarithms to base 2'),
      }),
    )
    .describe(
      'Drift of missing values, of columns with some; `columns` is about the values that are there, and lacks columns without values',
    ),
  onlyBefore: z.array(z.string()).describe('Columns that only the first has'),
  onlyNow: z.array(z.string()),
  classifier: z
    .object({
      auc: finite.describe('Out of fold: 0.5 when the two cannot be told apart'),
      interval,
      rows: z.tuple([z.number(), z.number()]),
      columns: z.array(z.object({ name: z.string(), strength: finite })),
    })
    .nullable(),
});
export type Drift = z.infer<typeof drift>;
