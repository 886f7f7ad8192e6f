import type { Status, Verdict } from '../../protocol/results/shared.ts';

const meanings: Readonly<Record<Status, string>> = {
  pass: '',
  warn: 'Warnings do not stop a deployment.',
  inconclusive:
    'The policy does not stop it and asks for no reason: whether this is good enough is yours to decide.',
  'not-run': 'The policy does not stop it: it has nothing to judge by.',
  fail: 'The policy stops it, unless a reason for an override is recorded.',
};

/** What a verdict means for a deployment that rests on it, in words: the verdict's sentence, then the consequence. */
export function consequenceOf(verdict: Verdict | null): string {
  if (verdict === null) return 'No validation: the policy has not been asked.';
  return [verdict.sentence, meanings[verdict.status]].filter(part => part !== '').join(' ');
}
