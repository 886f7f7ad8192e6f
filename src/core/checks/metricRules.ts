import type { Policy, Rule } from '../../protocol/engine.ts';
import type { Interval } from '../../protocol/results/shared.ts';
import type { CheckResult, Metric, Threshold } from '../../protocol/results/validation.ts';
import { definitionOf, isMetricName } from '../metrics/definitions.ts';
import { judge } from './judge.ts';
import { roughly, timesTheRows } from './needed.ts';
import { valueWords, withInterval } from './words.ts';

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
  const limit = `${threshold.op === '>=' ? 'at least' : 'at most'} ${valueWords(threshold.value, base.unit)}`;
  if (metric?.value !== undefined && metric.value !== null) {
    const status = judge(metric.value, metric.interval, threshold, severity);
    return {
      ...base,
      status,
      value: metric.value,
      interval: metric.interval,
      finding: `${of} is ${withInterval(metric.value, metric.interval, metric.unit)} over ${metric.n.toLocaleString('en-US')} rows; the policy asks for ${limit}.`,
      advice:
        status === 'inconclusive'
          ? undecided(metric.value, metric.interval, metric.n, threshold.value)
          : status === 'pass'
            ? null
            : 'Improve the model, or change the limit in the policy with a reason.',
    };
  }
  // A metric that is missing though there are labels can't be said to keep its limit.
  return {
    ...base,
    status: labelled ? severity : 'not-run',
    value: null,
    interval: null,
    finding: labelled
      ? `${of} is undefined on this data, so it cannot be ${limit}.`
      : `${of} was not measured: it needs labelled data.`,
    advice: labelled
      ? 'Give holdout data in which every class occurs, and a model that gives this metric.'
      : 'Name holdout data and its label column.',
  };
}

function undecided(value: number, interval: Interval | null, n: number, limit: number): string {
  const times = interval === null ? null : timesTheRows(value, interval, limit);
  const needed = times === null ? 'more labelled rows' : `about ${roughly(n * times)} labelled rows`;
  return `The interval straddles the limit: ${needed} would decide it.`;
}
