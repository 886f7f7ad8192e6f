import { labelledRows } from '../metrics/scored.ts';
import { shareInterval } from '../stats/shares.ts';
import type { Check } from './check.ts';
import { columnChecks } from './columns.ts';
import { dataCheck, shareOfRows } from './dataCheck.ts';
import { schemaChecks } from './schema.ts';
import { labelDistribution } from './labels.ts';
import { tableOf } from './evidence.ts';
import { counted, percent } from '../words.ts';

/** Group D: the rows that the verdict rests on. */

const rowCount = dataCheck(
  {
    id: 'row-count',
    title: 'Number of rows',
    unit: 'rows',
    threshold: { op: '>=', value: 100, source: 'below it intervals are wider than most differences' },
  },
  data => ({
    value: data.rows,
    finding: `The data has ${counted(data.rows, 'row')}.`,
    advice: 'Validate on more rows.',
  }),
);

const unlabelled = dataCheck(
  {
    id: 'unlabelled',
    title: 'Rows without a label',
    threshold: { op: '<=', value: 0, source: 'rows without a label are left out of the metrics' },
  },
  (data, { scored, label }) => {
    if (label === null || scored === null) return { notRun: 'Needs a label column.' };
    const { labelled } = labelDistribution(scored);
    const share = scored.n === 0 ? 0 : 1 - labelled / scored.n;
    return {
      value: share,
      finding:
        share === 0
          ? 'Every row has a label.'
          : `${percent(share)} of ${counted(data.rows, 'row')} have no label.`,
      advice: 'Label them or take them out, and ask why they are missing.',
    };
  },
);

const rarestClass = dataCheck(
  {
    id: 'rarest-class',
    title: 'Rows of the rarest class',
    needs: ['data', 'labels'],
    unit: 'rows',
    threshold: { op: '>=', value: 30, source: 'fewer rows say little about a class' },
  },
  (_, { scored }) => {
    const { classes } = labelDistribution(scored!);
    if (classes === null) return { notRun: 'The task is regression.' };
    const rarest = classes.reduce((least, one) => (one.count < least.count ? one : least));
    return {
      value: rarest.count,
      finding: `The rarest class, ${rarest.name}, has ${counted(rarest.count, 'row')}.`,
      advice: 'Validate on more rows of this class.',
      evidence: tableOf(
        ['class', 'rows'],
        classes.map(one => [one.name, one.count]),
      ),
    };
  },
);

const classBalance = dataCheck(
  {
    id: 'class-balance',
    title: 'Class balance',
    needs: ['data', 'labels'],
    threshold: { op: '>=', value: 0.05, source: 'below it accuracy says nothing' },
  },
  (_, { scored, scheme }) => {
    const { classes, labelled } = labelDistribution(scored!);
    if (classes === null) return { notRun: 'The task is regression.' };
    const rarest = classes.reduce((least, one) => (one.count < least.count ? one : least));
    const index = classes.indexOf(rarest);
    return {
      value: rarest.count / labelled,
      interval: shareInterval(
        { rows: labelledRows(scored!), hits: rarest.count, hit: row => scored!.labels[row] === index },
        0.95,
        scheme,
      ),
      finding: `${percent(rarest.count / labelled)} of the labelled rows are ${rarest.name}, the rarest class.`,
      advice: 'Judge by precision, recall and average precision instead of accuracy.',
    };
  },
);

const duplicates = dataCheck(
  {
    id: 'duplicates',
    title: 'Duplicate rows',
    threshold: { op: '<=', value: 0.05, source: 'Deepchecks: 5 %' },
  },
  data =>
    shareOfRows(data.duplicates, data, {
      fine: 'No row repeats an earlier one.',
      what: 'repeat an earlier row in every column',
      advice: 'Take repeated rows out: they count twice in every metric.',
    }),
);

const conflicts = dataCheck(
  {
    id: 'conflicting-labels',
    title: 'Conflicting labels',
    needs: ['data', 'labels'],
    threshold: { op: '<=', value: 0.01, source: 'no model can get these rows right' },
  },
  data =>
    data.conflicts === null
      ? { notRun: 'The data has no label column.' }
      : shareOfRows(data.conflicts, data, {
          fine: 'No two rows with equal inputs have different labels.',
          what: 'equal an earlier row in all inputs and have another label',
          advice: 'Check the labels of these rows, or add the column that tells them apart.',
        }),
);

const overlap = dataCheck(
  {
    id: 'reference-overlap',
    title: 'Overlap with the reference',
    needs: ['data', 'reference'],
    severity: 'fail',
    threshold: { op: '<=', value: 0.05, source: 'Deepchecks: 5 %; a model has seen these answers' },
  },
  (data, facts) =>
    facts.overlap === null
      ? { notRun: 'The overlap was not counted.' }
      : shareOfRows(facts.overlap, data, {
          fine: 'No row of the data is in the reference.',
          what: 'are in the reference with the same inputs',
          advice: 'Split again so that no row is in both.',
        }),
);

export const dataChecks: readonly Check[] = [
  rowCount,
  unlabelled,
  rarestClass,
  classBalance,
  duplicates,
  conflicts,
  overlap,
  ...columnChecks,
  ...schemaChecks,
];
