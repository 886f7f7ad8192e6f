import type { Interval } from '../../protocol/results/shared.ts';
import type { Metric } from '../../protocol/results/validation.ts';
import { definitionOf, type MetricName } from '../metrics/definitions.ts';
import { headlineMetric, pointMetrics } from '../metrics/evaluate.ts';
import { ladderOf } from '../metrics/ladder.ts';
import { labelledRows, rowsOfClass, taskOf, type ClassScores, type ValueScores } from '../metrics/scored.ts';
import { sortOrder } from '../stats/ranks.ts';
import type { Scheme } from '../stats/resamples.ts';
import { shareInterval } from '../stats/shares.ts';
import { costCurve, costNow } from '../metrics/costs.ts';
import type { Check, Outcome } from './check.ts';
import type { CheckFacts } from './facts.ts';
import { labelDistribution } from './labels.ts';
import { residualChecks } from './residuals.ts';
import { rowsEvidence, tableOf } from './evidence.ts';
import { asGiven, counted, number, percent, whole, withInterval } from '../words.ts';
import { worstSlice } from './worstSlice.ts';

/** Group E: how good the answers are. */

const base = {
  group: 'performance',
  needs: ['answers', 'data', 'labels'],
  severity: 'warn',
  unit: null,
} as const;

function metricOf(facts: CheckFacts, name: MetricName): (Metric & { readonly value: number }) | null {
  const metric = facts.metrics.find(one => one.name === name && one.class === null);
  return metric === undefined || metric.value === null ? null : { ...metric, value: metric.value };
}

/** Both ends through a falling or rising function. */
function mapped(interval: Interval | null, through: (value: number) => number): Interval | null {
  if (interval === null) return null;
  const ends = [through(interval.low), through(interval.high)];
  return { ...interval, low: Math.min(...ends), high: Math.max(...ends) };
}

const beatsBaseline: Check = {
  ...base,
  id: 'beats-baseline',
  title: 'Gain over a constant answer',
  severity: 'fail',
  threshold: { op: '>=', value: 0, source: 'a model must beat the base rate or the mean' },
  run: facts => {
    const advice = 'Do not use this model: a constant answer is as good.';
    const scored = facts.scored!;
    if (scored.kind === 'regression') {
      const r2 = metricOf(facts, 'r2');
      if (r2 === null) return { notRun: 'The labels do not vary.' };
      return {
        value: r2.value,
        interval: r2.interval,
        finding: `The model removes ${withInterval(r2.value, r2.interval)} of the squared error that the mean of the labels makes.`,
        advice,
      };
    }
    const brier = metricOf(facts, 'brier_score');
    const { classes, labelled } = labelDistribution(scored);
    const shares = classes!.map(({ count }) => count / labelled);
    const spread = shares.reduce((sum, share) => sum + share * (1 - share), 0);
    const constant = scored.positive === null ? spread : spread / 2;
    if (brier !== null && constant > 0) {
      const skill = (value: number): number => 1 - value / constant;
      const interval = mapped(brier.interval, skill);
      return {
        value: skill(brier.value),
        interval,
        finding: `The model removes ${withInterval(skill(brier.value), interval)} of the Brier score that the base rates make (${number(constant)}).`,
        advice,
      };
    }
    const balanced = metricOf(facts, 'balanced_accuracy');
    if (balanced === null) return { notRun: 'Only one class occurs.' };
    const chance = 1 / classes!.length;
    const above = (value: number): number => value - chance;
    return {
      value: above(balanced.value),
      interval: mapped(balanced.interval, above),
      finding: `Balanced accuracy is ${withInterval(balanced.value, balanced.interval)}; a constant answer has ${number(chance)}.`,
      advice,
    };
  },
};

const calibration: Check = {
  ...base,
  id: 'calibration',
  title: 'Calibration',
  threshold: { op: '<=', value: 0.1, source: 'ten points off on average' },
  run: facts => {
    if (facts.scored!.kind === 'regression') return { notRun: 'The task is regression.' };
    const metric = metricOf(facts, 'expected_calibration_error');
    if (metric === null) return { notRun: 'The scores of this model are not probabilities.' };
    return {
      value: metric.value,
      interval: metric.interval,
      finding: `Probabilities are off by ${withInterval(metric.value, metric.interval)} on average over ten equal-width bins.`,
      advice: 'Calibrate the model (isotonic or Platt) on data of its own.',
    };
  },
};

