import type { ReviewStatement } from '../../src/protocol/results/review.ts';
import { canonical } from '../../src/review/canonical.ts';
import { ReviewRecords } from '../../src/review/records.ts';
import type { ResolvedModel } from '../../src/workspace/types.ts';

/** Puts a record of a version in a workspace, as a signed review leaves it. @returns its two files */
export async function addRecord(
  root: string,
  { ref, entry }: ResolvedModel,
): Promise<{ readonly statement: string; readonly signature: string }> {
  const statement: ReviewStatement = {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: ref.path, digest: { sha256: ref.digest } }],
    predicateType: 'urn:slipway:review:1',
    predicate: {
      model: ref,
      ...{ commit: null, tags: [], at: '2026-11-01T12:00:00.000Z', author: null, decision: 'approve' },
      reviewer: { principal: 'bob@example.org', key: null },
      ...{ comment: null, conditions: [], scope: null, expires: null },
      verdict: { status: 'pass', sentence: 'Passes.', failed: [], warned: [], inconclusive: [] },
      ...{ overrides: [], opened: [], thread: [], data: [], results: [], code: null, previous: null },
      policy: { digest: '0'.repeat(64), content: {} },
      environment: { system: 'linux', processor: 'test', engine: 'test' },
      report: { digest: '0'.repeat(64), size: 0 },
    },
  };
  const signature = '-----BEGIN SSH SIGNATURE-----\nU1NIU0lH\n-----END SSH SIGNATURE-----\n';
  await new ReviewRecords(root).add(entry.name, statement, signature, '<html></html>');
  return { statement: canonical(statement), signature };
}
