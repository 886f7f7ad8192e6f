import type { Comparison } from '../../protocol/results/comparison.ts';
import type { Status, Verdict } from '../../protocol/results/shared.ts';
import { asGiven, counted, digitsOf, number } from '../words.ts';
import type { Table } from '../data/table.ts';
import { BadInput } from '../failure.ts';
import { definitionOf } from '../metrics/definitions.ts';
import { headlineMetric, unitOf } from '../metrics/evaluate.ts';
import { taskOf, type ClassScores, type Scored, type ValueScores } from '../metrics/scored.ts';
import type { Progress, Signal } from '../signal.ts';
import { byRows, type Scheme } from '../stats/resamples.ts';
import { paired, type Pair } from './align.ts';
import { churnOf } from './churn.ts';
import { changesOf, flipsOf } from './flips.ts';
import { gain, leastCompared, metricDeltas, type MetricDelta } from './metricDeltas.ts';
import { sliceDeltas, type SliceDelta } from './sliceDeltas.ts';

export interface CompareOptions {
  readonly resamples: number;
  readonly seed: number;
  /** Confidence level; 0.95 unless said. */
  readonly level?: number;
  /** How much worse B may be, by metric name, in the metric's unit (the policy's margins). */
  readonly margins: Readonly<Record<string, number>>;
  /** How intervals are made; percentiles of resampled rows unless said. */
  readonly method?: 'percentile' | 'bca';
  readonly scheme?: Scheme;
  /** How the sentence names the two. */
  readonly names: { readonly a: string; readonly b: string };
  readonly signal: Signal;
  readonly progress: Progress;
}

export type ComparedScores = Pick<
  Comparison,
  'metrics' | 'flips' | 'changes' | 'churn' | 'slices' | 'sentence' | 'verdict'
>;

/**
 * Two models on the same labelled rows.
 * @param features what the rows hold, row i = row i of both; null: no slices, no inputs in the flip rows
 * @throws BadInput when the two answer different questions or no row has a label
 */
export function compareScored(
  a: Scored,
  b: Scored,
  features: Table | null,
  options: CompareOptions,
): ComparedScores {
  const pair = paired(a, b);
  if (pair.rows.length === 0)
    throw new BadInput(
      'no-labels',
      'No row of the data has a label, and comparing needs labels. Name labelled data and its label column.',
    );
  const level = options.level ?? 0.95;
  const metrics = metricDeltas(pair, { ...options, level });
  const { slices } =
    features === null
      ? { slices: [] }
      : sliceDeltas(pair, features, level, options.scheme ?? byRows, options.seed);
  const parts = { pair, metrics, slices, names: options.names };
  return {
    metrics,
    flips: a.kind === 'classification' ? flipsOf(pair as Pair<ClassScores>, features) : null,
    changes: a.kind === 'regression' ? changesOf(pair as Pair<ValueScores>, features) : null,
    churn: churnOf(a, pair.b, options.scheme ?? byRows),
    slices,
    sentence: sentenceOf(parts),
    verdict: verdictOf(parts, options.margins),
  };
}

interface Parts {
  readonly pair: Pair;
  readonly metrics: readonly MetricDelta[];
  readonly slices: readonly SliceDelta[];
  readonly names: { readonly a: string; readonly b: string };
}

/** "2.0.0 is better overall (ROC AUC +0.021, 95 % interval 0.008 to 0.034) but worse for purpose = education (n = 59, recall -0.14)." */
function sentenceOf({ pair, metrics, slices, names }: Parts): string {
  const headline = metrics.find(({ name }) => name === headlineMetric(taskOf(pair.a)));
  const worst = slices.find(({ status }) => status === 'fail');
  const { words, good } = overall(headline, pair.a);
  if (worst === undefined) return `${names.b} ${words}.`;
  const title = definitionOf(worst.metric).title.toLowerCase();
  const change = signed(worst.delta ?? 0, unitOf({ name: worst.metric, class: null }, pair.a));
  return `${names.b} ${words} ${good ? 'but' : 'and'} worse for ${worst.slice} (n = ${worst.n}, ${title} ${change}).`;
}

function overall(headline: MetricDelta | undefined, scored: Scored): { words: string; good: boolean } {
  if (headline === undefined || headline.delta === null)
    return { words: 'cannot be placed overall: the metric is undefined on this data', good: true };
  const { title, delta, interval, margin, better, status } = headline;
  const unit = unitOf({ name: headline.name, class: null }, scored);
  const words = interval === null ? number : digitsOf(delta, interval);
  const range =
    interval === null
      ? ''
      : `, ${asGiven(interval.level * 100)} % interval ${words(interval.low)} to ${words(interval.high)}`;
  const numbers = `(${title} ${delta > 0 ? '+' : ''}${words(delta)}${unit === null ? '' : ` ${unit}`}${range})`;
  const ends = interval === null ? [] : [gain(interval.low, better), gain(interval.high, better)];
  if (ends.length > 0 && Math.min(...ends) > 0) return { words: `is better overall ${numbers}`, good: true };
  if (ends.length > 0 && Math.max(...ends) < 0) {
    const within = status === 'pass' ? ', within the margin' : '';
    return { words: `is worse overall ${numbers}${within}`, good: false };
  }
  if (status === 'pass')
    return {
      words: `is as good overall within the margin of ${asGiven(margin ?? 0)} ${numbers}`,
      good: true,
    };
  return { words: `is not clearly better or worse overall ${numbers}`, good: true };
}

function signed(value: number, unit: string | null): string {
  const words = `${value > 0 ? '+' : ''}${number(value)}`;
  return unit === null ? words : `${words} ${unit}`;
}

/** The metrics that the policy gives margins, else the headline metric, decide; slices that got worse warn. */
function verdictOf({ pair, metrics, slices, names }: Parts, margins: CompareOptions['margins']): Verdict {
  const named = metrics.filter(({ name }) => Object.hasOwn(margins, name));
  const gates =
    named.length > 0 ? named : metrics.filter(({ name }) => name === headlineMetric(taskOf(pair.a)));
  const having = (...statuses: Status[]): MetricDelta[] =>
    gates.filter(({ status }) => statuses.includes(status));
  const [failed, open] = [having('fail'), having('inconclusive', 'not-run')];
  const warned = [...new Set(slices.filter(({ status }) => status === 'fail').map(({ slice }) => slice))];
  const titles = (list: readonly MetricDelta[]): string =>
    list
      .map(({ title, margin }) => `${title}${margin === null ? '' : ` (margin ${asGiven(margin)})`}`)
      .join(', ');
  const [status, sentence] = ((): [Status, string] => {
    if (failed.length > 0)
      return ['fail', `${names.b} is worse than ${names.a} beyond the margin: ${titles(failed)}.`];
    const { length } = pair.rows;
    if (open.length > 0 && length < leastCompared)
      return [
        'inconclusive',
        `${counted(length, 'labelled row')} cannot decide whether ${names.b} keeps the margin: it takes ${leastCompared}.`,
      ];
    if (open.length > 0)
      return ['inconclusive', `The data cannot decide whether ${names.b} keeps the margin: ${titles(open)}.`];
    if (warned.length > 0)
      return [
        'warn',
        `${names.b} keeps every margin overall, but is worse for ${warned.slice(0, 3).join(', ')}.`,
      ];
    return ['pass', `${names.b} is no worse than ${names.a}: ${titles(gates)}.`];
  })();
  return {
    status,
    sentence,
    failed: failed.map(({ name }) => name),
    warned,
    inconclusive: open.map(({ name }) => name),
  };
}
