import { differences } from '../core/review/differences.ts';
import type { ReviewFact, ReviewRule, ReviewStatement } from '../protocol/results/review.ts';
import type { Protection } from './protection.ts';
import type { StoredRecord } from './records.ts';
import { isAllowed, isSignatureOf, principalsOf, signatureNamespace } from './sshKeygen.ts';
import { readSignature } from './sshSignature.ts';

/** A record that can be read. */
export type ReadableRecord = StoredRecord & { readonly statement: ReviewStatement };

/** What the artefacts are now, as far as a review speaks of them. */
export interface Now {
  readonly time: Date;
  /** Digest of the version that is asked about. */
  readonly digest: string;
  readonly subject: ReviewStatement['subject'];
  readonly commit: string | null;
  readonly tags: readonly string[];
  /** SHA-256 by path of data; null when the file is gone. */
  readonly data: ReadonlyMap<string, string | null>;
  readonly policy: { readonly digest: string; readonly content: unknown };
  /** Digests of stored results by job; absent when there is none to compare with. */
  readonly results: ReadonlyMap<string, string>;
}

const day = 24 * 60 * 60 * 1000;
/** Clocks of two machines may differ by this much. */
const skew = 10 * 60 * 1000;

/** The five facts about a record, each by itself. */
export async function factsOf(
  record: ReadableRecord,
  now: Now,
  protection: Protection,
): Promise<readonly ReviewFact[]> {
  const { rule } = protection;
  return [
    await signatureFact(record, rule),
    await signerFact(record, protection),
    artefactsFact(record, now),
    policyFact(record.statement, now),
    validityFact(record.statement, now.time, rule),
  ];
}

async function signatureFact(record: ReadableRecord, rule: ReviewRule | null): Promise<ReviewFact> {
  const says = sayer('signature');
  if (!record.intact)
    return says(false, 'tampered', 'The record was changed after it was written: its digest is another one.');
  if (record.signature === null)
    return rule?.unsigned === true && record.statement.predicate.reviewer.key === null
      ? says(true, 'unsigned-allowed', 'It is not signed, which the policy allows.')
      : says(false, 'unsigned', 'It is not signed.');
  const read = readSignature(record.signature);
  if (read === null) return says(false, 'no-signature', 'The file beside it is no SSH signature.');
  if (read.namespace !== signatureNamespace)
    return says(
      false,
      'wrong-namespace',
      `The signature was made for \`${read.namespace}\`, not for \`${signatureNamespace}\`: it was taken from elsewhere.`,
    );
  return (await isSignatureOf(record.text, record.signature))
    ? says(true, 'valid', `Signed with ${read.fingerprint}.`)
    : says(false, 'tampered', 'The signature is not one of this record: one of the two was changed.');
}

async function signerFact(record: ReadableRecord, protection: Protection): Promise<ReviewFact> {
  const says = sayer('signer');
  const { principal } = record.statement.predicate.reviewer;
  const { signature, text } = record;
  const { signers, ownSigners, revision, rule, why } = protection;
  if (signature === null)
    return rule?.unsigned === true
      ? says(true, 'unsigned-allowed', `${principal} is who the record says; nothing proves it.`)
      : says(false, 'unsigned', `Nothing proves that ${principal} wrote it.`);
  if (signers === null) return says(false, 'no-signers', why!);
  if (await isAllowed(text, signature, principal, signers))
    return says(true, 'authorised', `${principal} is among the allowed signers of \`${revision!}\`.`);
  const owners = await principalsOf(signature, signers);
  if (owners.length > 0 && !owners.includes(principal))
    return says(
      false,
      'other-principal',
      `The record says ${principal}, and the key is ${owners.join(', ')}'s in \`${revision!}\`.`,
    );
  if (owners.length > 0)
    return says(
      false,
      'not-allowed',
      `The allowed signers of \`${revision!}\` name ${principal}'s key, but do not let it sign this: look at its namespaces and its dates.`,
    );
  const onBranch = ownSigners === null ? [] : await principalsOf(signature, ownSigners);
  if (onBranch.length > 0)
    return says(
      false,
      'only-on-branch',
      `The key is among the allowed signers of this branch, but not of \`${revision!}\`: it counts once it is there.`,
    );
  return says(false, 'unknown-key', `The key is not among the allowed signers of \`${revision!}\`.`);
}

