import * as z from 'zod';
import { dataRef, finite, interval } from './shared.ts';

const outliers = z.object({
  rule: z.string().describe('In words, with its source'),
  low: finite.describe('Values below are outliers'),
  high: finite,
  count: z.number(),
});

export const numberSummary = z.object({
  mean: finite,
  deviation: finite.describe('Standard deviation, n - 1'),
  min: finite,
  max: finite,
  quantiles: z
    .array(z.tuple([finite, finite]))
    .describe('[share, value], linear between neighbours: 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99'),
  zeros: z.number(),
  mad: finite.describe('Median absolute deviation from the median'),
  outliers: z.array(outliers),
  histogram: z.object({
    edges: z.array(finite).describe('Ascending, of bins of equal width'),
    counts: z.array(z.number()),
    below: z.number().describe('Values under the first edge'),
    above: z.number(),
    reference: z.array(finite).nullable().describe('Shares of the reference in the same bins'),
  }),
});
export type NumberSummary = z.infer<typeof numberSummary>;

export const levelSummary = z.object({
  levels: z
    .array(z.object({ name: z.string(), count: z.number(), reference: finite.nullable() }))
    .describe('Commonest first, at most 20; reference: the share there'),
  others: z.number().describe('Values of all other levels'),
  unseen: z
    .object({ distinct: z.number(), words: z.array(z.string()) })
    .nullable()
    .describe(
      'Words that no row of the reference has: how many, and the commonest of them, at most 20; null: not compared',
    ),
});

const labelRelation = z.object({
  measure: z.string(),
  value: finite,
  of: z.string().describe('What `bins` hold of the label, such as "share of bad" or "mean"'),
  bins: z.array(
    z.object({
      name: z.string(),
      n: z.number(),
      value: finite,
      interval: interval.nullable().describe('null: one row has a mean, but no spread'),
    }),
  ),
  others: z.number().describe('Rows of rarer words, which no bin holds'),
});

export const data = z.object({
  schema: z.literal('slipway/data@1'),
  job: z.string().describe('Digest of the job: kind, data digests, label, seed'),
  seed: z.number(),
  data: dataRef,
  reference: dataRef.nullable(),
  label: z.string().nullable(),
  positive: z.string().nullable().describe('The class that shares of the label count'),
  sentence: z.string(),
  findings: z.array(
    z.object({
      kind: z.enum([
        'constant',
        'missing',
        'duplicates',
        'identifier',
        'outliers',
        'correlated',
        'leak',
        'imbalance',
        'drift',
        'missing-drift',
        'unseen',
        'columns',
        'types',
      ]),
      columns: z.array(z.string()),
      sentence: z.string(),
    }),
  ),
  duplicates: z.object({
    rows: z.number().describe('Rows that repeat an earlier one'),
    share: finite,
  }),
  sampled: z.number().describe('Rows behind relations and drift; everything else is of all rows'),
  columns: z.array(
    z.object({
      name: z.string(),
      type: z.string().describe("DuckDB's type"),
      kind: z.enum(['number', 'category', 'time']),
      n: z.number().describe('Values'),
      missing: z.number().describe('Rows without a value, or with one that is not finite'),
      distinct: z.number(),
      flags: z.array(z.string()),
      numbers: numberSummary.nullable(),
      levels: levelSummary.nullable(),
      range: z.tuple([z.string(), z.string()]).nullable().describe('First and last, of times'),
      label: labelRelation.nullable(),
      drift: z
        .object({
          drifted: z.boolean(),
          decidedBy: z.string(),
          psi: finite,
          test: z.string(),
          pValue: finite,
          wasserstein: finite.nullable(),
          jensenShannon: finite,
        })
        .nullable()
        .describe('Of the values that are there'),
      missingDrift: z
        .object({
          drifted: z.boolean(),
          decidedBy: z.string(),
          missing: z.tuple([finite, finite]).describe('Shares in the sampled rows: reference, here'),
          test: z.string(),
          pValue: finite,
          jensenShannon: finite.describe('Distance of missing and not'),
        })
        .nullable()
        .describe('null where neither has missing values'),
    }),
  ),
  relations: z.object({
    columns: z.array(z.string()).describe('At most 60, those that are related most, like beside like'),
    matrix: z.array(z.array(finite)).describe('Strength of each two, by the measure of `pairs`'),
    pairs: z
      .array(
        z.object({
          a: z.string(),
          b: z.string(),
          measure: z.string(),
          value: finite,
          pearson: finite.nullable().describe('Of two numbers'),
        }),
      )
      .describe('Strongest first, at most 100'),
    total: z.number().describe('Pairs of columns that were related'),
  }),
});
export type DataDescription = z.infer<typeof data>;
