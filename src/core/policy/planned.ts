import type { Policy } from '../../protocol/engine.ts';
import type { CheckResult } from '../../protocol/results/validation.ts';
import { catalogue } from '../checks/catalogue.ts';
import { metricRules } from '../checks/metricRules.ts';
import { sliceRules } from '../checks/sliceRules.ts';

export type PlannedCheck = Pick<CheckResult, 'id' | 'title' | 'group'>;

/** What a validation under this policy will list, in its order; without what the policy switches off. */
export function plannedChecks(policy: Policy): readonly PlannedCheck[] {
  return [
    ...metricRules(policy, []),
    ...sliceRules(policy, [], true),
    ...catalogue.filter(({ id }) => policy.checks[id]?.off !== true),
  ].map(({ id, title, group }) => ({ id, title, group }));
}
