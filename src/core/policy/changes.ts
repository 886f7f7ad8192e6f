import type { PolicyPreview } from '../../protocol/results/policyPreview.ts';
import type { Status } from '../../protocol/results/shared.ts';

const acts: Readonly<Record<Status, string>> = {
  pass: 'passes',
  warn: 'passes with warnings',
  fail: 'fails',
  inconclusive: 'is inconclusive',
  'not-run': 'has no verdict',
};
const would: Readonly<Record<Status, string>> = {
  pass: 'would pass',
  warn: 'would pass with warnings',
  fail: 'would fail',
  inconclusive: 'would be inconclusive',
  'not-run': 'would have no verdict',
};

/** "2.0.0 would fail (passes now)." of one version. */
export function changeOf({ version, before, after }: PolicyPreview['versions'][number]): string {
  return before.status === after.status
    ? `${version} ${acts[before.status]}, as now`
    : `${version} ${would[after.status]} (${acts[before.status]} now)`;
}
