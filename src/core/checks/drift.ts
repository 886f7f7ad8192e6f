import type { Scored } from '../metrics/scored.ts';
import { columnDrift, driftBins, driftOf, numberDrift, type ColumnDrift } from '../drift/columnDrift.ts';
import { missingDrift, missingWords } from '../drift/missingDrift.ts';
import { domainClassifier } from '../drift/domainClassifier.ts';
import type { Check, Outcome } from './check.ts';
import { tableOf } from './evidence.ts';
import { counted, names, number, percent, whole } from '../words.ts';

/** Group I: whether the data still looks like what the model was trained on. */

const base = { group: 'monitoring', severity: 'warn', unit: 'PSI' } as const;
const mostClasses = 20;
const binning = `over ${driftBins} bins of equal share in the reference`;
const noColumns = { notRun: 'The data and the reference share no column with values.' } as const;
const noProfile = { notRun: 'The data was not profiled.' } as const;

const featureDrift: Check = {
  ...base,
  id: 'feature-drift',
  title: 'Drift of the inputs',
  needs: ['data', 'reference'],
  threshold: { op: '<=', value: 0.25, source: 'the usual limit of PSI for a large shift' },
  run: ({ data, reference }): Outcome => {
    if (data === null) return noProfile;
    const found = columnDrift(reference!.sample, data.sample);
    const [worst] = found;
    if (worst === undefined) return noColumns;
    return {
      value: worst.psi,
      finding: `\`${worst.name}\` has moved most: PSI ${number(worst.psi)} ${binning}, ${worst.test} p ${number(worst.pValue)}.`,
      advice:
        'Look at what changed in these columns, and validate on data that is like what the model will see.',
      evidence: tableOf(
        ['column', 'PSI', 'test', 'p', 'Wasserstein', 'Jensen-Shannon', 'Hellinger'],
        found.map(one => [
          one.name,
          one.psi,
          one.test,
          one.pValue,
          one.wasserstein,
          one.jensenShannon,
          one.hellinger,
        ]),
      ),
    };
  },
};

const driftedColumns: Check = {
  ...base,
  id: 'drifted-columns',
  title: 'Share of columns that drifted',
  unit: null,
  needs: ['data', 'reference'],
  threshold: { op: '<=', value: 0.5, source: 'Evidently: half of the columns' },
  run: ({ data, reference }): Outcome => {
    if (data === null) return noProfile;
    const gaps = missingDrift(reference!.sample, data.sample);
    const found = [...columnDrift(reference!.sample, data.sample), ...gaps];
    const looked = new Set(found.map(({ name }) => name));
    if (looked.size === 0) return noColumns;
    const moved = found.filter(one => one.drifted);
    const drifted = [...new Set(moved.map(({ name }) => name))];
    const movedGaps = gaps.filter(one => one.drifted);
    return {
      value: drifted.length / looked.size,
      finding:
        drifted.length === 0
          ? `${looked.size === 1 ? `\`${found[0]!.name}\` has not` : `None of ${whole(looked.size)} columns has`} drifted (${found[0]!.decidedBy}).`
          : `${drifted.length} of ${counted(looked.size, 'column')} ${drifted.length === 1 ? 'has' : 'have'} drifted (${moved[0]!.decidedBy}): ${names(drifted)}.${movedGaps.length === 0 ? '' : ` Missing values: ${missingWords(movedGaps)}.`}`,
      advice: 'Look for one cause upstream: so many columns seldom move by themselves.',
      evidence: tableOf(
        ['column', 'drifted', 'decided by'],
        found.map(one => [one.name, one.drifted, one.decidedBy]),
      ),
    };
  },
};

const domain: Check = {
  ...base,
  id: 'domain-classifier',
  title: 'Domain classifier',
  unit: '2 AUC - 1',
  needs: ['data', 'reference'],
  threshold: { op: '<=', value: 0.25, source: 'Deepchecks: drift score of 0.25' },
  run: ({ data, reference, seed }): Outcome => {
    if (data === null) return noProfile;
    const found = domainClassifier(reference!.sample, data.sample, seed);
    if (found === null) return { notRun: 'There are too few rows, or no column in common.' };
    const score = (auc: number): number => Math.max(0, 2 * auc - 1);
    const { interval, rows } = found;
    return {
      value: score(found.auc),
      interval: { ...interval, low: score(interval.low), high: score(interval.high) },
      finding: `A classifier tells the data from the reference with an out-of-fold ROC AUC of ${number(found.auc)} (${number(interval.low)} to ${number(interval.high)}; ${counted(rows[1], 'row')} against ${whole(rows[0])})${found.auc > 0.55 ? `, most by \`${found.columns[0]!.name}\`` : ''}.`,
      advice: 'Look at the columns that tell the two apart, also together: each alone may look the same.',
      evidence: tableOf(
        ['column', 'standard deviation of its log odds'],
        found.columns.map(one => [one.name, one.strength]),
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
      evidence: sharesTable(drift),
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
    const worst = found.reduce<ColumnDrift | null>(
      (most, one) => (most === null || one.psi > most.psi ? one : most),
      null,
    );
    if (worst === null) return { notRun: 'There are no answers to compare.' };
    return {
      value: worst.psi,
      finding: `The answers${worst.name === '' ? '' : ` for ${worst.name}`} have moved by PSI ${number(worst.psi)} ${binning}, over ${counted(scored.n, 'row')}.`,
      advice: 'Compare the inputs of the two data sets: the model sees other cases than it was trained on.',
      evidence: sharesTable(worst),
    };
  },
};

function sharesTable({ bins }: ColumnDrift): ReturnType<typeof tableOf> {
  return tableOf(
    ['bin', 'reference', 'data'],
    bins.map(({ name, before, now }) => [name, percent(before), percent(now)]),
  );
}

/** The scores of the positive class, of every class, or the predictions. */
function answers(scored: Scored): [string, Float64Array][] {
  if (scored.kind === 'regression') return [['', scored.predictions]];
  const { classes, positive, scores, n } = scored;
  const k = classes.length;
  const shown = positive !== null ? [positive] : classes.slice(0, mostClasses).map((_, index) => index);
  return shown.map(index => {
    const own = new Float64Array(n);
    for (let row = 0; row < n; row++) own[row] = scores[row * k + index]!;
    return [classes[index]!, own];
  });
}

export const driftChecks: readonly Check[] = [
  featureDrift,
  driftedColumns,
  domain,
  labelDrift,
  predictionDrift,
];
