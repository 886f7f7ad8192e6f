import * as z from 'zod';
import { answer, cell, dataRef, finite, head, modelRef, task } from './shared.ts';

export const counterfactuals = z.object({
  schema: z.literal('slipway/counterfactuals@1'),
  ...head,
  model: modelRef,
  data: z.array(dataRef),
  task,
  sentence: z.string(),
  output: z.string().describe('What the explained number is, such as P(bad)'),
  row: z.number().nullable().describe('0-based row in the data; null for values of no row'),
  features: z.array(z.object({ name: z.string(), kind: z.enum(['number', 'category']) })),
  inputs: z.array(cell).describe('In the order of `features`'),
  answer,
  wanted: z.string().describe('The answer looked for, in words'),
  constraints: z.object({
    frozen: z.array(z.string()),
    bounds: z.record(z.string(), z.object({ min: finite.optional(), max: finite.optional() })),
    monotonic: z.record(z.string(), z.enum(['increasing', 'decreasing'])),
  }),
  method: z.enum(['nice', 'lire', 'nice+lire']),
  distance: z.string().describe('The distance, in words'),
  counterfactuals: z
    .array(
      z.object({
        method: z.enum(['nice', 'lire']),
        distance: finite,
        changes: z.array(z.object({ feature: z.string(), from: cell, to: cell })),
        inputs: z.array(cell).describe('In the order of `features`'),
        answer,
        toward: z.number().describe('0-based row of the reference that it was found from'),
      }),
    )
    .describe('Nearest first'),
  why: z.string().nullable().describe('Why there is none, or why a method was left out'),
  proof: z.object({
    reference: z.number().describe('Reference rows looked at'),
    evaluations: z.number().describe('Rows evaluated by the runtime'),
    rescored: z.number().describe('Counterfactuals put to the runtime again, as the values shown'),
    confirmed: z.number().describe('Of these, with the wanted answer; the others are left out'),
  }),
});
export type Counterfactuals = z.infer<typeof counterfactuals>;
