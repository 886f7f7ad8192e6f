import * as z from 'zod';
import { finite, interval, modelRef } from './shared.ts';

export const outcome = z.enum(['pass', 'fail', 'inconclusive']);

const quantile = z
  .object({
    quantile: finite.describe('Such as 0.99'),
    low: finite.nullable().describe('Seconds that it is more than; null: not known'),
    high: finite.nullable().describe('Seconds that it is at most; null: beyond the last bound'),
  })
  .describe('A quantile lies between two bounds of the histogram');

export const armFigures = z.object({
  digest: z.string(),
  requests: z.number().describe('In the window'),
  failures: z.number(),
  success: interval.extend({ value: finite }).nullable().describe('Share answered; null without requests'),
  latency: quantile.nullable(),
});
export type ArmFigures = z.infer<typeof armFigures>;

export const condition = z.object({
  name: z.enum(['requests', 'success', 'success-compared', 'latency', 'latency-compared']),
  outcome,
  sentence: z.string(),
  value: finite.nullable().describe('A share or a difference of shares; null: nothing was counted'),
  interval: interval.nullable(),
  limit: finite,
});
export type Condition = z.infer<typeof condition>;

export const judgement = z.object({
  outcome,
  sentence: z.string(),
  seconds: finite.nullable().describe('Length of the window; null when there is none'),
  canary: armFigures.nullable(),
  stable: armFigures.nullable(),
  conditions: z.array(condition),
});
export type Judgement = z.infer<typeof judgement>;

export const rolloutPlan = z.object({
  steps: z.array(finite).describe('Shares of the requests before all of them'),
  interval: finite.describe('Minutes at each share'),
  patience: z.number().describe('Further intervals before it pauses'),
  requests: z.number().describe('Fewest requests of each version for a decision'),
  success: z.object({ min: finite, worse: finite }),
  latency: z.object({ quantile: finite, max: finite.optional().describe('Milliseconds'), worse: finite }),
});
export type RolloutPlan = z.infer<typeof rolloutPlan>;

export const rollout = z.object({
  schema: z.literal('slipway/rollout@1'),
  target: z.string(),
  began: z.string().describe('The release that began it, such as r-0002'),
  by: z.string().describe('Who began it'),
  at: z.string().describe('ISO time when it began'),
  canary: modelRef,
  stable: modelRef,
  plan: rolloutPlan,
  step: z.number().describe('Index of the share it stands at; as many as there are steps: all requests'),
  share: finite.describe("The canary's share of the requests"),
  state: z.enum(['shifting', 'observing', 'passed', 'failed', 'paused', 'promoted', 'rolled-back']),
  sentence: z.string(),
  until: z.string().nullable().describe('ISO time of the next judgement; null when none is due'),
  judgements: z
    .array(judgement.extend({ at: z.string(), share: finite }))
    .describe('Oldest first, each with the share it was made at'),
});
export type Rollout = z.infer<typeof rollout>;
