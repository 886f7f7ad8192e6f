import * as z from 'zod';
import { dataRef, finite, modelRef, verdict } from './shared.ts';

/** A reviewer's decision about exact digests, as an in-toto Statement v1, and what holds of it now. */

export const statementType = 'https://in-toto.io/Statement/v1';
export const reviewPredicateType = 'urn:slipway:review:1';

export const decision = z.enum(['approve', 'approve-with-conditions', 'reject']);
export type Decision = z.infer<typeof decision>;

export const threadEntry = z.object({
  kind: z.enum(['challenge', 'answer']),
  at: z.string().describe('ISO time'),
  by: z.string(),
  text: z.string(),
  to: z.number().nullable().describe('Of an answer: the number of the challenge, from 1'),
});
export type ThreadEntry = z.infer<typeof threadEntry>;

export const ruleOverride = z.object({
  rule: z.string().describe('The check or metric that fails'),
  reason: z.string(),
  expires: z.string().describe('ISO time'),
});
export type RuleOverride = z.infer<typeof ruleOverride>;

export const reviewedResult = z.object({
  kind: z.enum(['validate', 'explain', 'compare']),
  models: z.array(z.string()).describe('Digests of the models it is about'),
  job: z.string(),
  digest: z.string().describe('SHA-256 of the canonical JSON of the result without what is measured'),
});
export type ReviewedResult = z.infer<typeof reviewedResult>;

export const mustOpenItem = z.object({
  id: z.string().describe('A failing check, or `comparison`, or `explanation`'),
  title: z.string(),
  why: z.string(),
});
export type MustOpenItem = z.infer<typeof mustOpenItem>;

const json = z.json();

export const reviewPredicate = z.object({
  model: modelRef,
  commit: z.string().nullable().describe('The commit the version was named by; null for a plain file'),
  tags: z.array(z.string()),
  at: z.string().describe('ISO time of the decision'),
  reviewer: z.object({
    principal: z.string().describe('As the allowed signers name the reviewer'),
    key: z.string().nullable().describe('Fingerprint of the signing key; null when unsigned'),
  }),
  author: z
    .object({ name: z.string(), email: z.string() })
    .nullable()
    .describe('Who committed the model; null when it is not committed'),
  decision,
  comment: z.string().nullable(),
  conditions: z.array(z.string()),
  scope: z.array(z.string()).nullable().describe('Targets; null: any'),
  expires: z.string().nullable().describe('ISO time'),
  verdict,
  overrides: z.array(ruleOverride),
  opened: z.array(z.string()).describe('What the reviewer opened of what must be opened'),
  thread: z.array(threadEntry),
  data: z.array(dataRef),
  policy: z.object({ digest: z.string(), content: json }),
  code: z.object({ commit: z.string(), modified: z.boolean() }).nullable(),
  environment: z.object({
    system: z.string(),
    processor: z.string(),
    engine: z.string().describe('Slipway and ONNX Runtime versions'),
  }),
  results: z.array(reviewedResult),
  report: z.object({ digest: z.string(), size: finite }).describe('The HTML report beside the record'),
  previous: z.string().nullable().describe('SHA-256 of the record before this one; null for the first'),
});
export type ReviewPredicate = z.infer<typeof reviewPredicate>;

export const reviewStatement = z.object({
  _type: z.literal(statementType),
  subject: z
    .array(z.object({ name: z.string(), digest: z.object({ sha256: z.string() }) }))
    .min(1)
    .describe('The model file, then each file of external data'),
  predicateType: z.literal(reviewPredicateType),
  predicate: reviewPredicate,
});
export type ReviewStatement = z.infer<typeof reviewStatement>;

export const factName = z.enum(['signature', 'signer', 'artefacts', 'policy', 'validity']);
export type FactName = z.infer<typeof factName>;

export const reviewFact = z.object({
  fact: factName,
  holds: z.boolean(),
  code: z
    .string()
    .describe('Such as `valid`, `tampered`, `wrong-namespace`, `unknown-key`, `model-swapped`, `expired`'),
  sentence: z.string(),
});
export type ReviewFact = z.infer<typeof reviewFact>;

export const reviewRecord = z.object({
  digest: z.string().describe('SHA-256 of the record'),
  path: z.string(),
  statement: reviewStatement,
  facts: z.array(reviewFact).describe('The five facts, each told apart'),
});
export type ReviewRecord = z.infer<typeof reviewRecord>;

export const reviewStatus = z.enum([
  'none',
  'pending',
  'approved',
  'conditional',
  'rejected',
  'expired',
  'changed',
  'tampered',
]);
export type ReviewStatus = z.infer<typeof reviewStatus>;

export const reviewRule = z.object({
  approvals: z.number(),
  roles: z.array(z.string()),
  independent: z.boolean(),
  maxAge: z.number().nullable().describe('Days'),
  unsigned: z.boolean(),
});
export type ReviewRule = z.infer<typeof reviewRule>;

export const reviewStanding = z.object({
  status: reviewStatus,
  sentence: z.string(),
  approvals: z.array(
    z.object({
      by: z.string(),
      at: z.string(),
      until: z.string().nullable().describe('ISO time'),
      conditions: z.array(z.string()),
      record: z.string(),
    }),
  ),
  missing: z.array(z.string()).describe('Sentences: what the rule still asks for'),
});
export type ReviewStanding = z.infer<typeof reviewStanding>;

export const review = z.object({
  schema: z.literal('slipway/review@1'),
  model: modelRef,
  target: z.string().nullable().describe('The target it was asked for; null: any'),
  rule: reviewRule.nullable().describe('What the policy asks of reviews; null: nothing'),
  revision: z.string().nullable().describe('The git revision that the rule and the signers were read from'),
  standing: reviewStanding,
  records: z.array(reviewRecord).describe('Of this version and of its name, newest first'),
  problems: z.array(z.string()).describe('What is wrong with the chain of records'),
  thread: z.array(threadEntry),
});
export type Review = z.infer<typeof review>;
