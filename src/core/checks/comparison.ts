import type { Interval } from '../../protocol/results/shared.ts';
import { gain, leastCompared, type MetricDelta } from '../compare/metricDeltas.ts';
import { sliceDeltas } from '../compare/sliceDeltas.ts';
import type { Pair } from '../compare/align.ts';
import { headlineMetric } from '../metrics/evaluate.ts';
import { taskOf, type ClassScores } from '../metrics/scored.ts';
import { mcnemar } from '../stats/mcnemar.ts';
import { clusteredMean, isClustered, observations, observationWords } from '../stats/clusteredMean.ts';
import type { Scheme } from '../stats/resamples.ts';
import { shareInterval } from '../stats/shares.ts';
import type { Check, DefaultThreshold, Outcome } from './check.ts';
import type { BaselineFacts, CheckFacts } from './facts.ts';
import { pairRows } from './parity.ts';
import { answerScale } from './scale.ts';
import { tableOf } from './evidence.ts';
import { counted, names, number, percent, pWords, whole, withInterval } from '../words.ts';

/** Group G: against the version that stands now, on the same rows. */

const base = {
  group: 'comparison',
  needs: ['answers', 'data', 'baseline'],
  severity: 'warn',
  unit: null,
} as const;
const withLabels = ['answers', 'data', 'labels', 'baseline'] as const;
const level = 0.95;

function compared(
  definition: Pick<Check, 'id' | 'title' | 'threshold'> &
    Partial<Pick<Check, 'severity' | 'needs' | 'unit' | 'measured'>>,
  run: (pair: Pair, facts: CheckFacts, baseline: BaselineFacts) => Outcome,
): Check {
  return {
    ...base,
    ...definition,
    run: facts => {
      const baseline = facts.baseline!;
      return baseline.pair === null
        ? { notRun: baseline.refusal ?? 'The answers cannot be paired.' }
        : run(baseline.pair, facts, baseline);
    },
  };
}

/** How much better than the baseline, so that errors of any unit share a limit: relative for errors. */
function improvement({ a, better, delta, interval }: MetricDelta, relative: boolean): number[] {
  const scale = relative ? Math.abs(a!) : 1;
  const ends = interval === null ? [] : [interval.low, interval.high];
  const [value, ...found] = [delta!, ...ends].map(one => gain(one, better) / scale);
  return [value!, ...found.sort((x, y) => x - y)];
}

const nonInferiority = compared(
  {
    id: 'non-inferiority',
    title: 'Headline metric against the baseline',
    needs: withLabels,
    severity: 'fail',
    threshold: {
      op: '>=',
      value: -0.01,
      source: 'a margin of one point; of an error, one per cent of it',
    },
  },
  (pair, { scheme }, { deltas, name }) => {
    if (observations(pair.rows, scheme) < leastCompared)
      return { notRun: `It takes ${observationWords(leastCompared, 'labelled rows', scheme)} to compare.` };
    const headline = deltas.find(one => one.name === headlineMetric(taskOf(pair.a)));
    if (headline === undefined || headline.delta === null || headline.better === 'neither')
      return { notRun: 'The headline metric is undefined on this data.' };
    const relative = headline.better === 'lower';
    if (relative && headline.a === 0) return { notRun: 'The baseline makes no error at all.' };
    const [value, low, high] = improvement(headline, relative);
    const interval = low === undefined || high === undefined ? null : { ...headline.interval!, low, high };
    return {
      value: value!,
      interval,
      finding: `${headline.title} is ${number(headline.b!)}, and ${number(headline.a!)} for ${name}: a gain of ${withInterval(value!, interval)}${relative ? ' of it' : ''}.`,
      advice: 'Keep the baseline, or state a margin in the policy that is worth the change.',
      evidence: tableOf(
        ['metric', 'baseline', 'this', 'difference', 'low', 'high', 'p (Holm)', 'margin', 'kept'],
        deltas.map(one => [
          one.title,
          one.a,
          one.b,
          one.delta,
          one.interval?.low ?? null,
          one.interval?.high ?? null,
          one.adjusted ?? null,
          one.margin,
          one.status,
        ]),
      ),
    };
  },
);

