import * as z from 'zod';
import { dataRef, finite, interval, modelRef, status, task, verdict } from './shared.ts';

const cell = z.object({
  value: finite.nullable(),
  delta: finite.nullable().describe('Less the value of the first version; null for the first'),
  interval: interval.nullable().describe('Of the difference; paired'),
  p: finite.nullable().describe('Two-sided, that it does not differ from the first'),
  adjusted: finite.nullable().describe('p for all versions of the table at once (Holm)'),
  status: status.nullable().describe('Whether it keeps the margin; null for the first'),
});

/** Three or more versions: each held against the first on the same rows. */
export const versionTable = z.object({
  schema: z.literal('slipway/version-table@1'),
  job: z.string().describe('Digest of the digests of the comparisons it rests on, in their order'),
  engine: z.string(),
  seed: z.number(),
  data: z.array(dataRef),
  label: z.string().nullable(),
  task,
  n: z.number(),
  sentence: z.string(),
  metrics: z.array(
    z.object({
      name: z.string(),
      title: z.string(),
      better: z.enum(['higher', 'lower', 'neither']),
      unit: z.string().nullable(),
    }),
  ),
  headline: z.string().nullable().describe('The metric by which versions are placed'),
  versions: z
    .array(
      z.object({
        model: modelRef,
        comparison: z
          .string()
          .nullable()
          .describe('Job of its comparison with the first; null for the first'),
        place: z.number().describe('By the headline metric, 1 is the best'),
        cells: z.array(cell).describe('In the order of `metrics`'),
        verdict: verdict.nullable(),
        flips: z
          .object({ negative: z.number(), positive: z.number() })
          .nullable()
          .describe('Rows that only the first, or only this one, has right; null for values'),
        churn: finite
          .nullable()
          .describe('Share of rows whose predicted class differs from that of the first'),
        regressions: z.array(z.string()).describe('Slices that are worse than with the first'),
        breaking: z.array(z.string()).describe('Changes that break a caller of the first'),
        changes: z.number().describe('Changes of the graph in all'),
        size: z.number().nullable().describe('Bytes; null: saved predictions'),
        latency: finite
          .nullable()
          .describe('Median over that of the first, measured in turn on this machine'),
      }),
    )
    .describe('In the order they were given'),
});
export type VersionTable = z.infer<typeof versionTable>;
