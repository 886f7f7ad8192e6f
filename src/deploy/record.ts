import * as z from 'zod';
import { release } from '../protocol/results/release.ts';
import { judgement, rolloutPlan } from '../protocol/results/rollout.ts';
import { modelRef, verdict } from '../protocol/results/shared.ts';

/**
 * What the journal of a target (.slipway/releases/<target>.jsonl) holds. A release is a `begin`, records of
 * its steps, and an `end`; one without an `end` was cut off. `begin` keeps what the plan was made from, so
 * that the same steps can be made again after a kill. Between the releases of a canary lie what was measured
 * (`window`), how it was judged, and that it was paused or resumed.
 */

const live = z.object({ model: modelRef, weight: z.number() });
const facts = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));
const desired = z.object({
  live: z.array(live),
  shadow: z.object({ model: modelRef, share: z.number() }).optional(),
  keep: z.array(z.string()),
  trafficFirst: z.boolean(),
  verdict: z.string().optional(),
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
  action: release.shape.action,
  model: modelRef,
  previous: z.string().nullable(),
  verdict: verdict.nullable(),
  review: release.shape.review.optional(),
  override: release.shape.override,
  reason: release.shape.reason.optional(),
  cost: release.shape.cost.optional(),
  rollout: z
    .object({
      began: z.string().describe('The release that began the canary'),
      step: z.number().describe('Index of the share; as many as there are steps: all requests'),
      plan: rolloutPlan,
      stable: modelRef,
    })
    .optional()
    .describe('Of a release that is a step of a canary'),
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

const latency = z.object({ bounds: z.array(z.number()), counts: z.array(z.number()) });
const measurement = z.object({
  at: z.string(),
  epoch: z.string(),
  versions: z.array(
    z.object({
      digest: z.string(),
      requests: z.number(),
      failures: z.number(),
      latency: latency.nullable(),
    }),
  ),
});

export const windowRecord = z.object({
  type: z.literal('window'),
  ...head,
  measured: measurement.nullable().describe('The counts that later ones are compared with; null: none'),
});

export const judgedRecord = z.object({ type: z.literal('judged'), ...head, judgement });

export const pausedRecord = z.object({
  type: z.literal('paused'),
  ...head,
  by: z.string().nullable().describe('null: by itself'),
  reason: z.string(),
});

export const resumedRecord = z.object({ type: z.literal('resumed'), ...head, by: z.string() });

export const releaseRecord = z.discriminatedUnion('type', [
  beginRecord,
  stepRecord,
  endRecord,
  windowRecord,
  judgedRecord,
  pausedRecord,
  resumedRecord,
]);
export type ReleaseRecord = z.infer<typeof releaseRecord>;
