import * as z from 'zod';
import { finite } from './shared.ts';

const sizes = z.object({ control: z.number(), treatment: z.number(), total: z.number() });

export const abPlan = z.object({
  schema: z.literal('slipway/ab-plan@1'),
  metric: z.enum(['proportion', 'mean']),
  baseline: z.object({
    value: finite.nullable().describe('Share or mean today; null for a mean that was not given'),
    deviation: finite.describe('Of one observation'),
    n: z.number().nullable().describe('Rows it was read from; null when it was given'),
  }),
  minEffect: z.object({ absolute: finite, relative: finite.nullable() }),
  alpha: finite.describe('Two-sided'),
  power: finite,
  share: finite.describe('Of the observations that the treatment gets'),
  fixed: sizes.describe('Judged once, at this size'),
  always: sizes.describe('Looked at as often as one likes: it ends by this size with the given power'),
  sentence: z.string(),
});
export type AbPlan = z.infer<typeof abPlan>;
