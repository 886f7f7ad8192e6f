import * as z from 'zod';
import { cell, dataRef, finite, head, interval, modelRef, task } from './shared.ts';

const side = z.object({
  name: z.string().describe('How sentences call it'),
  where: z.string().nullable().describe('A DuckDB condition on the rows; null: all'),
  rows: z.number().describe('Rows that meet it'),
  n: z.number().describe('Rows explained'),
  method: z.string(),
  exact: z.boolean(),
  baseValue: finite,
  maxAdditivityError: finite.nullable(),
});

export const explanationComparison = z.object({
  schema: z.literal('slipway/explanation-comparison@1'),
  ...head,
  of: z.enum(['versions', 'cohorts']),
  a: modelRef,
  b: modelRef.describe('The same as A when cohorts are compared'),
  data: z.array(dataRef),
  task,
  sentence: z.string(),
  output: z.string().describe('What is explained, such as P(bad)'),
  space: z.enum(['probability', 'raw', 'value']),
  sides: z.object({ a: side, b: side }),
  features: z
    .array(
      z.object({
        feature: z.string(),
        a: finite.nullable().describe('Mean |attribution|; null where the column is not read'),
        b: finite.nullable(),
        delta: finite.describe('B - A'),
        interval: interval.nullable().describe('Paired when both sides have the same rows'),
        rankA: z.number().nullable().describe('1 is the largest'),
        rankB: z.number().nullable(),
        gained: z.number().nullable().describe('Places gained: rank in A minus rank in B'),
        gainedInterval: interval.nullable(),
      }),
    )
    .describe('The largest change first'),
  rows: z
    .array(
      z.object({
        row: z.number().describe('0-based row in the data'),
        label: cell,
        predictionA: finite,
        predictionB: finite,
        moved: finite.describe('Sum of |difference| of the attributions'),
        cosine: finite.nullable().describe("Of the two versions' attributions; null when one is all zero"),
        changes: z.array(z.object({ feature: z.string(), a: finite, b: finite })),
      }),
    )
    .describe('Versions: rows whose reasons changed most, most first. Empty for cohorts'),
});
export type ExplanationComparison = z.infer<typeof explanationComparison>;
