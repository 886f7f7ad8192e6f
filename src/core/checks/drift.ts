import type { Column, Table } from '../data/table.ts';
import type { Scored } from '../metrics/scored.ts';
import { binOf, chiSquare, ksPValue, ksStatistic, psi, quantileEdges } from '../stats/drift.ts';
import { sortedValues } from '../stats/quantile.ts';
import type { Check, Outcome } from './check.ts';
import { counted, number, tableOf } from './words.ts';

/** Group I: whether the data still looks like what the model was trained on. */

const base = { group: 'monitoring', severity: 'warn', unit: 'PSI' } as const;
const bins = 10;
const mostLevels = 20;
const binning = `over ${bins} bins of equal share in the reference`;

export interface Drift {
  readonly name: string;
  /** Population stability index over ten quantile bins of the reference, or over its 20 commonest words. */
  readonly psi: number;
  /** Kolmogorov and Smirnov's for numbers, chi-square for words. */
  readonly test: string;
  readonly pValue: number;
}

/** How far each column that both tables have has moved, most first; columns without values are left out. */
export function columnDrift(reference: Table, data: Table): Drift[] {
  const after = new Map(data.columns.map(column => [column.name, column]));
  return reference.columns
    .flatMap(before => {
      const now = after.get(before.name);
      const drift = now === undefined ? null : driftOf(before, now);
      return drift === null ? [] : [drift];
    })
    .sort((a, b) => b.psi - a.psi);
}

function driftOf(before: Column, now: Column): Drift | null {
  if (before.kind === 'number' && now.kind === 'number')
    return numberDrift(before.name, before.values, now.values);
  if (before.kind === 'category' && now.kind === 'category')
    return wordDrift(before.name, wordCounts(before), wordCounts(now));
  return null;
}

function numberDrift(name: string, before: Float64Array, now: Float64Array): Drift | null {
  const [a, b] = [sortedValues(before), sortedValues(now)];
  if (a.length === 0 || b.length === 0) return null;
  const edges = quantileEdges(a, bins);
  const counts = (values: Float64Array): number[] => {
    const found = new Array<number>(edges.length + 1).fill(0);
    for (const value of values) found[binOf(edges, value)]!++;
    return found;
  };
  const statistic = ksStatistic(a, b);
  return {
    name,
    psi: psi(counts(a), counts(b)),
    test: 'Kolmogorov-Smirnov',
    pValue: ksPValue(statistic, a.length, b.length),
  };
}

function wordCounts(column: Extract<Column, { kind: 'category' }>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const code of column.codes) {
    const word = column.levels[code];
    if (word !== undefined) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return counts;
}

/** The commonest words of the reference, and all others together. */
function wordDrift(name: string, before: Map<string, number>, now: Map<string, number>): Drift | null {
  if (before.size === 0 || now.size === 0) return null;
  const common = [...before]
    .sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
    .slice(0, mostLevels)
    .map(([word]) => word);
  const counts = (found: Map<string, number>): number[] => {
    const listed = common.map(word => found.get(word) ?? 0);
    const total = [...found.values()].reduce((sum, count) => sum + count, 0);
    const others = total - listed.reduce((sum, count) => sum + count, 0);
    return [...listed, others];
  };
  let [a, b] = [counts(before), counts(now)];
  if (a.at(-1) === 0 && b.at(-1) === 0) [a, b] = [a.slice(0, -1), b.slice(0, -1)];
  return { name, psi: psi(a, b), test: 'chi-square', pValue: chiSquare(a, b).pValue };
}

const featureDrift: Check = {
  ...base,
  id: 'feature-drift',
  title: 'Drift of the inputs',
  needs: ['data', 'reference'],
  threshold: { op: '<=', value: 0.25, source: 'the usual limit of PSI for a large shift' },
  run: ({ data, reference }): Outcome => {
    if (data === null) return { notRun: 'The data was not profiled.' };
    const found = columnDrift(reference!.sample, data.sample);
    const [worst] = found;
    if (worst === undefined) return { notRun: 'The data and the reference share no column with values.' };
    return {
      value: worst.psi,
      finding: `\`${worst.name}\` has moved most: PSI ${number(worst.psi)} ${binning}, ${worst.test} p ${number(worst.pValue)}.`,
      advice:
        'Look at what changed in these columns, and validate on data that is like what the model will see.',
      evidence: tableOf(
        ['column', 'PSI', 'test', 'p'],
        found.map(one => [one.name, one.psi, one.test, one.pValue]),
      ),
    };
  },
};

const labelDrift: Check = {
  ...base,
  id: 'label-drift',
  title: 'Drift of the labels',
  needs: ['data', 'labels', 'reference'],
  threshold: { op: '<=', value: 0.1, source: 'the usual limit of PSI for a moderate shift' },
  run: ({ data, reference }): Outcome => {
    const [before, now] = [reference!.sampleLabel, data?.sampleLabel ?? null];
    const drift = before === null || now === null ? null : driftOf(before, now);
    if (drift === null) return { notRun: 'The data and the reference do not both have labels of one kind.' };
    return {
      value: drift.psi,
      finding: `The labels have moved by PSI ${number(drift.psi)} (${drift.test} p ${number(drift.pValue)}).`,
      advice:
        'Ask why the labels are distributed differently: probabilities are calibrated to the reference.',
    };
  },
};

const predictionDrift: Check = {
  ...base,
  id: 'prediction-drift',
  title: 'Drift of the answers',
  needs: ['answers', 'data', 'reference'],
  threshold: { op: '<=', value: 0.25, source: 'the usual limit of PSI for a large shift' },
  run: ({ scored, referenceScored }): Outcome => {
    if (scored === null || referenceScored === null) return { notRun: 'The reference was not scored.' };
    const found = answers(referenceScored).flatMap(([name, before], index) => {
      const drift = numberDrift(name, before, answers(scored)[index]?.[1] ?? new Float64Array());
      return drift === null ? [] : [drift];
    });
    const worst = found.reduce<Drift | null>(
      (most, one) => (most === null || one.psi > most.psi ? one : most),
      null,
    );
    if (worst === null) return { notRun: 'There are no answers to compare.' };
    return {
      value: worst.psi,
      finding: `The answers${worst.name === '' ? '' : ` for ${worst.name}`} have moved by PSI ${number(worst.psi)} ${binning}, over ${counted(scored.n, 'row')}.`,
      advice: 'Compare the inputs of the two data sets: the model sees other cases than it was trained on.',
    };
  },
};

/** The scores of the positive class, of every class, or the predictions. */
function answers(scored: Scored): [string, Float64Array][] {
  if (scored.kind === 'regression') return [['', scored.predictions]];
  const { classes, positive, scores } = scored;
  const k = classes.length;
  const shown = positive !== null ? [positive] : classes.slice(0, mostLevels).map((_, index) => index);
  return shown.map(index => [classes[index]!, scores.filter((_, i) => i % k === index)]);
}

export const driftChecks: readonly Check[] = [featureDrift, labelDrift, predictionDrift];