/** Rows that only one of the two gets right. */
function flips({ a, b, rows }: Pair<ClassScores>): { readonly lost: number[]; readonly won: number[] } {
  const [lost, won]: [number[], number[]] = [[], []];
  for (const row of rows) {
    const [before, now] = [a.predicted[row] === a.labels[row], b.predicted[row] === b.labels[row]];
    if (before && !now) lost.push(row);
    if (now && !before) won.push(row);
  }
  return { lost, won };
}

/** Of the share of `rows` that `hits` are. */
function shareOf(hits: readonly number[], rows: Int32Array, scheme: Scheme): Interval {
  const set = new Set(hits);
  return shareInterval({ rows, hits: hits.length, hit: row => set.has(row) }, level, scheme);
}

/** Whether as many rows became right as became wrong. */
function flipTest(
  lost: readonly number[],
  won: readonly number[],
  rows: Int32Array,
  scheme: Scheme,
): { readonly test: string; readonly pValue: number } {
  if (!isClustered(scheme)) return mcnemar(lost.length, won.length);
  const { p } = clusteredMean(marked([lost, won], rows), rows, scheme, 0.95);
  return { test: `t over clusters of ${scheme.by}`, pValue: p };
}

/** Of each row: 1 when it is in the first list, -1 in the second, else 0. */
function marked([up, down = []]: readonly (readonly number[])[], rows: Int32Array): Float64Array {
  const [first, second] = [new Set(up), new Set(down)];
  return Float64Array.from(rows, row => Number(first.has(row)) - Number(second.has(row)));
}

const negativeFlips = compared(
  {
    id: 'negative-flips',
    title: 'Negative flips',
    needs: withLabels,
    threshold: { op: '<=', value: 0.05, source: 'one row in twenty; Yan et al. (2021)' },
  },
  (pair, facts, { name }) => {
    if (pair.a.kind === 'regression') return { notRun: 'The task is regression.' };
    const { lost, won } = flips(pair as Pair<ClassScores>);
    const n = pair.rows.length;
    const { test, pValue } = flipTest(lost, won, pair.rows, facts.scheme);
    return {
      value: n === 0 ? 0 : lost.length / n,
      interval: shareOf(lost, pair.rows, facts.scheme),
      finding: `${counted(lost.length, 'row')} of ${whole(n)} that ${name} gets right are wrong now, and ${whole(won.length)} are right that were wrong (${test}, ${pWords(pValue)}).`,
      advice: 'Look at the rows that got worse: users notice them first.',
      evidence: pairRows(pair, { count: lost.length, rows: lost }, facts.data, [name, 'this']),
    };
  },
);

const churn = compared(
  {
    id: 'churn',
    title: 'Churn',
    threshold: { op: '<=', value: 0.1, source: 'one answer in ten; Milani Fard et al. (2016)' },
  },
  (pair, facts, { name }) => {
    const { a, b } = pair;
    if (a.kind === 'regression' && b.kind === 'regression') {
      const { divisor, words } = answerScale(facts);
      let sum = 0;
      for (let row = 0; row < a.n; row++) sum += Math.abs(a.predictions[row]! - b.predictions[row]!);
      const value = sum / Math.max(1, a.n) / divisor;
      return {
        value,
        finding: `The answers differ from those of ${name} by ${number(value)} ${words} on average.`,
        advice: 'Ask whether those who use the answers expect so much change.',
      };
    }
    if (a.kind === 'regression' || b.kind === 'regression') return { notRun: 'The tasks differ.' };
    const rows: number[] = [];
    for (let row = 0; row < a.n; row++) if (a.predicted[row] !== b.predicted[row]) rows.push(row);
    return {
      value: rows.length / Math.max(1, a.n),
      interval: shareOf(
        rows,
        Int32Array.from({ length: a.n }, (_, row) => row),
        facts.scheme,
      ),
      finding: `${counted(rows.length, 'row')} of ${whole(a.n)} (${percent(rows.length / Math.max(1, a.n))}) get another label than from ${name}.`,
      advice: 'Ask whether those who use the answers expect so much change.',
      evidence: pairRows(pair, { count: rows.length, rows }, facts.data, [name, 'this']),
    };
  },
);

