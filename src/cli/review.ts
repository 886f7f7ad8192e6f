import { Command, InvalidArgumentError, Option } from 'commander';
import { untilTime } from '../core/review/until.ts';
import { liveVersion } from '../deploy/live.ts';
import { defaultKey } from '../review/signingKey.ts';
import type { Evidence } from '../core/review/mustOpen.ts';
import { BadInput } from '../core/failure.ts';
import type { Decision, Review, RuleOverride } from '../protocol/results/review.ts';
import { openChallenges } from '../review/thread.ts';
import { Repository } from '../workspace/versions/repository.ts';
import { given } from './options.ts';
import type { Run } from './outcome.ts';
import { table } from './print.ts';
import type { Session } from './session.ts';

interface Options {
  readonly decision?: Decision;
  readonly comment?: string;
  readonly challenge?: string;
  readonly answer?: string;
  readonly to?: number;
  readonly conditions?: readonly string[];
  readonly scope?: readonly string[];
  readonly expires?: string;
  readonly override?: readonly { readonly rule: string; readonly reason: string }[];
  readonly overrideExpires: string;
  readonly opened?: readonly string[];
  readonly key?: string;
  readonly unsigned?: boolean;
  readonly as?: string;
  readonly baseline?: string;
  readonly revision?: string;
}

export function reviewCommand(run: Run): Command {
  return new Command('review')
    .description(
      'Challenge, answer, or decide about a version, signed with an SSH key. Without any of them: what a decision needs.',
    )
    .argument('<model>', 'name, name@version or path')
    .addOption(
      new Option('--decision <decision>', 'sign this decision').choices([
        'approve',
        'approve-with-conditions',
        'reject',
      ]),
    )
    .option('--comment <text>', 'what goes with the decision; a rejection needs it')
    .option('--challenge <text>', 'put a question to the author')
    .option('--answer <text>', 'answer a challenge')
    .option('--to <n>', 'the number of the challenge (default: the oldest open one)', toNumber)
    .option('--conditions <text...>', 'conditions of `approve-with-conditions`')
    .option('--scope <target...>', 'only for these targets (default: any)')
    .option('--expires <when>', 'until when it counts: a date, or days such as 90d (default: no end)')
    .option(
      '--override <rule=reason...>',
      'approve although this rule fails; the reason is recorded',
      toOverride,
    )
    .option('--override-expires <when>', 'until when the overrides count', '30d')
    .option('--opened <id...>', 'what you have opened and looked at, of what must be')
    .option('--key <file>', "the SSH key, or its .pub when the agent has it (default: git's, or ~/.ssh)")
    .option('--unsigned', 'do not sign, where the policy lets unsigned reviews count')
    .option('--as <principal>', "who you are among the allowed signers (default: git's user.email)")
    .option('--baseline <model>', 'compared with this version (default: what is live)')
    .option('--revision <revision>', 'the protected git revision (default: that of slipway.yaml)')
    .action(async (ref: string, options: Options) =>
      run(async session => {
        const model = await session.model(ref);
        const { reviews } = session;
        const where = given({ revision: options.revision });
        if (options.challenge !== undefined)
          await reviews.challenge(model, await principalOf(session, options), options.challenge);
        if (options.answer !== undefined)
          await reviews.answer(
            model,
            await principalOf(session, options),
            options.answer,
            options.to ?? null,
          );
        const spoke = options.challenge !== undefined || options.answer !== undefined;
        if (options.decision === undefined && spoke) {
          const review = await reviews.state(model, where);
          return { document: review, text: reviewText(review), passed: true };
        }
        const baseline =
          options.baseline === undefined
            ? await liveVersion(session.deployer, session.workspace, model, options.scope ?? null)
            : await session.model(options.baseline);
        const evidence = await reviews.evidence(model, baseline, session.signal);
        if (options.decision === undefined) {
          const review = await reviews.state(model, where);
          return {
            document: review,
            text: `${reviewText(review)}\n\n${toOpenText(session, evidence)}`,
            passed: true,
          };
        }
        const now = new Date();
        const until = untilTime(options.overrideExpires, now);
        const repository = await Repository.find(session.workspace.root);
        const draft = {
          decision: options.decision,
          comment: options.comment ?? null,
          conditions: options.conditions ?? [],
          scope: options.scope ?? null,
          expires: options.expires === undefined ? null : untilTime(options.expires, now),
          overrides: (options.override ?? []).map((override): RuleOverride => ({
            ...override,
            expires: until,
          })),
          opened: options.opened ?? [],
          principal: await principalOf(session, options),
          key:
            options.unsigned === true
              ? null
              : options.key === undefined
                ? await defaultKey(repository)
                : session.path(options.key),
        };
        const review = await reviews.decide(model, draft, evidence, { ...where, signal: session.signal });
        return { document: review, text: reviewText(review), passed: true };
      }),
    );
}

