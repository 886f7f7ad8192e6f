import * as z from 'zod';
import { comparison } from './comparison.ts';
import { explanation } from './explanation.ts';
import { review } from './review.ts';
import { validation } from './validation.ts';

/** Several documents in one file, without rows of the data unless they were asked for. */
export const report = z.object({
  schema: z.literal('slipway/report@1'),
  validation,
  explanation: explanation.nullable(),
  comparison: comparison.nullable().describe('What is live (A) against this version (B)'),
  review: review.nullable(),
  policy: z.unknown().describe('The policy and what slipway.yaml says of the model, as they were applied'),
});
export type Report = z.infer<typeof report>;
