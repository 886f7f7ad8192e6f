import type { Policy, PolicySlice, Rule } from '../../protocol/engine.ts';
import { catalogue } from '../checks/catalogue.ts';
import { statistics } from '../checks/statistics.ts';
import { definitionOf, isMetricName, metricDefinitions } from '../metrics/definitions.ts';
import { metricNames } from '../metrics/evaluate.ts';
import type { ScoredTask } from '../metrics/scored.ts';
import { didYouMean } from '../nearest.ts';

/** A mistake in a policy; `path` as in ['metrics', 'roc_auc', 'min']. */
export interface PolicyIssue {
  readonly path: readonly string[];
  readonly message: string;
  /** The mistake is the last key itself, not its value. */
  readonly key?: boolean;
}

/** What people write for a metric whose name is longer. */
const otherNames: Readonly<Record<string, string>> = {
  auc: 'roc_auc',
  auroc: 'roc_auc',
  roc_auc_score: 'roc_auc',
  ap: 'average_precision',
  pr_auc: 'average_precision',
  accuracy_score: 'accuracy',
  f1_score: 'f1',
  mcc: 'matthews_corrcoef',
  kappa: 'cohen_kappa',
  brier: 'brier_score',
  brier_score_loss: 'brier_score',
  logloss: 'log_loss',
  cross_entropy: 'log_loss',
  ece: 'expected_calibration_error',
  calibration_error: 'expected_calibration_error',
  sensitivity: 'recall',
  tpr: 'recall',
  tnr: 'specificity',
  mae: 'mean_absolute_error',
  rmse: 'root_mean_squared_error',
  mse: 'mean_squared_error',
  mape: 'mean_absolute_percentage_error',
  r2_score: 'r2',
  bias: 'mean_error',
};

/** Unknown metric and check names (with the nearest one), and limits that nothing can meet. */
export function policyIssues(policy: Policy, task: ScoredTask | null): PolicyIssue[] {
  return [
    ...Object.entries(policy.metrics).flatMap(([name, rule]) => metricIssues(name, rule, task)),
    ...Object.entries(policy.checks).flatMap(([id, rule]) => checkIssues(id, rule)),
    ...Object.entries(policy.margins).flatMap(([name, margin]) => marginIssues(name, margin, task)),
    ...intervalIssues(policy, task),
    ...Object.entries(policy.slices ?? {}).flatMap(([name, slice]) => sliceIssues(name, slice, task)),
  ];
}

function intervalIssues({ intervals }: Policy, task: ScoredTask | null): PolicyIssue[] {
  if (intervals?.stratified !== true) return [];
  const path = ['intervals', 'stratified'];
  if (task === 'regression')
    return [
      { path, key: true, message: "Rows are stratified by class, and this model's task is regression." },
    ];
  if (intervals.cluster !== undefined)
    return [{ path, key: true, message: 'Intervals are stratified or by clusters, not both. Keep one.' }];
  return [];
}

function sliceIssues(name: string, { metric, ...rule }: PolicySlice, task: ScoredTask | null): PolicyIssue[] {
  const path = ['slices', name];
  const unknown = metric === undefined ? null : nameIssue(metric, [...path, 'metric'], task);
  return [...(unknown === null ? [] : [unknown]), ...crossed(rule, path)];
}

function nameIssue(name: string, path: readonly string[], task: ScoredTask | null): PolicyIssue | null {
  const known: readonly string[] = task === null ? Object.keys(metricDefinitions) : metricNames(task);
  if (known.includes(name)) return null;
  if (isMetricName(name)) {
    const tasks = definitionOf(name).tasks.join(' and ');
    return { path, message: `\`${name}\` is a metric of ${tasks}, and this model's task is ${task!}.` };
  }
  const other = otherNames[name.toLowerCase()];
  const hint =
    other !== undefined && known.includes(other) ? ` Did you mean \`${other}\`?` : didYouMean(name, known);
  return { path, message: `There is no metric \`${name}\`.${hint}` };
}