const thresholdChoice: Check = {
  ...base,
  id: 'threshold-choice',
  title: 'Decision threshold',
  threshold: { op: '<=', value: 0.1, source: 'a tenth of F1 given away' },
  run: facts => {
    const { scored } = facts;
    if (scored!.kind === 'regression' || scored!.positive === null)
      return { notRun: 'Only a binary task has a decision threshold.' };
    const f1 = metricOf(facts, 'f1')?.value;
    const best = bestThreshold(scored!, scored!.positive);
    if (f1 === undefined || best === null) return { notRun: 'The positive class does not occur.' };
    return {
      value: best.f1 - f1,
      finding: `F1 is ${number(f1)} at the threshold ${asGiven(scored!.threshold)}; the best on this data is ${number(best.f1)} at ${number(best.threshold)}.`,
      advice: 'Choose the threshold by the costs of both errors, on data other than the holdout.',
    };
  },
};

/** The score at which F1 is largest when rows at or above it are positive. */
function bestThreshold(scored: ClassScores, positive: number): { f1: number; threshold: number } | null {
  const { length, threshold, tp, fp } = ladderOf(scored, labelledRows(scored), positive);
  const positives = length === 0 ? 0 : tp[length - 1]!;
  if (positives === 0) return null;
  let best = 0;
  let where = 0;
  for (let at = 0; at < length; at++) {
    const f1 = (2 * tp[at]!) / (positives + tp[at]! + fp[at]!);
    if (f1 > best) {
      best = f1;
      where = at;
    }
  }
  return { f1: best, threshold: threshold[where]! };
}

const trainTestGap: Check = {
  ...base,
  id: 'train-test-gap',
  title: 'Train-test gap',
  needs: ['answers', 'data', 'labels', 'reference'],
  threshold: { op: '<=', value: 0.1, source: 'Deepchecks: 10 %' },
  run: facts => {
    const { referenceScored } = facts;
    if (referenceScored === null) return { notRun: 'The reference was not scored.' };
    const name = headlineMetric(taskOf(facts.scored!));
    const now = metricOf(facts, name);
    const before =
      labelledRows(referenceScored).length === 0 ? undefined : pointMetrics(referenceScored).get(name);
    if (now === null || before === undefined) return { notRun: 'The metric is undefined on one of the two.' };
    if (before === 0) return { notRun: 'The metric is 0 on the reference: there is no relative change.' };
    const { title, better } = definitionOf(name);
    const gap = (value: number): number =>
      (better === 'higher' ? before - value : value - before) / Math.abs(before);
    const interval = mapped(now.interval, gap);
    return {
      value: gap(now.value),
      interval,
      finding: `${title} is ${number(now.value)} here and ${number(before)} on the reference: ${gap(now.value) > 0 ? 'worse' : 'better'} by ${percent(Math.abs(gap(now.value)))}.`,
      advice: 'The model has learnt its training rows by heart: regularise it, or train with more.',
    };
  },
};

interface ClassCount {
  readonly name: string;
  readonly n: number;
  readonly right: number;
}

/** Labelled rows of each class that has any, by their label or by what they are called; the worst class first. */
function classCounts(scored: ClassScores, classOf: Int32Array): ClassCount[] {
  const { classes, labels, predicted } = scored;
  const [all, right] = [new Uint32Array(classes.length), new Uint32Array(classes.length)];
  const rows = labelledRows(scored);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    all[classOf[row]!]!++;
    if (predicted[row] === labels[row]) right[classOf[row]!]!++;
  }
  return classes
    .map((name, index) => ({ name, n: all[index]!, right: right[index]! }))
    .filter(({ n }) => n > 0)
    .sort((a, b) => a.right / a.n - b.right / b.n);
}

/** Of the share that is right among the labelled rows of a class, by their label or by what they are called. */
function rightInterval(
  scored: ClassScores,
  classOf: Int32Array,
  { name, right }: ClassCount,
  scheme: Scheme,
): Interval {
  const rows = rowsOfClass(classOf, scored.classes.indexOf(name), labelledRows(scored));
  return shareInterval(
    { rows, hits: right, hit: row => scored.predicted[row] === scored.labels[row] },
    0.95,
    scheme,
  );
}

