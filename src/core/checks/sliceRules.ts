import type { Policy, PolicySlice } from '../../protocol/engine.ts';
import type { CheckResult, NamedSlice } from '../../protocol/results/validation.ts';
import { definitionOf, isMetricName } from '../metrics/definitions.ts';
import { limitedMetric, limitsOf } from './metricRules.ts';
import { counted, withInterval } from '../words.ts';

/** Labelled rows below which a slice is not judged, unless the policy says otherwise. */
export const leastSliceRows = 30;

/** Metrics that a slice is measured by, where the policy names none: the first that there is. */
const usual = ['accuracy', 'mean_absolute_error'];

/**
 * The policy's slices as checks: the id is `slice-` and the name (`-max` when both limits are set).
 * @param labelled whether there are labelled rows; without them no limit is kept
 */
export function sliceRules(policy: Policy, slices: readonly NamedSlice[], labelled: boolean): CheckResult[] {
  return Object.entries(policy.slices ?? {}).flatMap(([name, rule]) =>
    sliceRule(
      name,
      rule,
      slices.find(slice => slice.name === name),
      labelled,
    ),
  );
}

function sliceRule(
  name: string,
  rule: PolicySlice,
  slice: NamedSlice | undefined,
  labelled: boolean,
): CheckResult[] {
  const severity = rule.severity ?? 'fail';
  const names = rule.metric === undefined ? usual : [rule.metric];
  const metric = slice?.metrics.find(one => one.class === null && names.includes(one.name));
  const measure = metric?.name ?? rule.metric;
  const id = `slice-${name}`;
  const title = `Slice ${name}`;
  const what = measure !== undefined && isMetricName(measure) ? definitionOf(measure).title : 'The metric';
  const base: Omit<CheckResult, 'status' | 'finding'> = {
    ...{ id, title, severity, group: 'performance', needs: ['answers', 'data', 'labels'] },
    ...(metric === undefined ? {} : { statistic: metric.title }),
    ...{ value: null, unit: null, interval: null, threshold: null, advice: null, evidence: null },
    measured: false,
  };
  const limits = limitsOf(id, rule);
  const all = (result: Omit<CheckResult, 'id' | 'threshold'>): CheckResult[] =>
    limits.length === 0
      ? [{ ...result, id, threshold: null }]
      : limits.map(([own, threshold]) => ({ ...result, id: own, threshold }));
  if (slice === undefined)
    return all({
      ...base,
      status: limits.length > 0 && !labelled ? severity : 'not-run',
      finding: `\`${rule.where}\` was not measured${labelled ? '' : ': it needs labelled data'}.`,
      advice: labelled ? null : 'Name holdout data and its label column.',
    });
  if (slice.failure !== null)
    return all({
      ...base,
      status: severity,
      finding: slice.failure,
      advice: `Change \`where\` of the slice \`${name}\` in the policy.`,
    });
  const least = rule.rows ?? leastSliceRows;
  if (slice.n < least)
    return all({
      ...base,
      status: 'not-run',
      finding: `${counted(slice.n, 'labelled row')} of \`${rule.where}\`: too few to judge, it takes ${least}.`,
    });
  const of = `${what} where \`${rule.where}\``;
  if (limits.length > 0)
    return limits.map(([own, threshold]) => ({
      ...limitedMetric({ id: own, title, of, severity }, metric, true, threshold),
      ...(metric === undefined ? {} : { statistic: metric.title }),
    }));
  if (metric?.value == null) return all({ ...base, status: 'not-run', finding: `${of} is undefined.` });
  return all({
    ...base,
    status: 'pass',
    value: metric.value,
    unit: metric.unit,
    interval: metric.interval,
    finding: `${of} is ${withInterval(metric.value, metric.interval, metric.unit)} over ${counted(slice.n, 'row')}; the policy sets no limit.`,
  });
}
