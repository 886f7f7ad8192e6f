import * as z from 'zod';
import { head, cell, dataRef, finite, interval, modelRef, status, task, verdict } from './shared.ts';

export const flipRow = z.object({
  row: z.number(),
  label: cell,
  a: cell.describe('What A predicts'),
  b: cell,
  scoreA: finite.nullable(),
  scoreB: finite.nullable(),
  inputs: z.array(cell),
});
export type FlipRow = z.infer<typeof flipRow>;

export const comparison = z.object({
  schema: z.literal('slipway/comparison@1'),
  ...head,
  a: modelRef,
  b: modelRef,
  data: z.array(dataRef),
  label: z.string().nullable(),
  task,
  classes: z.array(z.string()),
  positive: z.string().nullable(),
  n: z.number(),
  sentence: z.string(),
  verdict,
  metrics: z.array(
    z.object({
      name: z.string(),
      title: z.string(),
      better: z.enum(['higher', 'lower', 'neither']),
      unit: z.string().nullable().optional(),
      a: finite.nullable(),
      b: finite.nullable(),
      delta: finite.nullable().describe('B - A'),
      interval: interval.nullable().describe('Paired: the same rows resampled for both'),
      margin: finite.nullable().describe('How much worse B may be, in the unit of the metric'),
      status,
      p: finite.nullable().optional().describe('Two-sided, that they do not differ'),
      adjusted: finite.nullable().optional().describe('p for all metrics at once (Holm)'),
      test: z.string().nullable().optional().describe("DeLong, McNemar's, or by the paired resamples"),
    }),
  ),
  flips: z
    .object({
      bothRight: z.number(),
      onlyA: z.number().describe('Negative flips: A right, B wrong'),
      onlyB: z.number().describe('Positive flips'),
      bothWrong: z.number(),
      pValue: finite.nullable(),
      test: z.string().describe('McNemar, exact or corrected'),
      negative: z.array(flipRow),
      positive: z.array(flipRow),
    })
    .nullable()
    .describe('Classification only'),
  changes: z
    .array(flipRow)
    .nullable()
    .describe('Regression: the rows whose absolute error changed most, worst first'),
  churn: z
    .object({ rows: z.number(), n: z.number(), share: finite, interval })
    .nullable()
    .optional()
    .describe('Rows, labelled or not, whose predicted class differs; null for values'),
  features: z.array(z.string()).describe('Columns of the flip rows'),
  slices: z.array(
    z.object({
      slice: z.string(),
      where: z.string().optional().describe('A DuckDB condition that holds for its rows'),
      crossed: z
        .literal(true)
        .optional()
        .describe('Of two features: half of the rows found it, and all numbers here are of the other half'),
      n: z.number(),
      metric: z.string(),
      a: finite.nullable(),
      b: finite.nullable(),
      delta: finite.nullable(),
      interval: interval.nullable(),
      status,
    }),
  ),
  importances: z.array(
    z.object({
      feature: z.string(),
      a: finite.nullable(),
      b: finite.nullable(),
      intervalA: interval.nullable(),
      intervalB: interval.nullable(),
    }),
  ),
  structure: z.array(
    z.object({
      kind: z.enum(['input', 'output', 'operator', 'opset', 'metadata', 'weights', 'size']),
      name: z.string(),
      a: z.string().nullable(),
      b: z.string().nullable(),
      sentence: z.string(),
      breaking: z.boolean().describe('True when a caller of A cannot call B unchanged'),
    }),
  ),
  speed: z
    .object({
      unit: z.literal('ms'),
      calls: z.number(),
      a: z.object({ p50: finite, p95: finite, p99: finite }),
      b: z.object({ p50: finite, p95: finite, p99: finite }),
      ratio: finite.describe('p50 of B over p50 of A, measured interleaved on this machine'),
    })
    .nullable(),
  size: z
    .object({ a: z.number().nullable(), b: z.number().nullable() })
    .describe('Bytes; null: saved predictions'),
  notRun: z
    .array(z.object({ part: z.enum(['importances', 'structure', 'speed']), sentence: z.string() }))
    .optional()
    .describe('What cannot be known of saved predictions'),
});
export type Comparison = z.infer<typeof comparison>;
