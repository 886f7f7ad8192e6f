import * as z from 'zod';
import { dataRef, finite, interval, verdict } from './shared.ts';

const sizes = z
  .object({ control: z.number(), treatment: z.number() })
  .describe('Observations of control and treatment');

const arm = z.object({
  name: z.string(),
  n: z.number().describe('Observations that are judged'),
  rows: z.number().describe('Rows of the log: more than n where a unit has several'),
  missing: z.number().describe('Observations without an outcome'),
  value: finite.describe('Share, mean, or sum per row'),
  deviation: finite.describe('Of one observation'),
  interval,
});

const effect = z.object({ difference: interval, relative: interval.nullable(), pValue: finite });

export const ab = z.object({
  schema: z.literal('slipway/ab@1'),
  job: z.string().describe('Digest of the job: kind, data digests, settings'),
  data: z.array(dataRef).describe('The log, and the outcomes where they are apart'),
  settings: z.object({
    arm: z.string(),
    outcome: z.string(),
    metric: z
      .enum(['proportion', 'mean', 'ratio'])
      .describe('ratio: the sum of the outcome per row, where a unit has several rows'),
    positive: z.string().nullable(),
    unit: z.string().nullable(),
    joined: z
      .object({ key: z.string(), logKey: z.string() })
      .nullable()
      .describe('Outcomes of another file: their key, and the key of the log'),
    time: z.string().nullable(),
    covariate: z.string().nullable(),
    missing: finite.nullable(),
    better: z.enum(['higher', 'lower']),
    minEffect: finite.nullable().describe("In the outcome's unit"),
    margin: finite.describe("How much worse it may be, in the outcome's unit"),
    level: finite,
    power: finite,
    share: finite
      .nullable()
      .describe('Of the treatment, planned; null: not known, and sizes are of even arms'),
    horizon: z.number().nullable().describe('Observations an arm at which it is judged once'),
  }),
  decision: z.object({
    kind: z.enum(['ship', 'do-not-ship', 'keep-running', 'broken']),
    sentence: z.string(),
    by: z.enum(['always-valid', 'fixed-horizon']).describe('Which interval decides'),
  }),
  verdict,
  control: arm,
  treatment: arm,
  effect: z.object({
    difference: finite.describe('Treatment less control'),
    relative: finite.nullable().describe('Treatment over control, less 1'),
    fixed: effect
      .extend({ test: z.string(), statistic: finite })
      .describe('Holds when it is looked at once, at a size fixed beforehand'),
    always: effect
      .nullable()
      .describe('Holds however often it is looked at; null before each arm has 50 observations'),
  }),
  adjustment: z
    .object({ slope: finite, explained: finite.describe('Share of the variance that is taken away') })
    .nullable()
    .describe('CUPED'),
  split: z
    .object({
      expected: z.tuple([finite, finite]),
      observed: z.tuple([finite, finite]).describe('Control and treatment, with and without an outcome'),
      statistic: finite,
      pValue: finite,
      mismatched: z.boolean().describe('p below 0.001: the split itself is broken'),
    })
    .nullable()
    .describe('Sample-ratio mismatch, by chi-square; null: not checked, as no split was given'),
  looks: z
    .array(
      z.object({
        n: z.tuple([z.number(), z.number()]),
        until: z.string().nullable().describe('The last time in it'),
        difference: finite,
        low: finite,
        high: finite,
        pValue: finite,
      }),
    )
    .describe('The confidence sequence at up to 100 looks, in the order of time or of the rows'),
  needed: z
    .object({ fixed: sizes, always: sizes })
    .nullable()
    .describe('To find minEffect with the given power, as the control is now; null without one'),
  warnings: z.array(z.string()),
});
export type Ab = z.infer<typeof ab>;
