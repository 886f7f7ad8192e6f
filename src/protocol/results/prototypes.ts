import * as z from 'zod';
import { answer, cell, dataRef, finite, head, modelRef, task } from './shared.ts';

export const prototypes = z.object({
  schema: z.literal('slipway/prototypes@1'),
  ...head,
  model: modelRef,
  data: z.array(dataRef),
  task,
  sentence: z.string(),
  output: z.string().describe('What the explained number is, such as P(bad)'),
  row: z.number().nullable().describe('0-based row in the data; null for values of no row'),
  features: z.array(z.object({ name: z.string(), kind: z.enum(['number', 'category']) })),
  inputs: z.array(cell).describe('In the order of `features`'),
  answer,
  reference: z.number().describe('Reference rows looked at'),
  similar: z
    .array(
      z.object({
        by: z.enum(['inputs', 'attributions']),
        distance: z.string().describe('The distance, in words'),
        rows: z
          .array(
            z.object({
              row: z.number().describe('0-based row in the reference'),
              distance: finite,
              label: cell,
              answer,
              inputs: z.array(cell).describe('In the order of `features`'),
            }),
          )
          .describe('Nearest first'),
      }),
    )
    .describe('By values; and by reasons, when the model has an exact method'),
  why: z.string().nullable().describe('Why there are none by attributions'),
});
export type Prototypes = z.infer<typeof prototypes>;