async function principalOf(session: Session, { as }: Options): Promise<string> {
  const repository = await Repository.find(session.workspace.root);
  const name = as ?? (await repository?.setting('user.email')) ?? null;
  if (name !== null) return name;
  throw new BadInput('no-principal', 'Say who you are among the allowed signers: `--as ada@example.org`.');
}

function toOpenText({ reviews }: Session, evidence: Evidence): string {
  const items = reviews.toOpen(evidence);
  if (items.length === 0)
    return `${evidence.validation.verdict.sentence} Nothing must be opened before a decision.`;
  return `${evidence.validation.verdict.sentence} To be opened before a decision (--opened):\n${table(
    ['id', 'what', 'finding'],
    items.map(({ id, title, why }) => [id, title, why]),
  )}`;
}

/** The standing first, then each record with its five facts, then the thread. */
export function reviewText({ standing, records, problems, thread, rule, revision }: Review): string {
  const open = openChallenges(thread);
  let challenge = 0;
  const parts = [
    standing.sentence,
    ...problems,
    rule === null
      ? 'The policy asks for no review.'
      : `The policy asks for ${rule.approvals} ${rule.approvals === 1 ? 'approval' : 'approvals'}${rule.roles.length === 0 ? '' : `, among them ${rule.roles.join(', ')}`}${revision === null ? '' : `; signers of ${revision}`}.`,
    ...records.map(({ path, statement: { predicate }, facts }) =>
      [
        `${predicate.decision} by ${predicate.reviewer.principal}, ${predicate.at.slice(0, 10)}${predicate.scope === null ? '' : `, for ${predicate.scope.join(', ')}`} (${path})`,
        ...(predicate.comment === null ? [] : [`  ${predicate.comment}`]),
        ...predicate.conditions.map(condition => `  condition: ${condition}`),
        ...predicate.overrides.map(
          ({ rule: name, reason, expires }) =>
            `  override of ${name}: ${reason} (until ${expires.slice(0, 10)})`,
        ),
        ...facts.map(({ fact, holds, sentence }) => `  ${holds ? 'yes' : 'NO '} ${fact}: ${sentence}`),
      ].join('\n'),
    ),
    thread.length === 0
      ? null
      : thread
          .map(({ kind, by, text, to }) => {
            if (kind === 'answer') return `  answer to ${to!} by ${by}: ${text}`;
            challenge++;
            return `challenge ${challenge} by ${by}${open.includes(challenge) ? ' (open)' : ''}: ${text}`;
          })
          .join('\n'),
  ];
  return parts.filter(part => part !== null).join('\n\n');
}

function toNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new InvalidArgumentError('It must be a whole number from 1.');
  return value;
}

function toOverride(
  text: string,
  before: readonly { readonly rule: string; readonly reason: string }[] | undefined,
): readonly { readonly rule: string; readonly reason: string }[] {
  const [, rule, reason] = /^([^=]+)=(.+)$/s.exec(text) ?? [];
  if (rule === undefined || reason === undefined)
    throw new InvalidArgumentError(
      'Write the rule and the reason, such as roc_auc="a pilot with 100 users".',
    );
  return [...(before ?? []), { rule: rule.trim(), reason: reason.trim() }];
}
