import type { Policy } from '../../protocol/engine.ts';
import type { CheckResult } from '../../protocol/results/validation.ts';
import { catalogue } from './catalogue.ts';

/** Rules of the policy on checks that are not in the catalogue: nothing can be said to keep them. */
export function unknownRules({ checks }: Policy): CheckResult[] {
  return Object.entries(checks)
    .filter(([id, { off }]) => off !== true && !catalogue.some(check => check.id === id))
    .map(([id, { severity = 'fail' }]) => ({
      id,
      title: id,
      group: 'performance',
      needs: [],
      severity,
      unit: null,
      threshold: null,
      measured: false,
      status: severity,
      value: null,
      interval: null,
      finding: `There is no check \`${id}\`, so its rule cannot be kept.`,
      advice: 'Mend the name in the policy, or take the rule out.',
      evidence: null,
    }));
}
