import type { Policy, Rule } from '../../protocol/engine.ts';
import type { Interval, Status } from '../../protocol/results/shared.ts';
import type { CheckResult, Metric, Threshold } from '../../protocol/results/validation.ts';
import { definitionOf, isMetricName } from '../metrics/definitions.ts';
import { judge } from './judge.ts';
import { wilson } from '../stats/proportion.ts';
import { roughly, rowsToMeet, timesTheRows } from './needed.ts';
import { asGiven, counted, givenWords, number, whole, withInterval } from '../words.ts';

/** The policy's limits on metrics as checks: the id is the metric's name (`-max` when both limits are set). */
export function metricRules(policy: Policy, metrics: readonly Metric[]): CheckResult[] {
  return Object.entries(policy.metrics).flatMap(([name, rule]) => {
    const metric = metrics.find(one => one.name === name && one.class === null);
    const title = isMetricName(name) ? definitionOf(name).title : name;
    return rule.off === true
      ? []
      : limitsOf(name, rule).map(([id, threshold]) =>
          limitedMetric(
            { id, title, of: title, severity: rule.severity ?? 'fail' },
            metric,
            metrics.length > 0,
            threshold,
          ),
        );
  });
}

/** Each limit of a rule with the id of its check. */
export function limitsOf(id: string, { min, max }: Pick<Rule, 'min' | 'max'>): [string, Threshold][] {
  const limits: [string, Threshold][] = [];
  if (min !== undefined) limits.push([id, { op: '>=', value: min, source: 'policy' }]);
  if (max !== undefined)
    limits.push([limits.length > 0 ? `${id}-max` : id, { op: '<=', value: max, source: 'policy' }]);
  return limits;
}

/**
 * A metric against one limit of the policy.
 * @param of what is measured, as sentences begin with it
 * @param labelled whether there are labelled rows
 */
export function limitedMetric(
  {
    id,
    title,
    of,
    severity,
  }: {
    readonly id: string;
    readonly title: string;
    readonly of: string;
    readonly severity: 'fail' | 'warn';
  },
  metric: Metric | undefined,
  labelled: boolean,
  threshold: Threshold,
): CheckResult {
  const base = {
    id,
    title,
    group: 'performance' as const,
    needs: ['answers' as const, 'data' as const, 'labels' as const],
    severity,
    unit: metric?.unit ?? null,
    threshold,
    evidence: null,
    measured: false,
  };
  const limit = `${threshold.op === '>=' ? 'at least' : 'at most'} ${givenWords(threshold.value, base.unit)}`;
  if (metric?.value !== undefined && metric.value !== null) {
    const judged = judge(metric.value, metric.interval, threshold, severity);
    const tooFew = tooFewToMeet(metric, threshold);
    // A bootstrap of rows without an error has no width, however few they are.
    const status = judged === 'pass' && tooFew !== null ? 'inconclusive' : judged;
    return {
      ...base,
      status,
      value: metric.value,
      interval: metric.interval,
      finding: `${of} is ${withInterval(metric.value, metric.interval, metric.unit)} over ${whole(metric.n)} rows; the policy asks for ${limit}.`,
      advice: adviceOn(status, metric, threshold, tooFew),
    };
  }
  // A metric that is missing can't be said to keep its limit, whether labels are missing or one of the classes.
  return {
    ...base,
    status: severity,
    value: null,
    interval: null,
    finding: labelled
      ? `${of} is undefined on this data, so it cannot be ${limit}.`
      : `${of} was not measured, so it cannot be ${limit}: it needs labelled data.`,
    advice: labelled
      ? 'Give holdout data in which every class occurs, and a model that gives this metric.'
      : 'Name holdout data and its label column.',
  };
}

function adviceOn(
  status: Status,
  { value, interval, n }: Metric,
  { value: limit }: Threshold,
  tooFew: string | null,
): string | null {
  if (status === 'pass') return null;
  if (status === 'inconclusive') return tooFew ?? undecided(value!, interval, n, limit);
  const advice = 'Improve the model, or change the limit in the policy with a reason.';
  return tooFew === null ? advice : `${tooFew} ${advice}`;
}

/** Why no result on so few rows can keep a limit on a share; null where one can. */
function tooFewToMeet({ of, interval }: Metric, { op, value: limit }: Threshold): string | null {
  if (of === undefined || op !== '>=' || limit >= 1) return null;
  const level = interval?.level ?? 0.95;
  const { low } = wilson(of, of, level);
  if (low >= limit) return null;
  const least = whole(rowsToMeet(limit, level));
  return `No result can meet ${asGiven(limit)} on the ${counted(of, 'row')} it rests on: without a single error the interval would still begin at ${number(low)}. It takes ${least} of them.`;
}

function undecided(value: number, interval: Interval | null, n: number, limit: number): string {
  const times = interval === null ? null : timesTheRows(value, interval, limit);
  const needed = times === null ? 'more labelled rows' : `about ${roughly(n * times)} labelled rows`;
  return `The interval straddles the limit: ${needed} would decide it.`;
}
