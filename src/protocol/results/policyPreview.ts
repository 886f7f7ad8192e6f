import * as z from 'zod';
import { finite, interval, status, verdict } from './shared.ts';
import { threshold } from './validation.ts';

/** What a changed policy would have decided on stored validations. */
export const policyPreview = z.object({
  schema: z.literal('slipway/policy-preview@1'),
  model: z.string().describe('The model in slipway.yaml'),
  changed: z.array(z.string()).describe('Rules that differ, such as `metrics.roc_auc`'),
  sentence: z.string(),
  versions: z
    .array(
      z.object({
        version: z.string(),
        digest: z.string().describe('SHA-256 of the model, hex'),
        job: z.string().describe('Digest of the job whose stored result was judged'),
        stale: z.string().nullable().describe('What changed since that result was made; null: nothing'),
        before: verdict.describe('By the policy as it is'),
        after: verdict.describe('By the changed policy'),
        checks: z
          .array(
            z.object({
              id: z.string(),
              title: z.string(),
              value: z.union([finite, z.string(), z.null()]),
              unit: z.string().nullable(),
              interval: interval.nullable(),
              before: status.nullable().describe('null: the rule is new'),
              after: status.nullable().describe('null: the rule is gone'),
              threshold: threshold.nullable().describe('The changed limit'),
            }),
          )
          .describe('Those that the change decides otherwise'),
        open: z
          .array(z.object({ id: z.string(), why: z.string() }))
          .describe('Changed checks that only a new run can decide'),
      }),
    )
    .describe('Newest first; versions without a stored validation are left out'),
  notes: z.array(z.string()).describe('Changes that a preview cannot judge'),
});
export type PolicyPreview = z.infer<typeof policyPreview>;
