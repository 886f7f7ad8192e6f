import { expect, it } from 'vitest';
import type { Review } from '../protocol/results/review.ts';
import { allowedBy, requireReview, reviewedOverride } from './reviewGate.ts';

const failing = {
  status: 'fail',
  sentence: 'Fails: A and B.',
  failed: ['a', 'b'],
  warned: [],
  inconclusive: [],
} as const;

const verdict = { ...failing, failed: [...failing.failed], warned: [], inconclusive: [] };

function reviewOf(status: Review['standing']['status'], rules: readonly string[]): Review {
  const overrides = rules.map((rule, index) => ({
    rule,
    reason: `why ${rule}`,
    expires: `2999-0${index + 1}-01T00:00:00.000Z`,
  }));
  return {
    schema: 'slipway/review@1',
    model: { digest: 'd', name: 'm', version: '1', path: 'm.onnx', size: 1 },
    target: 'staging',
    rule: { approvals: 1, roles: [], independent: true, maxAge: null, unsigned: false },
    revision: 'main',
    standing: {
      status,
      sentence: 'Where it stands.',
      approvals: [{ by: 'bob', at: '', until: null, conditions: [], record: 'r' }],
      missing: [],
    },
    records: [
      {
        digest: 'r',
        path: '',
        facts: [],
        statement: { predicate: { overrides } } as unknown as Review['records'][0]['statement'],
      },
    ],
    problems: [],
    thread: [],
  };
}

it('asks for nothing where nothing is asked', () => {
  expect(() => requireReview(allowedBy(null))).not.toThrow();
  expect(() => requireReview(allowedBy({ ...reviewOf('none', []), rule: null }))).not.toThrow();
});

it('lets approved versions through, and no others', () => {
  for (const status of ['approved', 'conditional'] as const)
    expect(() => requireReview(allowedBy(reviewOf(status, [])))).not.toThrow();
  for (const status of ['none', 'pending', 'rejected', 'expired', 'changed', 'tampered'] as const)
    expect(() => requireReview(allowedBy(reviewOf(status, [])))).toThrow('Where it stands.');
});

it('takes over the override of reviewers when it covers all that fails, until the first of it expires', () => {
  expect(reviewedOverride(reviewOf('approved', ['a']), verdict)).toBeNull();
  expect(reviewedOverride(reviewOf('expired', ['a', 'b']), verdict)).toBeNull();
  expect(reviewedOverride(reviewOf('approved', ['b', 'a']), verdict)).toEqual({
    reason: 'a: why a; b: why b',
    by: 'bob',
    expires: '2999-01-01T00:00:00.000Z',
  });
});
