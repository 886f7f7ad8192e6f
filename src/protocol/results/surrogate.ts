import * as z from 'zod';
import { dataRef, finite, head, interval, modelRef, task } from './shared.ts';

const estimate = z.object({ value: finite.nullable(), interval: interval.nullable() });

export const surrogate = z.object({
  schema: z.literal('slipway/surrogate@1'),
  ...head,
  model: modelRef,
  data: z.array(dataRef),
  task,
  sentence: z.string(),
  output: z.string().describe('What the tree says, such as P(bad)'),
  cohort: z.string().nullable().describe('The condition on the rows; null: all of them'),
  fitted: z.number().describe('Rows it was fitted on'),
  held: z.number().describe('Rows held out, on which its fidelity is measured'),
  fidelity: z.object({
    r2: estimate.describe("Share of the variance of the model's answers that the tree accounts for"),
    agreement: estimate
      .nullable()
      .describe('Share of rows on the same side of the threshold; null without one'),
    threshold: finite.nullable(),
  }),
  depth: z.number(),
  leaves: z.number(),
  nodes: z
    .array(
      z.object({
        parent: z.number().nullable().describe('Place in this list; null for the root'),
        branch: z.enum(['yes', 'no']).nullable().describe("Of the parent's test"),
        n: z.number().describe('Rows fitted on that come here'),
        value: finite.describe('Their mean answer'),
        test: z
          .object({
            feature: z.string(),
            threshold: finite.nullable().describe('Yes: at most this; null for words'),
            levels: z.array(z.string()).nullable().describe('Yes: one of these; null for numbers'),
            missing: z.boolean().describe('Whether a missing value is a yes'),
          })
          .nullable()
          .describe('null for a leaf'),
      }),
    )
    .describe('The root first, then its yes side, then its no side'),
});
export type Surrogate = z.infer<typeof surrogate>;