function metricIssues(name: string, rule: Rule, task: ScoredTask | null): PolicyIssue[] {
  const unknown = nameIssue(name, ['metrics', name], task);
  if (unknown !== null || !isMetricName(name)) return unknown === null ? [] : [unknown];
  const issues: PolicyIssue[] = [];
  const { range, title } = definitionOf(name);
  const [least, greatest] = range;
  const at = (key: string, message: string): number => issues.push({ path: ['metrics', name, key], message });
  if (rule.min !== undefined && greatest !== null && rule.min > greatest)
    at(
      'min',
      `${title} is never above ${greatest}: no model can reach ${rule.min}.${asShare(rule.min, range)}`,
    );
  if (rule.max !== undefined && least !== null && rule.max < least)
    at('max', `${title} is never below ${least}: no model can keep under ${rule.max}.`);
  issues.push(...crossed(rule, ['metrics', name]));
  if (rule.min === undefined && rule.max === undefined && rule.off !== true)
    issues.push({ path: ['metrics', name], message: `\`${name}\` has no limit. Give \`min\` or \`max\`.` });
  return issues;
}

function checkIssues(id: string, rule: Rule): PolicyIssue[] {
  const path = ['checks', id];
  const check = catalogue.find(one => one.id === id);
  if (check === undefined) {
    const hint = didYouMean(
      id,
      catalogue.map(one => one.id),
    );
    return [{ path, message: `There is no check \`${id}\`.${hint}` }];
  }
  const shares = statisticRange(id);
  const beyond = (['min', 'max'] as const).flatMap(key => {
    const limit = rule[key];
    if (limit === undefined || shares === null) return [];
    const [least, greatest] = shares;
    if (limit >= least && (greatest === null || limit <= greatest)) return [];
    const ends = greatest === null ? `${least} or more` : `between ${least} and ${greatest}`;
    return [
      {
        path: [...path, key],
        message: `\`${id}\` is ${ends}: a limit of ${limit} says nothing.${asShare(limit, shares)}`,
      },
    ];
  });
  const takes = check.threshold === null ? null : check.threshold.op === '>=' ? 'min' : 'max';
  const turned = (['min', 'max'] as const).flatMap(key => {
    if (rule[key] === undefined || key === takes) return [];
    const instead = takes === null ? 'It judges by itself and takes no limit.' : `Did you mean \`${takes}\`?`;
    return [{ path: [...path, key], key: true, message: `\`${id}\` has no \`${key}\`. ${instead}` }];
  });
  return turned.length > 0 ? turned : beyond;
}

function marginIssues(name: string, margin: number, task: ScoredTask | null): PolicyIssue[] {
  const unknown = nameIssue(name, ['margins', name], task);
  if (unknown !== null) return [unknown];
  if (margin >= 0) return [];
  return [
    {
      path: ['margins', name],
      message: `A margin says how much worse is allowed: it is 0 or more, not ${margin}.`,
    },
  ];
}

/** What the statistic of a check can be; null where it may be anything. */
function statisticRange(id: string): readonly [number, number | null] | null {
  const words = statistics[id] ?? '';
  if (
    /^(share|recall|precision|error rate|negative flip|demographic parity|difference of|equalized)/.test(
      words,
    )
  )
    return [0, 1];
  return /^(count|bytes|files|rows a|time|maximum|ratio|population|largest|mean absolute|\d+th percentile)/.test(
    words,
  )
    ? [0, null]
    : null;
}

/** People write percents where shares are meant. */
function asShare(limit: number, [least, greatest]: readonly [number | null, number | null]): string {
  return least === 0 && greatest === 1 && limit >= 2 && limit <= 100
    ? ` Did you mean \`${limit / 100}\`?`
    : '';
}

function crossed({ min, max }: Rule, path: readonly string[]): PolicyIssue[] {
  if (min === undefined || max === undefined || min <= max) return [];
  return [{ path: [...path, 'min'], message: `No value is at least ${min} and at most ${max}.` }];
}