const worstClass: Check = {
  ...base,
  id: 'worst-class-recall',
  title: 'Recall of the worst class',
  threshold: { op: '>=', value: 0.5, source: 'half of the rows of each class' },
  run: ({ scored, scheme }): Outcome => {
    if (scored!.kind === 'regression') return { notRun: 'The task is regression.' };
    const present = classCounts(scored!, scored!.labels);
    const worst = present[0]!;
    return {
      value: worst.right / worst.n,
      interval: rightInterval(scored!, scored!.labels, worst, scheme),
      finding: `${worst.right} of ${counted(worst.n, 'row')} of ${worst.name}, the worst class, are found (${percent(worst.right / worst.n)}).`,
      advice: 'Move the decision threshold, or weight this class in training.',
      evidence: tableOf(
        ['class', 'rows', 'found', 'recall'],
        present.map(one => [one.name, one.n, one.right, one.right / one.n]),
      ),
    };
  },
};

const sure = 0.95;

const confidentErrors: Check = {
  ...base,
  id: 'confident-errors',
  title: 'Confident errors',
  threshold: { op: '<=', value: 0.1, source: 'twice what probabilities of 95 % promise' },
  run: ({ scored, data, scheme }): Outcome => {
    if (scored!.kind === 'regression') return { notRun: 'The task is regression.' };
    if (!scored!.probabilities) return { notRun: 'The scores of this model are not probabilities.' };
    const { scores, labels, classes } = scored!;
    const k = classes.length;
    const topOf = (row: number): number => {
      let top = 0;
      for (let index = 1; index < k; index++)
        if (scores[row * k + index]! > scores[row * k + top]!) top = index;
      return top;
    };
    const missed = (row: number): boolean => labels[row] !== topOf(row);
    const sureRows = labelledRows(scored!).filter(row => !(scores[row * k + topOf(row)]! < sure));
    const n = sureRows.length;
    if (n === 0) return { notRun: `No row gets a probability of ${percent(sure)} or more.` };
    const wrong = [...sureRows.filter(missed)];
    return {
      value: wrong.length / n,
      interval: shareInterval({ rows: sureRows, hits: wrong.length, hit: missed }, 0.95, scheme),
      finding: `${wrong.length} of ${counted(n, 'row')} that get a probability of ${percent(sure)} or more are wrong (${percent(wrong.length / n)}).`,
      advice: 'Look at these rows: their labels may be wrong, or the model is overconfident.',
      evidence: rowsEvidence({ count: wrong.length, rows: wrong }, data),
    };
  },
};

const residualBias: Check = {
  ...base,
  id: 'residual-bias',
  title: 'Residual bias',
  unit: 'standard deviations of the label',
  threshold: { op: '<=', value: 0.1, source: 'a tenth of a standard deviation' },
  run: facts => {
    if (facts.scored!.kind !== 'regression') return { notRun: 'The task is classification.' };
    const metric = metricOf(facts, 'mean_error');
    const spread = labelSpread(facts.scored!);
    if (metric === null || spread === 0) return { notRun: 'The labels do not vary.' };
    const ends =
      metric.interval === null ? null : [metric.interval.low / spread, metric.interval.high / spread];
    const sizes = ends?.map(Math.abs) ?? null;
    const interval =
      metric.interval === null || ends === null || sizes === null
        ? null
        : {
            ...metric.interval,
            low: ends[0]! * ends[1]! <= 0 ? 0 : Math.min(...sizes),
            high: Math.max(...sizes),
          };
    return {
      value: Math.abs(metric.value) / spread,
      interval,
      finding: `Predictions are ${number(Math.abs(metric.value))}${metric.unit === null ? '' : ` ${metric.unit}`} too ${metric.value > 0 ? 'high' : 'low'} on average.`,
      advice: 'Add the mean error back, or look for a drift of the label since training.',
    };
  },
};

function labelSpread(scored: ValueScores): number {
  const rows = labelledRows(scored);
  const mean = rows.reduce((sum, row) => sum + scored.labels[row]!, 0) / rows.length;
  const squares = rows.reduce((sum, row) => sum + (scored.labels[row]! - mean) ** 2, 0);
  return Math.sqrt(squares / Math.max(1, rows.length - 1));
}

const worstShare = 0.01;

