import type { Policy } from '../../protocol/engine.ts';
import type { CheckResult, Threshold, Validation } from '../../protocol/results/validation.ts';
import { catalogue } from '../checks/catalogue.ts';
import type { Check } from '../checks/check.ts';
import { judge } from '../checks/judge.ts';
import { metricRules } from '../checks/metricRules.ts';
import { sliceRules } from '../checks/sliceRules.ts';
import { rowsAdvice } from '../checks/needed.ts';
import { thresholdOf, withoutLabels } from '../checks/run.ts';
import { unknownRules } from '../checks/unknownRules.ts';

/** What a stored validation says under another policy. */
export interface Rejudged {
  /** As a run under that policy would have them; findings of checks are those of the stored run. */
  readonly checks: readonly CheckResult[];
  /** Checks whose outcome only a run can tell, each with the reason. */
  readonly open: readonly { readonly id: string; readonly why: string }[];
}

const known: ReadonlyMap<string, Check> = new Map(catalogue.map(check => [check.id, check]));

/** The values and intervals of a stored validation against the limits of another policy; nothing is measured. */
export function rejudge(stored: Pick<Validation, 'checks' | 'metrics' | 'slices'>, policy: Policy): Rejudged {
  const open: { id: string; why: string }[] = [];
  const labelled = stored.metrics.length > 0;
  const checks = stored.checks.flatMap(result => {
    const check = known.get(result.id);
    if (check === undefined) return [];
    const judged = rejudgeCheck(result, check, policy, labelled);
    if (typeof judged !== 'string') return [judged];
    open.push({ id: result.id, why: judged });
    return [result];
  });
  const slices = stored.slices ?? [];
  for (const [name, { where }] of Object.entries(policy.slices ?? {}))
    if (labelled && !slices.some(slice => slice.name === name && slice.where === where))
      open.push({ id: `slice-${name}`, why: 'Its rows were not measured when this result was made.' });
  return {
    checks: [
      ...metricRules(policy, stored.metrics),
      ...sliceRules(
        policy,
        slices.filter(({ name, where }) => policy.slices?.[name]?.where === where),
        labelled,
      ),
      ...unknownRules(policy),
      ...checks,
    ],
    open,
  };
}

/** @returns why only a run can tell, in a sentence, where that is so */
function rejudgeCheck(
  result: CheckResult,
  check: Check,
  policy: Policy,
  labelled: boolean,
): CheckResult | string {
  const rule = policy.checks[check.id];
  const severity = rule?.severity ?? check.severity;
  const threshold = thresholdOf(check, policy);
  if (rule?.off === true)
    return { ...result, severity, threshold: null, status: 'not-run', value: null, interval: null };
  if (wasOff(result, check)) return 'It was switched off when this result was made.';
  if (!labelled && check.needs.includes('labels'))
    return { ...result, severity, threshold, ...withoutLabels(rule, severity) };
  if (result.status === 'not-run') return { ...result, severity, threshold };
  const { value, interval } = result;
  // There was nothing to hold against the limit.
  if (value === null && result.status === 'pass' && check.threshold !== null)
    return { ...result, severity, threshold };
  if (
    result.threshold !== null &&
    threshold !== null &&
    typeof value === 'number' &&
    judge(value, interval, result.threshold, result.severity) === result.status
  ) {
    // A check that is handed the limit may measure something else with another one.
    if (check.run.length > 1 && !same(threshold, result.threshold))
      return 'It measures with its limit, so another limit needs a new run.';
    const status = judge(value, interval, threshold, severity);
    // Undecided by another limit: other rows would be needed than the stored advice says.
    const moved = status === 'inconclusive' && interval !== null && !same(threshold, result.threshold);
    const needed = moved ? rowsAdvice(value, interval, threshold.value) : null;
    return { ...result, severity, threshold, status, advice: needed ?? result.advice };
  }
  if (!same(threshold, result.threshold)) return 'It judges by more than its limit.';
  const broken = result.status === 'fail' || result.status === 'warn';
  return { ...result, severity, threshold, status: broken ? severity : result.status };
}

/** Only what is switched off has no limit where its kind has one. */
function wasOff(result: CheckResult, check: Check): boolean {
  return (
    result.status === 'not-run' &&
    (check.threshold === null ? result.finding === 'Switched off by the policy.' : result.threshold === null)
  );
}

function same(a: Threshold | null, b: Threshold | null): boolean {
  return a?.op === b?.op && a?.value === b?.value;
}
