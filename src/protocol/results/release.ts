import * as z from 'zod';
import { reviewStatus } from './review.ts';
import { finite, modelRef, verdict } from './shared.ts';

export const release = z.object({
  schema: z.literal('slipway/release@1'),
  release: z.string().describe('r-0001 ...'),
  target: z.string(),
  kind: z.string(),
  action: z.enum(['deploy', 'promote', 'rollback', 'remove']),
  dryRun: z.boolean(),
  model: modelRef,
  previous: z.string().nullable().describe('Digest that was live before'),
  traffic: z
    .array(z.object({ model: modelRef, weight: finite.describe('Share of the requests') }))
    .describe('What it makes live; empty: nothing'),
  shadow: z
    .object({ model: modelRef, share: finite.describe('Share of the requests that are copied to it') })
    .nullable()
    .describe('The version beside it that is asked copies and answers nobody; null: none'),
  before: z
    .array(z.object({ digest: z.string(), version: z.string().nullable(), weight: finite }))
    .describe('What was live when it was planned'),
  cost: z.string().nullable().describe('What being so may cost; null: nothing is billed'),
  reason: z.string().nullable().describe('Why it was done when nobody asked for it; else null'),
  rollout: z
    .object({
      began: z.string().describe('The release that began the canary'),
      step: z.number().describe('Which share this is, from 0'),
      steps: z.array(finite).describe('The shares before all requests'),
    })
    .nullable()
    .describe('Of a release that is a step of a canary; else null'),
  at: z.string().describe('ISO time'),
  by: z.string(),
  verdict: verdict.nullable().describe('Of the validation the release rests on; null when there is none'),
  review: z
    .object({
      status: reviewStatus,
      sentence: z.string(),
      required: z.boolean().describe('Whether the policy asks for a review'),
      records: z.array(z.string()).describe('SHA-256 of the approvals that count'),
    })
    .nullable()
    .describe(
      'Where the version stood with its reviewers; null when nothing asks for a review and there is none',
    ),
  override: z
    .object({
      reason: z.string(),
      by: z.string(),
      expires: z.string().optional().describe('ISO time; without it, no end'),
    })
    .nullable(),
  plan: z.array(
    z.object({
      name: z.string(),
      sentence: z.string(),
      undo: z.string().describe('How it is undone'),
      state: z.enum(['planned', 'done', 'failed', 'undone', 'skipped']),
      detail: z.string().nullable(),
      log: z
        .array(z.string())
        .describe("The last lines of the target's own log when the step failed; else empty"),
    }),
  ),
  state: z.enum(['planned', 'live', 'failed', 'undone', 'removed']),
  endpoint: z.string().nullable().describe('Where it answers: a URL or a folder'),
  golden: z
    .object({ rows: z.number(), maxDifference: finite, tolerance: finite })
    .nullable()
    .describe('Golden inputs answered by the target against the local runtime'),
});
export type Release = z.infer<typeof release>;