const largeErrors: Check = {
  ...base,
  id: 'large-errors',
  title: 'Large errors',
  threshold: { op: '<=', value: 0.5, source: 'half of the squared error' },
  run: ({ scored, data }): Outcome => {
    if (scored!.kind !== 'regression') return { notRun: 'The task is classification.' };
    const { labels, predictions } = scored!;
    const size = (row: number): number => (predictions[row]! - labels[row]!) ** 2;
    const rows = labelledRows(scored!);
    const total = rows.reduce((sum, row) => sum + size(row), 0);
    if (total === 0 || rows.length < 1 / worstShare)
      return { notRun: 'There are too few rows, or no error at all.' };
    const largestFirst = sortOrder(Float64Array.from(rows, row => -size(row)));
    const worst = Array.from(largestFirst.subarray(0, Math.ceil(rows.length * worstShare)), at => rows[at]!);
    const value = worst.reduce((sum, row) => sum + size(row), 0) / total;
    return {
      value,
      finding: `The worst ${percent(worstShare)} of the rows (${worst.length}) make ${percent(value)} of the squared error.`,
      advice: 'Look at these rows: their labels may be wrong, or they are of another kind.',
      evidence: rowsEvidence({ count: worst.length, rows: worst }, data),
    };
  },
};

const headline: Check = {
  ...base,
  id: 'headline-metric',
  title: 'Headline metric',
  threshold: null,
  run: facts => {
    const name = headlineMetric(taskOf(facts.scored!));
    const metric = metricOf(facts, name);
    if (metric === null) return { notRun: `${definitionOf(name).title} is undefined on this data.` };
    return {
      value: metric.value,
      interval: metric.interval,
      finding: `${metric.title} is ${withInterval(metric.value, metric.interval, metric.unit)} over ${counted(metric.n, 'labelled row')}.`,
    };
  },
};

const thresholdCost: Check = {
  ...base,
  id: 'threshold-cost',
  title: 'Cost of the decision threshold',
  threshold: { op: '<=', value: 0.1, source: 'a tenth of the cost that could be saved' },
  run: ({ scored, policy }) => {
    if (policy.costs === undefined) return { notRun: 'The policy states no costs (`costs`).' };
    if (scored!.kind === 'regression' || scored!.positive === null)
      return { notRun: 'Only a binary task has a decision threshold.' };
    const curve = costCurve(scored!, scored!.positive, policy.costs);
    const now = costNow(scored!, scored!.positive, policy.costs, labelledRows(scored!));
    const best = curve.reduce((least, one) => (one.cost < least.cost ? one : least));
    if (now === 0) return { value: 0, finding: 'The decisions cost nothing: no row is wrong.' };
    const step = Math.max(1, Math.floor(curve.length / 40));
    return {
      value: 1 - best.cost / now,
      finding: `A row costs ${number(now)} on average at the threshold ${asGiven(scored!.threshold)}; the least on this data is ${number(best.cost)} at ${Number.isFinite(best.threshold) ? number(best.threshold) : 'a threshold above every score'}.`,
      advice: 'Move the threshold by these costs, chosen on data other than the holdout.',
      evidence: tableOf(
        ['threshold', 'cost a row'],
        curve.filter((_, i) => i % step === 0).map(({ threshold, cost }) => [threshold, cost]),
      ),
    };
  },
};

const worstPrecision: Check = {
  ...base,
  id: 'worst-class-precision',
  title: 'Precision of the worst class',
  threshold: { op: '>=', value: 0.5, source: 'half of the rows called so' },
  run: ({ scored, scheme }): Outcome => {
    if (scored!.kind === 'regression') return { notRun: 'The task is regression.' };
    const called = classCounts(scored!, scored!.predicted);
    const [worst] = called;
    if (worst === undefined) return { notRun: 'No row is answered.' };
    return {
      value: worst.right / worst.n,
      interval: rightInterval(scored!, scored!.predicted, worst, scheme),
      finding: `${whole(worst.right)} of ${counted(worst.n, 'row')} called ${worst.name} are (${percent(worst.right / worst.n)}).`,
      advice: 'Raise the threshold of this class, or add what tells it from the others.',
      evidence: tableOf(
        ['class', 'rows called so', 'right', 'precision'],
        called.map(one => [one.name, one.n, one.right, one.right / one.n]),
      ),
    };
  },
};

export const performanceChecks: readonly Check[] = [
  headline,
  beatsBaseline,
  calibration,
  thresholdChoice,
  thresholdCost,
  trainTestGap,
  worstClass,
  worstPrecision,
  confidentErrors,
  worstSlice,
  residualBias,
  largeErrors,
  ...residualChecks,
];
