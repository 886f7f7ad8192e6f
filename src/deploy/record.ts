import { z } from 'zod';
import { release } from '../protocol/results/release.ts';
import { modelRef, verdict } from '../protocol/results/shared.ts';

/**
 * What the journal of a target (.slipway/releases/<target>.jsonl) holds. A release is a `begin`, records of
 * its steps, and an `end`; one without an `end` was cut off. `begin` keeps what the plan was made from, so
 * that the same steps can be made again after a kill.
 */

const live = z.object({ model: modelRef, weight: z.number() });
const facts = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));
const desired = z.object({
  live: z.array(live),
  keep: z.array(z.string()),
  trafficFirst: z.boolean(),
});
const observed = z.object({
  reachable: z.boolean(),
  live: z.array(z.object({ digest: z.string(), weight: z.number() })),
  present: z.array(z.string()),
  healthy: z.boolean(),
  endpoint: z.string().nullable(),
  sentence: z.string(),
  facts,
});

const head = {
  release: z.string().describe('r-0001 ...'),
  at: z.string().describe('ISO time'),
};

export const beginRecord = z.object({
  type: z.literal('begin'),
  ...head,
  by: z.string(),
  target: z.string(),
  kind: z.string(),
  action: z.enum(['deploy', 'rollback', 'remove']),
  model: modelRef,
  previous: z.string().nullable(),
  verdict: verdict.nullable(),
  review: release.shape.review.optional(),
  override: release.shape.override,
  desired,
  observed,
  plan: z.array(
    z.object({
      name: z.string(),
      phase: z.enum(['prepare', 'switch', 'finish']),
      sentence: z.string(),
      undo: z.string(),
    }),
  ),
});
export type BeginRecord = z.infer<typeof beginRecord>;

export const stepRecord = z.object({
  type: z.literal('step'),
  ...head,
  step: z.string(),
  phase: z.enum(['intent', 'remembered', 'done', 'failed', 'undone']),
  detail: z.string().nullable(),
  golden: release.shape.golden.describe('Of the step that verified'),
  facts: facts.optional().describe('What the step must know when it is done or undone later'),
  log: z.array(z.string()).optional().describe("The last lines of the target's own log when the step failed"),
});
export type StepRecord = z.infer<typeof stepRecord>;

export const endRecord = z.object({
  type: z.literal('end'),
  ...head,
  state: z.enum(['live', 'failed', 'undone', 'removed']),
  endpoint: z.string().nullable(),
});
export type EndRecord = z.infer<typeof endRecord>;

export const releaseRecord = z.discriminatedUnion('type', [beginRecord, stepRecord, endRecord]);
export type ReleaseRecord = z.infer<typeof releaseRecord>;
