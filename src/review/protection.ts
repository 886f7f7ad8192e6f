import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReviewRule } from '../protocol/results/review.ts';
import { readConfig } from '../workspace/config/check.ts';
import { configFileName } from '../workspace/config/load.ts';
import { mergeReviewRules } from '../workspace/config/policy.ts';
import type { ReviewSettings } from '../workspace/config/schema.ts';
import type { ModelEntry } from '../workspace/types.ts';
import type { Repository } from '../workspace/versions/repository.ts';

/** Who may sign and what is asked of reviews, from where the branch under review cannot change it. */
export interface Protection {
  /** null when no revision is named. */
  readonly revision: string | null;
  readonly rule: ReviewRule | null;
  /** Principals by role. */
  readonly roles: Readonly<Record<string, readonly string[]>>;
  /** The allowed signers at the revision; null when there are none. */
  readonly signers: string | null;
  /** Why there are none; null when there are. */
  readonly why: string | null;
  /** The allowed signers of the working copy, to tell a key that only this branch allows from an unknown one. */
  readonly ownSigners: string | null;
}

/**
 * Reads the rule, the roles and the signers at the protected revision. What that revision does not say yet
 * (it has no slipway.yaml, or none with `review`) is taken from the working copy; signers never are.
 * @param revision in place of the one that the working copy names, such as from CI
 */
export async function readProtection(
  root: string,
  entry: ModelEntry,
  settings: ReviewSettings | null,
  repository: Repository | null,
  revision: string | null,
): Promise<Protection> {
  const named = revision ?? settings?.revision ?? null;
  const none = { revision: named, rule: entry.review, roles: settings?.roles ?? {}, signers: null };
  const ownSigners =
    settings === null ? null : await readFile(join(root, settings.signers), 'utf8').catch(() => null);
  if (named === null)
    return {
      ...none,
      ownSigners,
      why: `${configFileName} does not say who may sign: add \`review: { signers: .slipway/allowed_signers, revision: origin/main }\`.`,
    };
  if (repository === null)
    return {
      ...none,
      ownSigners,
      why: `The allowed signers are read from git at \`${named}\`, and this folder is in no git repository.`,
    };
  const commit = await repository.commit(named);
  if (commit === null)
    return {
      ...none,
      ownSigners,
      why: `There is no git revision \`${named}\` here, from which the allowed signers are read. Fetch it first.`,
    };
  const text = await repository.textAt(commit, configFileName);
  const there = text === null ? null : readConfig(text, { exists: () => true }).settings;
  const rule = mergeReviewRules(there?.policy, there?.models?.[entry.name]?.policy) ?? entry.review;
  const review = there?.review ?? settings;
  const path = review?.signers ?? null;
  const signers = path === null ? null : await repository.textAt(commit, path);
  return {
    revision: named,
    rule,
    roles: review?.roles ?? {},
    signers,
    ownSigners,
    why:
      signers !== null
        ? null
        : path === null
          ? `${configFileName} does not name the file of the allowed signers.`
          : `\`${path}\`, the allowed signers, is not in \`${named}\`. Commit it there first.`,
  };
}
