import * as z from 'zod';
import { release } from './release.ts';
import { rollout } from './rollout.ts';
import { finite } from './shared.ts';

export const targetStatus = z.object({
  target: z.string(),
  kind: z.string(),
  healthy: z.boolean(),
  sentence: z.string().describe('What the target says of itself'),
  endpoint: z.string().nullable(),
  live: z.array(
    z.object({
      digest: z.string(),
      model: z.string().nullable(),
      version: z.string().nullable().describe('null: no release of ours made it live'),
      weight: finite.describe('Share of the requests'),
    }),
  ),
  shadow: z
    .object({
      digest: z.string(),
      version: z.string().nullable().describe('null: no release of ours made it the shadow'),
      share: finite.describe('Share of the requests that are copied to it'),
      counts: z
        .object({
          asked: z.number().describe('Copies answered'),
          differing: z.number().describe('Of these, otherwise than the request itself'),
          failed: z.number(),
          dropped: z.number().describe('Copies not asked, because the server was busy'),
        })
        .nullable()
        .describe('Since the newest of its processes began; null: it cannot be counted now'),
    })
    .nullable()
    .describe('The version that is asked copies of the requests; null: none'),
  since: z.string().nullable().describe('ISO time of the release that made it so; null: nothing is live'),
  cost: z.string().nullable().describe('What it may cost as it is; null: nothing is billed'),
  drift: z
    .string()
    .nullable()
    .describe('A sentence when the target is not what the last release made it; else null'),
  interrupted: z
    .string()
    .nullable()
    .describe('A sentence when a deployment was cut off; the next one finishes or undoes it'),
  overdue: z
    .string()
    .nullable()
    .describe('A sentence when what is live rests on an override that has expired'),
  busy: z.string().nullable().describe('Who is deploying right now'),
  current: release.nullable().describe('The last release that went live; null when there is none'),
  rollout: rollout.nullable().describe('The canary under way; null when there is none'),
});
export type TargetStatus = z.infer<typeof targetStatus>;

export const status = z.object({
  schema: z.literal('slipway/status@1'),
  targets: z.array(
    targetStatus.extend({
      releases: z.array(release).describe('Newest first; empty unless asked for'),
      failure: z.string().nullable().describe('Why the target could not be asked; null when it was'),
    }),
  ),
});
export type StatusDocument = z.infer<typeof status>;
