import * as z from 'zod';
import { explanation, explanationWarning } from './explanation.ts';
import { cell, dataRef, finite, head, modelRef, task } from './shared.ts';

/** Numbers of a number column, words of a category column: the horizontal axis. */
const positions = z.array(cell);
const band = z
  .object({
    low: z.array(finite),
    high: z.array(finite),
    level: finite.describe('Confidence level, such as 0.95'),
    method: z.string(),
  })
  .describe('Pointwise confidence band, in the units of the curve');

export const partialDependence = z
  .object({
    method: z
      .enum(['exact', 'grid'])
      .describe(
        'exact: every step of a tree ensemble, from its own thresholds; grid: the runtime asked at each position',
      ),
    shape: z
      .enum(['steps', 'points', 'levels'])
      .describe(
        'steps: values[k] holds from positions[k] (not included, except the first) up to positions[k + 1], so there is ' +
          'one position more than values; points: join by lines; levels: one value a category',
      ),
    positions,
    values: z.array(finite).describe('Mean prediction with the column set to the position, in output units'),
    band: band.describe('Of `values`, over the averaged rows'),
    thin: z.array(z.boolean()).describe('One a value: the reference has few rows there'),
    missing: finite.nullable().describe('Mean prediction with the column missing; null when none is missing'),
    merged: finite.describe(
      'Largest jump left out where steps were merged, in output units; 0 when every step is given',
    ),
    ice: z
      .object({
        centre: cell.describe('The position where every curve is zero'),
        curves: z.array(
          z.object({
            row: z.number().describe('0-based row in the data'),
            at: cell.describe("The row's own value of the column"),
            base: finite.describe('Prediction at the centre; base + values is the curve itself'),
            values: z.array(finite).describe('Difference from the centre, one a value of the mean curve'),
          }),
        ),
        spread: z
          .array(finite)
          .describe(
            'Standard deviation of the centred curves over all averaged rows: large where means cancel',
          ),
      })
      .describe('Centred individual curves of a sample of the rows'),
    range: finite.describe('Highest less lowest value where the data is not thin'),
  })
  .describe('Partial dependence (Friedman 2001) with centred ICE (Goldstein et al. 2015)');
export type PartialDependence = z.infer<typeof partialDependence>;

export const accumulatedEffects = z
  .object({
    shape: z.enum(['points', 'levels']),
    positions: positions.describe(
      'Bin edges of numbers, first to last; categories in their order of similarity',
    ),
    values: z
      .array(finite)
      .describe('Accumulated local effect, zero on average over the rows, in output units'),
    band: band.describe('Of `values`, over the rows of each bin'),
    counts: z.array(z.number()).describe('Rows in each bin (one fewer than edges), or of each category'),
    thin: z.array(z.boolean()).describe('One a count: too few rows to trust the local effect'),
    range: finite,
  })
  .describe('Accumulated local effects (Apley and Zhu 2020): without rows that never occur');
export type AccumulatedEffects = z.infer<typeof accumulatedEffects>;

export const support = z
  .object({
    role: z.enum(['reference', 'data']).describe('Which rows were counted'),
    positions: positions.describe('Edges of equal-width bins of numbers, or categories, most frequent first'),
    counts: z.array(z.number()),
    thin: z.array(z.boolean()),
    missing: z.number(),
    rows: z.number(),
  })
  .describe('Where the model has seen data: shade what is thin');
export type Support = z.infer<typeof support>;

export const featureEffect = z.object({
  feature: z.string(),
  kind: z.enum(['number', 'category']),
  why: z.string().nullable().describe('Why there is no curve (a constant column ...); null when there is'),
  partial: partialDependence.nullable(),
  accumulated: accumulatedEffects.nullable(),
  support,
});
export type FeatureEffect = z.infer<typeof featureEffect>;

export const pairEffect = z.object({
  features: z.tuple([z.string(), z.string()]),
  positions: z.tuple([positions, positions]),
  values: z
    .array(z.array(finite))
    .describe('values[i][j]: mean prediction at positions[0][i] and positions[1][j], in output units'),
  counts: z.array(z.array(z.number())).describe('Rows nearest to each position: 0 is extrapolation'),
  thin: z.array(z.array(z.boolean())),
  interaction: z
    .object({
      h: finite
        .nullable()
        .describe("Friedman's H (2008), 0 to 1; null when the pair moves the output too little for a share"),
      size: finite.describe('Root mean square of the interaction itself, in output units'),
      rows: z.number(),
    })
    .describe('How far the two together differ from the sum of each alone'),
});
export type PairEffect = z.infer<typeof pairEffect>;

export const effects = z.object({
  schema: z.literal('slipway/effects@1'),
  ...head,
  model: modelRef,
  data: z.array(dataRef),
  task,
  n: z.number().describe('Rows averaged over'),
  cohort: explanation.shape.cohort,
  sentence: z.string(),
  output: explanation.shape.output,
  space: explanation.shape.space,
  unit: z.string().nullable().describe('Of the vertical axis; null for a probability or log-odds'),
  meanPrediction: finite.describe('Over the n rows'),
  features: z.array(featureEffect).describe('Largest range first'),
  pairs: z.array(pairEffect).describe('Strongest interaction first'),
  warnings: z.array(explanationWarning),
  proof: z.object({
    evaluations: z.number().describe('Composed rows that the runtime answered'),
    maxDifference: finite
      .nullable()
      .describe('Largest difference of an exact curve from the runtime at positions tried; null without one'),
    n: z.number(),
    seed: z.number(),
  }),
});
export type Effects = z.infer<typeof effects>;
