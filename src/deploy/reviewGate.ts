import { isApproved } from '../core/review/standing.ts';
import { BadInput } from '../core/failure.ts';
import type { Release } from '../protocol/results/release.ts';
import type { Review } from '../protocol/results/review.ts';

/** What a release records of the review it rests on. */
export function allowedBy(review: Review | null): Release['review'] {
  if (review === null) return null;
  const { status, sentence, approvals } = review.standing;
  const records = approvals.map(({ record }) => record);
  return { status, sentence, required: review.rule !== null, records };
}

/** @throws BadInput `not-approved` when a review is asked for and was not given */
export function requireReview(review: Release['review']): void {
  if (review === null || !review.required || isApproved(review.status)) return;
  throw new BadInput(
    'not-approved',
    `The policy asks for a review. ${review.sentence} Have it reviewed (\`slipway review\`), or deploy it with a reason for the override.`,
  );
}

/** The override that the reviewers gave, when approvals that count cover every rule that fails; else null. */
export function reviewedOverride(review: Review | null, verdict: Release['verdict']): Release['override'] {
  if (review === null || !isApproved(review.standing.status) || verdict?.status !== 'fail') return null;
  const counting = review.standing.approvals.flatMap(({ record, by }) => {
    const found = review.records.find(({ digest }) => digest === record);
    return (found?.statement.predicate.overrides ?? []).map(override => ({ ...override, by }));
  });
  const used = verdict.failed.map(rule => counting.find(override => override.rule === rule));
  if (used.some(override => override === undefined)) return null;
  const given = used.filter(override => override !== undefined);
  return {
    reason: given.map(({ rule, reason }) => `${rule}: ${reason}`).join('; '),
    by: [...new Set(given.map(({ by }) => by))].join(', '),
    expires: given.map(({ expires }) => expires).sort()[0]!,
  };
}
