import type { Policy } from '../../protocol/engine.ts';
import type { ScoredTask } from '../metrics/scored.ts';

/** A mistake in a policy; `path` as in ['metrics', 'roc_auc', 'min']. */
export interface PolicyIssue {
  readonly path: readonly string[];
  readonly message: string;
}

/** Unknown metric and check names (with the nearest one) and thresholds that nothing can meet or break. */
export function policyIssues(policy: Policy, task: ScoredTask | null): PolicyIssue[] {
  throw new Error(`not built: ${policy.groups.length} ${String(task)}`);
}
