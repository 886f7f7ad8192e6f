import * as z from 'zod';
import { dataRef, finite, interval, modelRef } from './shared.ts';

export const crossValidation = z.object({
  schema: z.literal('slipway/cross-validation@1'),
  job: z.string().describe('Digest of the job: kind, model and data digests, plan'),
  kind: z
    .enum(['retrained', 'fixed'])
    .describe(
      'retrained: a model was trained for each fold; fixed: one model on disjoint parts, which shows how it varies with the rows and says nothing of its training',
    ),
  sentence: z.string(),
  model: modelRef.nullable().describe('The fixed model'),
  command: z.array(z.string()).nullable().describe('What trained, as it was run for the first fold'),
  data: dataRef,
  label: z.string(),
  task: z.enum(['binary', 'multiclass', 'regression']),
  positive: z.string().nullable(),
  plan: z.object({
    scheme: z.string().describe('How the rows were divided, in words'),
    folds: z.number(),
    repeats: z.number(),
    groups: z.string().nullable(),
    time: z.string().nullable(),
    column: z.string().nullable(),
    seed: z.number(),
  }),
  folds: z.array(
    z.object({
      repeat: z.number(),
      fold: z.number(),
      train: z.number().describe('Rows trained on'),
      test: z.number().describe('Rows measured on'),
      model: z.string().nullable().describe('Digest of the model that was trained'),
      metrics: z.record(z.string(), finite),
    }),
  ),
  metrics: z.array(
    z.object({
      name: z.string(),
      title: z.string(),
      better: z.enum(['higher', 'lower', 'neither']),
      unit: z.string().nullable(),
      mean: finite,
      deviation: finite.describe('Between folds'),
      interval: interval.nullable(),
      folds: z.number().describe('Folds where it is defined'),
    }),
  ),
});
export type CrossValidation = z.infer<typeof crossValidation>;