function artefactsFact(record: ReadableRecord, now: Now): ReviewFact {
  const says = sayer('artefacts');
  const { predicate, subject } = record.statement;
  const was = predicate.model;
  const [then, is] = [was.digest.slice(0, 8), now.digest.slice(0, 8)];
  const name = `${was.name ?? was.path} ${was.version ?? ''}`.trim();
  // The files are looked at too: a digest that was remembered may be older than the external data beside it.
  if (was.digest !== now.digest || !sameFiles(subject, now.subject)) {
    const tagged = predicate.tags.find(tag => now.tags.includes(tag));
    const [from, to] = [predicate.commit, now.commit];
    if (tagged !== undefined && from !== null && to !== null && from !== to)
      return says(
        false,
        'tag-moved',
        `The tag \`${tagged}\` has moved: it pointed at ${then} (commit ${from.slice(0, 8)}) and points at ${is} (commit ${to.slice(0, 8)}).`,
      );
    return says(
      false,
      'model-swapped',
      `${name} was ${then} when it was reviewed and is ${is}: ${changedFiles(subject, now.subject)}.`,
    );
  }
  const data = predicate.data.flatMap(({ path, role, digest }) => {
    const found = now.data.get(path);
    if (found === digest) return [];
    if (found === null || found === undefined) return [`the ${role} data \`${path}\` is gone`];
    return [`the ${role} data \`${path}\` was ${digest.slice(0, 8)} and is ${found.slice(0, 8)}`];
  });
  const results = predicate.results.flatMap(({ kind, job, digest }) => {
    const found = now.results.get(job);
    return found === undefined || found === digest
      ? []
      : [`the stored ${resultWords[kind]} was ${digest.slice(0, 8)} and is ${found.slice(0, 8)}`];
  });
  const report =
    record.report === null || record.report === predicate.report.digest
      ? []
      : [`the report was ${predicate.report.digest.slice(0, 8)} and is ${record.report.slice(0, 8)}`];
  const changed = [...data, ...results, ...report];
  if (changed.length === 0)
    return says(true, 'unchanged', `Model, data and results are what was reviewed (${then}).`);
  const code = data.length > 0 ? 'data-changed' : results.length > 0 ? 'results-changed' : 'report-changed';
  return says(false, code, `Changed since: ${changed.join('; ')}.`);
}

const resultWords = { validate: 'validation', explain: 'explanation', compare: 'comparison' } as const;

/** Whether the bytes are the same, wherever they lie. */
function sameFiles(then: ReviewStatement['subject'], now: ReviewStatement['subject']): boolean {
  const digests = (subject: ReviewStatement['subject']): string =>
    subject
      .map(({ digest }) => digest.sha256)
      .sort()
      .join();
  return digests(then) === digests(now);
}

function changedFiles(then: ReviewStatement['subject'], now: ReviewStatement['subject']): string {
  const today = new Map(now.map(({ name, digest }) => [name, digest.sha256]));
  const changed = then.flatMap(({ name, digest }) => {
    const is = today.get(name);
    if (is === digest.sha256) return [];
    return [is === undefined ? `\`${name}\` is gone` : `\`${name}\` is another file`];
  });
  return changed.length === 0 ? 'its external data has more files' : changed.join(', ');
}

function policyFact({ predicate }: ReviewStatement, now: Now): ReviewFact {
  const says = sayer('policy');
  if (predicate.policy.digest === now.policy.digest)
    return says(true, 'unchanged', 'The policy is the one it was reviewed under.');
  const changed = differences(predicate.policy.content, now.policy.content);
  return says(false, 'policy-changed', `The policy has changed since: ${changed.join('; ')}.`);
}

function validityFact({ predicate }: ReviewStatement, time: Date, rule: ReviewRule | null): ReviewFact {
  const says = sayer('validity');
  const { at, expires, overrides } = predicate;
  const made = Date.parse(at);
  if (Number.isNaN(made) || made > time.getTime() + skew)
    return says(false, 'in-the-future', `It is dated ${at}, which has not come yet.`);
  if (expires !== null && !(Date.parse(expires) > time.getTime()))
    return says(false, 'expired', `It expired on ${expires.slice(0, 10)}.`);
  const lapsed = overrides.find(override => !(Date.parse(override.expires) > time.getTime()));
  if (lapsed !== undefined)
    return says(
      false,
      'override-expired',
      `Its override of \`${lapsed.rule}\` expired on ${lapsed.expires.slice(0, 10)}.`,
    );
  const maxAge = rule?.maxAge ?? null;
  const age = Math.floor((time.getTime() - made) / day);
  if (maxAge !== null && time.getTime() - made > maxAge * day)
    return says(false, 'too-old', `It is ${age} days old; the policy lets it count for ${maxAge}.`);
  return says(
    true,
    'in-force',
    expires === null ? 'It has no expiry.' : `It holds until ${expires.slice(0, 10)}.`,
  );
}

function sayer(fact: ReviewFact['fact']): (holds: boolean, code: string, sentence: string) => ReviewFact {
  return (holds, code, sentence) => ({ fact, holds, code, sentence });
}
