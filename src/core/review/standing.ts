import type {
  FactName,
  ReviewRecord,
  ReviewRule,
  ReviewStanding,
  ReviewStatus,
} from '../../protocol/results/review.ts';

/** What a standing is worked out from. */
export interface StandingInput {
  /** Newest first. */
  readonly records: readonly ReviewRecord[];
  readonly rule: ReviewRule | null;
  /** Principals by role. */
  readonly roles: Readonly<Record<string, readonly string[]>>;
  /** The target it is asked for; null: any, where a narrower scope does not count against it. */
  readonly target: string | null;
  /** Who committed the version now; null when it is not committed. */
  readonly author: { readonly name: string; readonly email: string } | null;
  /** What is wrong with the chain of records. */
  readonly problems: readonly string[];
}

/** Whether what was asked of the reviewers was given. */
export function isApproved(status: ReviewStatus): boolean {
  return status === 'approved' || status === 'conditional';
}

/** A standing in few words, with a sign in front that does not rest on colour. */
export function standingWords({ status, approvals }: Pick<ReviewStanding, 'status' | 'approvals'>): string {
  const by = approvals
    .map(({ by: who, until }) => (until === null ? who : `${who} until ${until.slice(0, 10)}`))
    .join(', ');
  const words: Readonly<Record<ReviewStatus, string>> = {
    none: '○ not reviewed',
    pending: '◔ review pending',
    approved: `✓ approved by ${by}`,
    conditional: `✓ approved with conditions by ${by}`,
    rejected: '✗ rejected',
    expired: '⧗ approval expired',
    changed: '⚠ changed since its review',
    tampered: '✗ review not valid',
  };
  return words[status];
}

/** Without a rule one approval is what a review comes to. */
const plain: ReviewRule = { approvals: 1, roles: [], independent: true, maxAge: null, unsigned: false };

/**
 * Where a version stands with its reviewers. The newest decision of each reviewer is theirs; a rejection that
 * an allowed signer made stands until the same reviewer decides otherwise.
 */
export function standingOf(input: StandingInput): ReviewStanding {
  const rule = input.rule ?? plain;
  const own = latestOfEach(input.records.filter(record => proven(record)));
  const [rejected] = own.filter(
    record => decisionOf(record) === 'reject' && holds(record, 'artefacts') !== 'other-version',
  );
  const approving = own.filter(record => decisionOf(record) !== 'reject');
  const valid = approving.filter(record => record.facts.every(fact => fact.holds));
  const inScope = valid.filter(({ statement: { predicate } }) => {
    return input.target === null || predicate.scope === null || predicate.scope.includes(input.target);
  });
  const independent = inScope.filter(record => !rule.independent || isOther(record, input.author));
  const missing = missingOf(rule, input, inScope, independent);
  const approvals = independent.map(({ digest, statement: { predicate } }) => ({
    by: predicate.reviewer.principal,
    at: predicate.at,
    until: untilOf(predicate.at, predicate.expires, rule),
    conditions: predicate.conditions,
    record: digest,
  }));
  const say = (status: ReviewStatus, sentence: string): ReviewStanding => ({
    status,
    sentence,
    approvals,
    missing,
  });

  if (input.problems.length > 0) return say('tampered', input.problems.join(' '));
  if (input.records.length === 0) return say('none', 'Not reviewed.');
  if (rejected !== undefined) {
    const { reviewer, comment } = rejected.statement.predicate;
    return say('rejected', `Rejected by ${reviewer.principal}${comment === null ? '.' : `: ${comment}`}`);
  }
  if (missing.length === 0) {
    const by = approvals.map(({ by: who, until }) =>
      until === null ? who : `${who} until ${until.slice(0, 10)}`,
    );
    const conditions = approvals.flatMap(approval => approval.conditions);
    return conditions.length === 0
      ? say('approved', `Approved by ${by.join(' and ')}.`)
      : say('conditional', `Approved with conditions by ${by.join(' and ')}: ${conditions.join('; ')}`);
  }
  if (approvals.length > 0 || inScope.length > 0 || valid.length > 0)
    return say('pending', `Not approved yet. ${missing.join(' ')}`);
  const broken = (approving[0] ?? input.records[0]!).facts.find(fact => !fact.holds);
  const who = (approving[0] ?? input.records[0]!).statement.predicate.reviewer.principal;
  if (broken === undefined) return say('pending', `Not approved yet. ${missing.join(' ')}`);
  return say(brokenStatus[broken.fact], `The review by ${who} does not count. ${broken.sentence}`);
}

const brokenStatus: Readonly<Record<FactName, ReviewStatus>> = {
  signature: 'tampered',
  signer: 'tampered',
  artefacts: 'changed',
  policy: 'changed',
  validity: 'expired',
};

function decisionOf(record: ReviewRecord): string {
  return record.statement.predicate.decision;
}

/** Whether someone who may decide wrote it. */
function proven(record: ReviewRecord): boolean {
  return record.facts.every(({ fact, holds: good }) => good || (fact !== 'signature' && fact !== 'signer'));
}

function holds(record: ReviewRecord, name: FactName): 'yes' | 'no' | 'other-version' {
  const fact = record.facts.find(one => one.fact === name)!;
  if (fact.holds) return 'yes';
  return fact.code === 'model-swapped' || fact.code === 'tag-moved' ? 'other-version' : 'no';
}

function latestOfEach(records: readonly ReviewRecord[]): readonly ReviewRecord[] {
  const seen = new Set<string>();
  return records.filter(({ statement }) => {
    const who = statement.predicate.reviewer.principal.toLowerCase();
    if (seen.has(who)) return false;
    seen.add(who);
    return true;
  });
}

/** A reviewer who wrote the version, as it says now or said when it was reviewed, is not another person. */
function isOther(record: ReviewRecord, author: StandingInput['author']): boolean {
  const { reviewer, author: then } = record.statement.predicate;
  const who = reviewer.principal.toLowerCase();
  const authors = [author, then].filter(person => person !== null);
  return (
    author !== null &&
    authors.every(({ name, email }) => who !== name.toLowerCase() && who !== email.toLowerCase())
  );
}

function missingOf(
  rule: ReviewRule,
  { roles, author, target }: StandingInput,
  inScope: readonly ReviewRecord[],
  counting: readonly ReviewRecord[],
): string[] {
  const missing: string[] = [];
  const lacking = rule.approvals - counting.length;
  if (lacking > 0)
    missing.push(
      `${lacking} more ${lacking === 1 ? 'approval is' : 'approvals are'} needed${target === null ? '' : ` for ${target}`}.`,
    );
  if (inScope.length > counting.length)
    missing.push(
      author === null
        ? 'Its author is not known, because it is not committed: nobody can be said to be another person.'
        : `The author, ${author.email}, may not approve their own version.`,
    );
  const who = new Set(counting.map(({ statement }) => statement.predicate.reviewer.principal));
  for (const role of rule.roles)
    if (!(roles[role] ?? []).some(principal => who.has(principal)))
      missing.push(`Nobody with the role ${role} has approved.`);
  return missing;
}

/** The nearer of its own expiry and the policy's maximum age. */
function untilOf(at: string, expires: string | null, { maxAge }: ReviewRule): string | null {
  const oldest = maxAge === null ? null : new Date(Date.parse(at) + maxAge * 86_400_000).toISOString();
  if (oldest === null || expires === null) return oldest ?? expires;
  return oldest < expires ? oldest : expires;
}
