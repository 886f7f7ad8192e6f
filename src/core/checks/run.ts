import type { Policy, Rule } from '../../protocol/engine.ts';
import type { Interval, Status } from '../../protocol/results/shared.ts';
import type { CheckNeed, CheckResult, Evidence, Threshold } from '../../protocol/results/validation.ts';
import type { Cell } from '../data/table.ts';
import { labelledRows } from '../metrics/scored.ts';
import { catalogue } from './catalogue.ts';
import type { Check } from './check.ts';
import type { CheckFacts } from './facts.ts';
import { judge, limitOf } from './judge.ts';
import { metricRules } from './metricRules.ts';
import { rowsAdvice } from './needed.ts';
import { sliceRules } from './sliceRules.ts';
import { statistics } from './statistics.ts';
import { unknownRules } from './unknownRules.ts';

/** Every check of the catalogue, every metric rule and every slice of the policy, each exactly once. */
export function runChecks(facts: CheckFacts, policy: Policy): CheckResult[] {
  const lacking = whatLacks(facts);
  return [
    ...metricRules(policy, facts.metrics),
    ...sliceRules(policy, facts.slices, !lacking.has('labels')),
    ...unknownRules(policy),
    ...catalogue.map(check => runCheck(check, facts, policy, lacking)),
  ];
}

/** One check, with the policy's limit and severity. */
export function runCheck(
  check: Check,
  facts: CheckFacts,
  policy: Policy,
  lacking = whatLacks(facts),
): CheckResult {
  const rule = policy.checks[check.id];
  const severity = rule?.severity ?? check.severity;
  const threshold = thresholdOf(check, policy);
  const base = {
    id: check.id,
    title: check.title,
    ...(statistics[check.id] === undefined ? {} : { statistic: statistics[check.id] }),
    group: check.group,
    needs: [...check.needs],
    severity,
    unit: check.unit,
    threshold,
    measured: check.measured ?? false,
  };
  const notRun = (finding: string): CheckResult => ({
    ...base,
    status: 'not-run',
    value: null,
    interval: null,
    finding,
    advice: null,
    evidence: null,
  });
  if (rule?.off === true) return { ...notRun('Switched off by the policy.'), threshold: null };
  const missing = check.needs.filter(need => lacking.has(need));
  if (missing.length > 0) {
    const found = notRun(`Needs ${missing.map(need => needWords[need]).join(' and ')}.`);
    return missing.includes('labels') ? { ...found, ...withoutLabels(rule, severity) } : found;
  }
  const outcome = check.run(facts, threshold?.value ?? 0);
  if ('notRun' in outcome) return notRun(outcome.notRun);
  const { value, finding } = outcome;
  if (typeof value === 'number' && !Number.isFinite(value)) return notRun('It is undefined on this data.');
  const interval = finiteInterval(outcome.interval ?? null);
  const status =
    outcome.broken !== undefined
      ? outcome.broken
        ? severity
        : 'pass'
      : threshold === null || typeof value !== 'number'
        ? 'pass'
        : judge(value, interval, threshold, severity);
  return {
    ...base,
    status,
    value,
    interval,
    finding,
    advice: adviceOn(status, outcome.advice ?? null, value, interval, threshold),
    evidence: finiteEvidence(outcome.evidence ?? null),
  };
}

/** What to do; where the interval straddles the limit, also how many rows would decide. */
function adviceOn(
  status: Status,
  advice: string | null,
  value: CheckResult['value'],
  interval: Interval | null,
  threshold: Threshold | null,
): string | null {
  if (status === 'pass') return null;
  if (status !== 'inconclusive' || interval === null || threshold === null || typeof value !== 'number')
    return advice;
  const needed = rowsAdvice(value, interval, threshold.value);
  return [needed, advice === null ? null : undecided(advice)].filter(part => part !== null).join(' ') || null;
}

/** "If it is so: do not use this model." of "Do not use this model." */
function undecided(advice: string): string {
  return `If it is so: ${advice.charAt(0).toLowerCase()}${advice.slice(1)}`;
}

/** Results are JSON, which has no word for infinity or NaN. */
function finiteInterval(interval: Interval | null): Interval | null {
  return interval !== null && Number.isFinite(interval.low) && Number.isFinite(interval.high)
    ? interval
    : null;
}

function finiteEvidence(evidence: Evidence | null): Evidence | null {
  if (evidence === null) return null;
  const finite = (cell: Cell): Cell => (typeof cell === 'number' && !Number.isFinite(cell) ? null : cell);
  return { ...evidence, rows: evidence.rows.map(row => row.map(finite)) };
}

/** The limit in force: the policy's, else the usual one. */
export function thresholdOf(check: Check, policy: Policy): Threshold | null {
  if (check.threshold === null) return null;
  const { op, value } = check.threshold;
  const limit = limitOf(policy.checks[check.id], op);
  return limit === undefined
    ? { op, value, source: policy.checks[check.id] === undefined ? 'default' : 'policy' }
    : { op, value: limit, source: 'policy' };
}

/** A check that needs labels where there are none: a limit that the policy sets on it is not kept. */
export function withoutLabels(
  rule: Rule | undefined,
  severity: 'fail' | 'warn',
): Pick<CheckResult, 'status' | 'advice'> {
  return rule?.min === undefined && rule?.max === undefined
    ? { status: 'not-run', advice: null }
    : { status: severity, advice: 'The policy sets a limit on it: name holdout data and its label column.' };
}

const needWords: Record<CheckNeed, string> = {
  model: 'a model',
  answers: 'answers',
  data: 'data',
  labels: 'labelled data',
  reference: 'reference data (what the model was trained on)',
  baseline: 'a baseline version',
  original: 'the original of the model (before its export or quantisation)',
  group: 'group columns in the policy',
};

/** The needs that these facts cannot meet. */
function whatLacks(facts: CheckFacts): Set<CheckNeed> {
  const { scored } = facts;
  const met: Record<CheckNeed, boolean> = {
    model: facts.model !== null,
    answers: facts.model !== null || scored !== null,
    data: facts.data !== null || scored !== null,
    labels: scored !== null && labelledRows(scored).length > 0,
    reference: facts.reference !== null,
    baseline: facts.baseline !== null,
    original: facts.original !== null,
    group: facts.groups.length > 0,
  };
  return new Set((Object.keys(met) as CheckNeed[]).filter(need => !met[need]));
}
