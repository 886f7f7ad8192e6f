import * as z from 'zod';
import { cell, dataRef, finite, head, interval, modelRef, task } from './shared.ts';

export const tokens = z.object({
  schema: z.literal('slipway/tokens@1'),
  ...head,
  model: modelRef,
  data: z.array(dataRef),
  task,
  n: z.number().describe('Texts explained'),
  sentence: z.string(),
  output: z.object({ name: z.string(), title: z.string().describe('Such as P(spam)') }),
  space: z.enum(['probability', 'raw', 'value']),
  maskToken: z.number(),
  padToken: z.number(),
  rows: z.array(
    z.object({
      row: z.number().describe('0-based row in the data'),
      class: z.string().nullable().describe('Whose score is explained; null for a value'),
      prediction: finite,
      hidden: finite.describe('The base value: the prediction with every token hidden'),
      label: cell,
      method: z.string().describe('shapley-exact up to 11 tokens, else sampled'),
      tokens: z.array(
        z.object({
          position: z.number(),
          id: z.number(),
          word: z.string().nullable(),
          value: finite.describe('Shapley value of the token against its mask'),
          error: finite.nullable().describe('Standard error; null when exact'),
          interval: interval.nullable().optional().describe('Of the value, from its error; null when exact'),
        }),
      ),
      additivityError: finite,
    }),
  ),
  evaluations: z.number(),
});
export type TokensResult = z.infer<typeof tokens>;