const sliceRegressions = compared(
  {
    id: 'slice-regressions',
    title: 'Slices that got worse',
    needs: withLabels,
    unit: 'slices',
    threshold: { op: '<=', value: 0, source: 'none beyond its margin, false discoveries held to 5 %' },
  },
  (pair, { data, scheme, seed }, { name }) => {
    if (data === null) return { notRun: 'The data was not profiled.' };
    const { slices, tried } = sliceDeltas(pair, data.sample, level, scheme, seed, data.sampleRows);
    if (tried === 0) return { notRun: 'No slice has 30 labelled rows that are independent of each other.' };
    const worse = slices.filter(({ status }) => status === 'fail');
    const [worst] = worse;
    return {
      value: worse.length,
      finding:
        worst === undefined
          ? `None of ${tried} slices is worse than with ${name} beyond its margin.`
          : `${names(worse.map(({ slice }) => slice))} ${worse.length === 1 ? 'is' : 'are'} worse than with ${name} (of ${tried} slices): ${worst.metric} ${number(worst.b!)} against ${number(worst.a!)} over ${counted(worst.n, 'row')}.`,
      advice: 'Look at these rows, and train with more like them.',
      evidence:
        worse.length === 0
          ? null
          : tableOf(
              ['slice', 'rows', 'metric', 'baseline', 'this', 'difference', 'low', 'high'],
              worse.map(one => [
                one.slice,
                one.n,
                one.metric,
                one.a,
                one.b,
                one.delta,
                one.interval?.low ?? null,
                one.interval?.high ?? null,
              ]),
            ),
    };
  },
);

const models = 'Only two models have it; these are saved predictions.';

const signature = compared(
  {
    id: 'signature-change',
    title: 'Change of the signature',
    severity: 'fail',
    unit: 'breaking changes',
    threshold: { op: '<=', value: 0, source: 'callers of the baseline must go on' },
  },
  (_, __, { structure, name }) => {
    if (structure === null) return { notRun: models };
    const breaking = structure.filter(one => one.breaking);
    return {
      value: breaking.length,
      finding:
        breaking.length === 0
          ? `Whoever calls ${name} can call this model unchanged.`
          : `Callers of ${name} break: ${breaking[0]!.sentence.replace(/\.?$/, '.')}`,
      advice: 'Keep names, types and shapes of inputs and outputs, or deploy to a new place.',
      evidence:
        structure.length === 0
          ? null
          : tableOf(
              ['kind', 'name', 'baseline', 'this', 'breaking'],
              structure.map(one => [one.kind, one.name, one.a, one.b, one.breaking]),
            ),
    };
  },
);

const twice: DefaultThreshold = { op: '<=', value: 2, source: 'twice that of the baseline' };

const latencyRatio = compared(
  {
    id: 'latency-ratio',
    title: 'Latency against the baseline',
    measured: true,
    threshold: twice,
  },
  (_, __, { latency, name }) =>
    latency === null
      ? { notRun: models }
      : {
          value: latency.ratio,
          finding: `The median latency is ${number(latency.ratio)} times that of ${name}, over ${counted(latency.calls, 'call')} of each in turn on this machine.`,
          advice: 'Use a smaller model, or give the target a faster machine.',
        },
);

const sizeRatio = compared(
  { id: 'size-ratio', title: 'Size against the baseline', threshold: twice },
  (_, { model }, baseline) =>
    model === null || baseline.model === null
      ? { notRun: models }
      : {
          value: model.size / baseline.model.size,
          finding: `The model is ${number(model.size / baseline.model.size)} times as large as ${baseline.name}.`,
          advice: 'Quantise or prune it, or raise the limit if the target has the room.',
        },
);

export const comparisonChecks: readonly Check[] = [
  nonInferiority,
  negativeFlips,
  churn,
  sliceRegressions,
  signature,
  latencyRatio,
  sizeRatio,
];
