import { BadInput } from '../core/failure.ts';
import type { MustOpenItem } from '../protocol/results/review.ts';
import type { Decision, ReviewRule, RuleOverride, ThreadEntry } from '../protocol/results/review.ts';
import type { Verdict } from '../protocol/results/shared.ts';
import { openChallenges } from './thread.ts';

/** What a reviewer decides, before it is signed. */
export interface Draft {
  readonly decision: Decision;
  readonly comment: string | null;
  readonly conditions: readonly string[];
  /** Targets; null: any. */
  readonly scope: readonly string[] | null;
  /** ISO time. */
  readonly expires: string | null;
  readonly overrides: readonly RuleOverride[];
  /** Ids of what was opened. */
  readonly opened: readonly string[];
  /** As the allowed signers name the reviewer. */
  readonly principal: string;
  /** Path of a private key, or of a public one whose private half the agent has; null: unsigned. */
  readonly key: string | null;
}

/** What a draft is held against. */
export interface DraftContext {
  readonly rule: ReviewRule | null;
  readonly verdict: Verdict;
  readonly mustOpen: readonly MustOpenItem[];
  readonly thread: readonly ThreadEntry[];
  readonly targets: readonly string[];
  readonly author: { readonly name: string; readonly email: string } | null;
  readonly now: Date;
}

/** @throws BadInput for a decision that could not stand */
export function requireSound(draft: Draft, context: DraftContext): void {
  const { rule, verdict, mustOpen, thread, targets, author, now } = context;
  const unopened = mustOpen.filter(({ id }) => !draft.opened.includes(id));
  if (unopened.length > 0)
    refuse(
      'unopened',
      `A decision needs these opened first: ${unopened.map(({ id }) => `\`${id}\``).join(', ')}.`,
    );
  const future = (text: string): boolean => Date.parse(text) > now.getTime();
  if (draft.expires !== null && !future(draft.expires))
    refuse(
      'expired',
      `\`${draft.expires}\` is no time to come: an approval that has expired counts for nothing.`,
    );
  const strange = (draft.scope ?? []).find(target => !targets.includes(target));
  if (strange !== undefined)
    refuse(
      'unknown-target',
      `There is no target \`${strange}\` in slipway.yaml; it has ${targets.join(', ') || 'none'}.`,
    );
  if (draft.scope?.length === 0)
    refuse('no-scope', 'A decision for no target is none. Name one, or leave the scope out.');
  if (draft.key === null && rule?.unsigned !== true)
    refuse('needs-key', 'The policy does not let unsigned reviews count. Give an SSH key (`--key`).');
  if (draft.decision === 'reject') {
    if (draft.comment === null) refuse('no-comment', 'A rejection needs a comment that says why.');
    return;
  }
  if (draft.decision === 'approve-with-conditions' && draft.conditions.length === 0)
    refuse('no-conditions', 'An approval with conditions needs at least one condition.');
  if (draft.decision === 'approve' && draft.conditions.length > 0)
    refuse('conditions', 'Conditions belong to `approve-with-conditions`.');
  const open = openChallenges(thread);
  if (draft.decision === 'approve' && open.length > 0)
    refuse(
      'open-challenges',
      `Challenge ${open.join(', ')} has no answer. Wait for it, or approve with conditions.`,
    );
  const bare = verdict.failed.filter(id => !draft.overrides.some(({ rule: name }) => name === id));
  if (bare.length > 0)
    refuse(
      'needs-override',
      `It fails ${bare.map(id => `\`${id}\``).join(', ')}: approving it needs an override of each, with a reason and an expiry.`,
    );
  for (const { rule: name, reason, expires } of draft.overrides) {
    if (!verdict.failed.includes(name))
      refuse('needless-override', `\`${name}\` does not fail: there is nothing to override.`);
    if (reason.trim() === '') refuse('no-reason', `The override of \`${name}\` needs a reason.`);
    if (!future(expires)) refuse('expired', `The override of \`${name}\` would have expired already.`);
  }
  const who = draft.principal.toLowerCase();
  if (
    rule?.independent === true &&
    author !== null &&
    [author.name, author.email].some(name => name.toLowerCase() === who)
  )
    refuse(
      'own-version',
      `${draft.principal} is the author of this version: the policy wants another reviewer.`,
    );
}

function refuse(code: string, sentence: string): never {
  throw new BadInput(code, sentence);
}
