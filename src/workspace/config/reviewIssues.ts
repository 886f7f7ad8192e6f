import type * as z from 'zod';
import { didYouMean } from '../../core/nearest.ts';
import type { ConfigIssue } from '../types.ts';
import type { ConfigDocument, Path } from './document.ts';
import { mergeReviewRules } from './policy.ts';
import type { configSchema, PolicySettings } from './schema.ts';

/** Mistakes in who may sign and in what the policies ask of reviews. */
export function reviewIssues(
  settings: z.infer<typeof configSchema>,
  document: ConfigDocument,
): readonly ConfigIssue[] {
  const issues: ConfigIssue[] = [];
  const { review } = settings;
  if (review !== undefined && /^(HEAD|@)([~^@{]|$)/.test(review.revision))
    issues.push(
      document.atValue(
        ['review', 'revision'],
        `\`${review.revision}\` is the branch under review itself, where anyone could add their key. Name a protected one, such as \`origin/main\`.`,
      ),
    );
  const policies: [Path, PolicySettings | undefined][] = [
    [['policy'], settings.policy],
    ...Object.entries(settings.models ?? {}).map(([name, model]): [Path, PolicySettings | undefined] => [
      ['models', name, 'policy'],
      model.policy,
    ]),
  ];
  for (const [at, policy] of policies) {
    if (policy?.review === undefined) continue;
    const rule = mergeReviewRules(at[0] === 'policy' ? undefined : settings.policy, policy)!;
    if (review === undefined && !rule.unsigned)
      issues.push(
        document.atKey(
          [...at, 'review'],
          'Approvals are checked against the allowed signers, and `review` does not say where they are. Add `review: { signers: .slipway/allowed_signers, revision: origin/main }`.',
        ),
      );
    const known = Object.entries(review?.roles ?? {});
    for (const [index, role] of (policy.review.roles ?? []).entries()) {
      const holders = known.find(([name]) => name === role)?.[1];
      if (holders !== undefined && holders.length > 0) continue;
      const names = known.map(([name]) => name);
      issues.push(
        document.atValue(
          [...at, 'review', 'roles', index],
          holders === undefined
            ? `\`review.roles\` has no role \`${role}\`.${didYouMean(role, names)}`
            : `Nobody has the role \`${role}\`: its list under \`review.roles\` is empty.`,
        ),
      );
    }
  }
  return issues;
}
