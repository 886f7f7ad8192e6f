import * as z from 'zod';
import { cell, dataRef, finite, head, modelRef, task } from './shared.ts';

export const heatmap = z.object({
  schema: z.literal('slipway/heatmap@1'),
  ...head,
  model: modelRef,
  data: z.array(dataRef),
  task,
  n: z.number().describe('Images explained'),
  sentence: z.string(),
  output: z.object({
    name: z.string(),
    class: z.string().nullable(),
    index: z.number(),
    title: z.string().describe('Such as P(3)'),
  }),
  space: z.enum(['probability', 'raw', 'value']),
  method: z.enum(['occlusion', 'rise', 'integrated-gradients']),
  definition: z.string().describe('What the value of a pixel means'),
  image: z.object({ height: z.number(), width: z.number(), channels: z.number() }),
  shown: z
    .object({ height: z.number(), width: z.number() })
    .describe('Size of the pictures below: large ones are averaged over squares'),
  fill: finite.describe('What a hidden pixel becomes'),
  rows: z.array(
    z.object({
      row: z.number().describe('0-based row in the data'),
      class: z.string().nullable().describe('Whose score is explained; null for a value'),
      prediction: finite,
      hidden: finite.describe('The prediction with every pixel hidden'),
      label: cell,
      picture: z.array(finite).describe('Mean over the channels, row-major'),
      values: z.array(finite).describe('How much each pixel matters, row-major, in units of the output'),
      errors: z.array(finite).nullable().describe('Standard errors; null when nothing was sampled'),
      check: z
        .object({
          share: finite.describe('Of the pixels, those that matter most'),
          prediction: finite.describe('The prediction with them hidden'),
          random: finite.describe('The mean prediction with as many others hidden, five draws'),
        })
        .describe('Whether the pixels that are said to matter do: the prediction without them'),
    }),
  ),
  evaluations: z.number(),
  additivityError: finite
    .nullable()
    .describe('integrated-gradients: largest |hidden + sum of values - prediction|'),
});
export type HeatmapResult = z.infer<typeof heatmap>;
