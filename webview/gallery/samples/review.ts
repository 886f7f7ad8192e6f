import type { ReviewPage } from '../../../src/protocol/pages.ts';
import { comparison } from './compare.ts';
import { digest, model } from './refs.ts';
import { data, head } from './shared.ts';
import { failing } from './validation.ts';

/** A reviewer in the middle of it: one decision on record, one challenge open. */
export function reviewPage(): ReviewPage {
  const facts = (['signature', 'signer', 'artefacts', 'policy', 'validity'] as const).map((fact, at) => ({
    fact,
    holds: at !== 3,
    code: at === 3 ? 'policy-changed' : 'valid',
    sentence: [
      'Signed with SHA256:ks0+rfonosauYo9qWI6MhJdejaOm1jnm7R5N6LM8p0c.',
      'bob@example.org is among the allowed signers of `origin/main`.',
      'Model, data and results are what was reviewed (3f9ac1d2).',
      'The policy has changed since: `policy.metrics.roc_auc.min` was 0.7 and is 0.65.',
      'It holds until 2027-02-25.',
    ][at]!,
  }));
  const ref = model('2.0.0', 1);
  return {
    review: {
      schema: 'slipway/review@1',
      model: ref,
      target: null,
      rule: { approvals: 2, roles: ['risk'], independent: true, maxAge: 90, unsigned: false },
      revision: 'origin/main',
      standing: {
        status: 'changed',
        sentence:
          'The review by bob@example.org does not count. The policy has changed since: `policy.metrics.roc_auc.min` was 0.7 and is 0.65.',
        approvals: [],
        missing: ['2 more approvals are needed.'],
      },
      records: [
        {
          digest: digest(5),
          path: '.slipway/reviews/credit-risk/0001-27220659f385.json',
          facts,
          statement: {
            _type: 'https://in-toto.io/Statement/v1',
            subject: [{ name: ref.path, digest: { sha256: ref.digest } }],
            predicateType: 'urn:slipway:review:1',
            predicate: {
              model: ref,
              commit: null,
              tags: [],
              at: '2026-11-20T08:00:00Z',
              reviewer: { principal: 'bob@example.org', key: null },
              author: { name: 'Ada', email: 'ada@example.org' },
              decision: 'approve-with-conditions',
              comment: 'Good enough for staging.',
              conditions: ['Watch the drift of `purpose` for two weeks.'],
              scope: ['staging'],
              expires: '2027-02-25T23:59:59Z',
              verdict: failing,
              overrides: [{ rule: 'group-gap', reason: 'a pilot', expires: '2026-12-31T00:00:00Z' }],
              opened: ['group-gap'],
              thread: [],
              data,
              policy: { digest: digest(6), content: {} },
              code: null,
              environment: { system: 'linux x64', processor: '', engine: head.engine },
              results: [],
              report: { digest: digest(7), size: 1 },
              previous: null,
            },
          },
        },
      ],
      problems: [],
      thread: [
        {
          kind: 'challenge',
          at: '2026-11-21T08:00:00Z',
          by: 'bob@example.org',
          text: 'Why is the gap between groups larger than in 1.1.0?',
          to: null,
        },
        {
          kind: 'answer',
          at: '2026-11-21T09:00:00Z',
          by: 'ada@example.org',
          text: 'Education has 59 rows in the holdout; the interval is wide.',
          to: 1,
        },
        {
          kind: 'challenge',
          at: '2026-11-22T08:00:00Z',
          by: 'bob@example.org',
          text: 'Who watches the drift?',
          to: null,
        },
      ],
    },
    live: '1.1.0',
    comparison: comparison(),
    toOpen: [
      { id: 'group-gap', title: 'Gap between groups', why: 'The gap is 0.14.', opened: true },
      {
        id: 'comparison',
        title: 'Comparison with what is live',
        why: '2.0.0 is better overall.',
        opened: false,
      },
      {
        id: 'explanation',
        title: 'Explanation',
        why: 'Credit amount moves the answers most.',
        opened: false,
      },
    ],
    keys: ['~/.ssh/id_ed25519'],
    principal: 'bob@example.org',
    busy: false,
    failure: null,
  };
}
