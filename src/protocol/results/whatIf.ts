import * as z from 'zod';
import { explanation } from './explanation.ts';
import { cell, finite, modelRef } from './shared.ts';

const answered = z.object({
  prediction: finite,
  values: z.array(finite).describe('Attributions in the order of `features`'),
  errors: z.array(finite).nullable().describe('Standard errors; null when exact'),
});

export const whatIf = z.object({
  schema: z.literal('slipway/what-if@1'),
  model: modelRef,
  row: z.number().describe('0-based row in the data'),
  changes: z.array(z.object({ column: z.string(), from: cell, to: cell })),
  sentence: z.string(),
  output: explanation.shape.output,
  space: explanation.shape.space,
  method: z.string(),
  exact: z.boolean(),
  definition: z.string(),
  background: z.string().describe('In words'),
  features: z.array(z.object({ name: z.string(), columns: z.array(z.string()) })),
  baseValue: finite,
  before: answered.describe('Of the row as it is'),
  after: answered.describe('Of the row as changed'),
  whyNotExact: z.string().nullable(),
});
export type WhatIf = z.infer<typeof whatIf>;
