import type { Comparison } from '../../protocol/results/comparison.ts';
import type { Explanation } from '../../protocol/results/explanation.ts';
import type { Review } from '../../protocol/results/review.ts';
import type { CheckResult, Validation } from '../../protocol/results/validation.ts';

/** What a report is made from: stored results, and nothing that is not in them. */
export interface ReportInput {
  readonly validation: Validation;
  readonly explanation: Explanation | null;
  /** What is live (A) against this version (B). */
  readonly comparison: Comparison | null;
  readonly review: Review | null;
  /** The policy and what slipway.yaml says of the model, as they were applied. */
  readonly policy: unknown;
  /** Whether rows of the data may be in it. */
  readonly rows: boolean;
}

const order = ['fail', 'inconclusive', 'warn', 'pass', 'not-run'] as const;

/** Failures first, then in the order of the catalogue. */
export function checksInOrder({ checks }: Validation): readonly CheckResult[] {
  return order.flatMap(status => checks.filter(check => check.status === status));
}

export const statusWords = {
  pass: 'pass',
  warn: 'warn',
  fail: 'FAIL',
  inconclusive: 'inconclusive',
  'not-run': 'not run',
} as const;

export function titleOf({ validation: { model } }: Pick<ReportInput, 'validation'>): string {
  if (model === null) return 'Saved predictions';
  return `${model.name ?? model.path} ${model.version ?? model.digest.slice(0, 8)}`;
}

export function limitWords({ threshold }: CheckResult): string {
  return threshold === null ? '' : `${threshold.op} ${threshold.value} (${threshold.source})`;
}
