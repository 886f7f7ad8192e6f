import * as z from 'zod';
import { finite, interval } from './shared.ts';

const half = z.object({ n: z.number(), value: finite });
const where = z.string().describe('A DuckDB condition that holds for its rows and no others');

/** Where a model errs more than elsewhere: a part of a validation with labels. */
export const errorAnalysis = z.object({
  measure: z
    .enum(['accuracy', 'mean_absolute_error'])
    .describe('What every `value` below is: accuracy, or the mean absolute error'),
  overall: finite,
  halves: z
    .object({ discovery: half, confirmation: half })
    .describe('Labelled rows (of at most 50,000), drawn into halves: one finds, the other confirms'),
  leastRows: z
    .number()
    .describe('Rows (clusters of them, with `clusters`) that a slice has at least in each half'),
  clusters: z
    .string()
    .optional()
    .describe(
      "The column, where intervals and tests are over its clusters (the policy's `intervals.cluster`)",
    ),
  tried: z.number().describe('Slices of one and two columns that the discovery half was asked about'),
  slices: z
    .array(
      z.object({
        name: z.string().describe('"purpose = education and age <= 30"'),
        columns: z.array(z.string()),
        where,
        merged: z.array(z.string()).describe('Slices with mostly the same rows, told by this one'),
        more: z.number().describe('How many further merged ones are left out'),
        n: z.number().describe('Labelled rows of both halves'),
        discovery: half,
        confirmation: half.extend({ interval }),
        ratio: finite
          .nullable()
          .describe(
            'On the confirmation half: its value over that of all rows, turned so that below 1 is worse',
          ),
        ratioInterval: interval.nullable(),
        p: finite.describe(
          "One-sided, confirmation half: Fisher's exact test, Welch's t test of errors, or t over clusters",
        ),
        adjusted: finite.describe('p by Benjamini and Hochberg over the slices listed'),
        confirmed: z.boolean().describe('adjusted <= 0.05'),
      }),
    )
    .describe('Put to the confirmation half; confirmed ones first, worst first'),
  tree: z
    .array(
      z.object({
        parent: z.number().nullable().describe('Place in this list; null for the root'),
        name: z.string().describe('What tells these rows from those of its sibling'),
        where: where.nullable().describe('null: all rows'),
        fitted: z.number().describe('Rows of the discovery half'),
        n: z.number().describe('Rows of the confirmation half'),
        value: finite.describe('Of the confirmation half'),
        interval,
        leaf: z.boolean(),
      }),
    )
    .describe('An honest regression tree of the losses; a root alone: no split holds on the other half'),
  features: z
    .array(z.object({ column: z.string(), parts: z.array(z.object({ name: z.string(), where })) }))
    .describe('The features of the maps'),
  maps: z
    .array(
      z.object({
        a: z.number().describe('Place in `features`: the lines'),
        b: z.number().describe('Place in `features`: the columns'),
        n: z.array(z.array(z.number())),
        value: z.array(z.array(finite.nullable())).describe('null: fewer than 5 rows'),
      }),
    )
    .describe('All labelled rows: a picture, not a test'),
});
export type ErrorAnalysis = z.infer<typeof errorAnalysis>;
