import { sortedValues } from '../stats/quantile.ts';
import { wilson } from '../stats/proportion.ts';
import type { Check, Outcome } from './check.ts';
import type { CheckFacts, ColumnProfile, DataFacts, RowCount } from './facts.ts';
import { labelDistribution } from './labels.ts';
import { strongestColumns } from './leakage.ts';
import { counted, names, number, percent, rowsEvidence, tableOf } from './words.ts';

/** Group D: the data that the verdict rests on. */

const base = { group: 'data', needs: ['data'], severity: 'warn', unit: null } as const;
const noProfile = { notRun: 'The data was not profiled.' } as const;

type Definition = Pick<Check, 'id' | 'title' | 'threshold'> &
  Partial<Pick<Check, 'needs' | 'severity' | 'unit'>>;

/** A check of the holdout's profile. */
function dataCheck(definition: Definition, run: (data: DataFacts, facts: CheckFacts) => Outcome): Check {
  return { ...base, ...definition, run: facts => (facts.data === null ? noProfile : run(facts.data, facts)) };
}

/** The worst column by a share; the finding lists all that have any. */
function worstColumn(
  shares: readonly { readonly name: string; readonly share: number }[],
  words: { readonly fine: string; readonly what: string; readonly advice: string; readonly heading: string },
): Outcome {
  const some = shares.filter(({ share }) => share > 0).sort((a, b) => b.share - a.share);
  const [worst] = some;
  return {
    value: worst?.share ?? 0,
    finding:
      worst === undefined
        ? words.fine
        : `${percent(worst.share)} of \`${worst.name}\` ${words.what}${some.length > 1 ? `, as does a part of ${counted(some.length - 1, 'other column')}` : ''}.`,
    advice: words.advice,
    evidence:
      some.length === 0
        ? null
        : tableOf(
            ['column', words.heading],
            some.map(one => [one.name, one.share]),
          ),
  };
}

/** Columns that should not be there. */
function noColumn(
  list: readonly string[],
  words: { readonly fine: string; readonly found: string; readonly advice: string },
): Outcome {
  return {
    value: list.length,
    finding: list.length === 0 ? words.fine : `${names(list)} ${words.found}.`,
    advice: words.advice,
    evidence:
      list.length === 0
        ? null
        : tableOf(
            ['column'],
            list.map(name => [name]),
          ),
  };
}

/** A share of rows with its Wilson interval. */
function shareOfRows(
  found: RowCount,
  data: DataFacts,
  words: { readonly fine: string; readonly what: string; readonly advice: string },
): Outcome {
  return {
    value: data.rows === 0 ? 0 : found.count / data.rows,
    finding:
      found.count === 0
        ? words.fine
        : `${counted(found.count, 'row')} (${percent(found.count / data.rows)}) ${words.what}.`,
    advice: words.advice,
    evidence: rowsEvidence(found, data),
  };
}

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
    needs: ['data', 'labels'],
    threshold: { op: '<=', value: 0, source: 'rows without a label are left out of the metrics' },
  },
  (data, { scored }) => {
    const { labelled } = labelDistribution(scored!);
    const share = scored!.n === 0 ? 0 : 1 - labelled / scored!.n;
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
  (_, { scored }) => {
    const { classes, labelled } = labelDistribution(scored!);
    if (classes === null) return { notRun: 'The task is regression.' };
    const rarest = classes.reduce((least, one) => (one.count < least.count ? one : least));
    return {
      value: rarest.count / labelled,
      interval: wilson(rarest.count, labelled),
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

const missingValues = dataCheck(
  {
    id: 'missing-values',
    title: 'Missing values',
    threshold: { op: '<=', value: 0.2, source: 'a column a fifth of which is missing deserves a look' },
  },
  data =>
    worstColumn(
      data.columns.map(column => ({ name: column.name, share: share(column) })),
      {
        fine: 'No input column has missing values.',
        what: 'is missing',
        advice: 'Ask why it is missing, and how the model treats it.',
        heading: 'share missing',
      },
    ),
);

const missingRise = dataCheck(
  {
    id: 'missing-rise',
    title: 'Rise of missing values',
    needs: ['data', 'reference'],
    threshold: { op: '<=', value: 0.05, source: 'five points more than in the reference' },
  },
  (data, { reference }) =>
    worstColumn(
      paired(data, reference!).map(([column, before]) => ({
        name: column.name,
        share: Math.max(0, share(column) - share(before)),
      })),
      {
        fine: 'No column misses more values than in the reference.',
        what: 'is missing beyond the share in the reference',
        advice: 'Look for a change in how this column is collected.',
        heading: 'rise of the share missing',
      },
    ),
);

const infiniteValues = dataCheck(
  {
    id: 'infinite-values',
    title: 'Infinite values',
    severity: 'fail',
    unit: 'columns',
    threshold: { op: '<=', value: 0, source: 'an infinite value is a mistake upstream' },
  },
  data =>
    noColumn(
      data.columns.filter(({ numbers }) => (numbers?.infinite ?? 0) > 0).map(({ name }) => name),
      {
        fine: 'Every number is finite.',
        found: 'hold infinite values',
        advice: 'Look for a division by zero where these columns are made.',
      },
    ),
);

const constants = dataCheck(
  {
    id: 'constant-columns',
    title: 'Constant columns',
    unit: 'columns',
    threshold: { op: '<=', value: 0, source: 'a constant column says nothing of this data' },
  },
  data =>
    noColumn(
      data.columns.filter(({ distinct, rows }) => rows > 1 && distinct <= 1).map(({ name }) => name),
      {
        fine: 'Every input column has at least two values.',
        found: 'have one value only',
        advice: 'Check that the column was read as meant.',
      },
    ),
);

/** Fewer rows than this are all distinct by chance in many columns. */
const rowsForIdentifiers = 50;

const identifiers = dataCheck(
  {
    id: 'identifier-columns',
    title: 'Identifiers among the inputs',
    unit: 'columns',
    threshold: { op: '<=', value: 0, source: 'a model that reads an identifier learns rows by heart' },
  },
  data =>
    noColumn(
      data.columns.filter(looksLikeIdentifier).map(({ name }) => name),
      {
        fine: 'No input column looks like an identifier.',
        found: 'have a different value in every row, as identifiers do',
        advice: 'Take identifiers out of the inputs.',
      },
    ),
);

function looksLikeIdentifier({ rows, missing, distinct, kind, numbers }: ColumnProfile): boolean {
  const values = rows - missing;
  if (values < rowsForIdentifiers || distinct < values) return false;
  return kind === 'category' || (numbers?.integers ?? false);
}

const variants = dataCheck(
  {
    id: 'category-variants',
    title: 'Category variants',
    unit: 'columns',
    threshold: { op: '<=', value: 0, source: 'two spellings are two categories to a model' },
  },
  data => {
    const found = data.columns.flatMap(({ name, levels }) => {
      const bySpelling = new Map<string, string[]>();
      for (const { level } of levels ?? []) {
        const spelling = level
          .trim()
          .toLowerCase()
          .replace(/[\s_-]+/g, ' ');
        bySpelling.set(spelling, [...(bySpelling.get(spelling) ?? []), level]);
      }
      return [...bySpelling.values()]
        .filter(group => group.length > 1)
        .map(group => [name, group.map(level => JSON.stringify(level)).join(', ')]);
    });
    const columns = [...new Set(found.map(([name]) => name!))];
    return {
      value: columns.length,
      finding:
        columns.length === 0
          ? 'No two categories differ only in case or spaces.'
          : `${names(columns)} ${columns.length === 1 ? 'holds' : 'hold'} categories that differ only in case or spaces.`,
      advice: 'Write each category in one way.',
      evidence: found.length === 0 ? null : tableOf(['column', 'spellings'], found),
    };
  },
);

const outOfRange = dataCheck(
  {
    id: 'out-of-range',
    title: "Numbers outside the reference's range",
    needs: ['data', 'reference'],
    threshold: { op: '<=', value: 0.02, source: 'a model extrapolates there' },
  },
  (data, { reference }) =>
    worstColumn(
      paired(data, reference!).map(([column, before]) => ({
        name: column.name,
        share: shareOutside(data, column.name, before),
      })),
      {
        fine: 'Every number lies within the range of the reference.',
        what: 'lies outside the range of the reference',
        advice: 'Check the units, or train with such values.',
        heading: 'share outside',
      },
    ),
);

function shareOutside(data: DataFacts, name: string, { numbers }: ColumnProfile): number {
  const column = data.sample.columns.find(one => one.name === name);
  if (numbers === null || column?.kind !== 'number') return 0;
  const values = sortedValues(column.values);
  const outside = values.filter(value => value < numbers.min || value > numbers.max).length;
  return values.length === 0 ? 0 : outside / values.length;
}

const orderLeak = dataCheck(
  {
    id: 'row-order-leak',
    title: 'Row-order leak',
    threshold: { op: '<=', value: 0.5, source: 'sorted data splits badly, and an index leaks' },
  },
  data => {
    const strongest = data.columns
      .flatMap(({ name, orderCorrelation }) =>
        orderCorrelation === null ? [] : [{ name, size: Math.abs(orderCorrelation) }],
      )
      .sort((a, b) => b.size - a.size);
    const [worst] = strongest;
    if (worst === undefined) return { notRun: 'No input column is a number that varies.' };
    return {
      value: worst.size,
      finding: `\`${worst.name}\` follows the order of the rows most: rank correlation ${number(worst.size)}.`,
      advice: 'Shuffle before splitting, and take running numbers out of the inputs.',
      evidence: tableOf(
        ['column', 'rank correlation with the row number'],
        strongest.map(one => [one.name, one.size]),
      ),
    };
  },
);

const labelLeak = dataCheck(
  {
    id: 'label-leak',
    title: 'Label leak',
    needs: ['data', 'labels'],
    threshold: { op: '<=', value: 0.95, source: 'one column alone is seldom that good' },
  },
  data => {
    const found = strongestColumns(data);
    if (found === null) return { notRun: 'The data has no label column that varies.' };
    const [worst] = found.columns;
    if (worst === undefined) return { notRun: 'There is no input column to look at.' };
    return {
      value: worst.strength,
      finding: `\`${worst.name}\` alone tells most of the label: ${found.measure} ${number(worst.strength)}.`,
      advice: 'Ask whether this column is known before the label is: if not, take it out of the inputs.',
      evidence: tableOf(
        ['column', found.measure],
        found.columns.map(one => [one.name, one.strength]),
      ),
    };
  },
);

export const dataChecks: readonly Check[] = [
  rowCount,
  unlabelled,
  rarestClass,
  classBalance,
  duplicates,
  conflicts,
  overlap,
  missingValues,
  missingRise,
  infiniteValues,
  constants,
  identifiers,
  variants,
  outOfRange,
  orderLeak,
  labelLeak,
];

function share({ rows, missing }: ColumnProfile): number {
  return rows === 0 ? 0 : missing / rows;
}

/** The columns that both have. */
function paired(data: DataFacts, reference: DataFacts): [ColumnProfile, ColumnProfile][] {
  const before = new Map(reference.columns.map(column => [column.name, column]));
  return data.columns.flatMap(column => {
    const other = before.get(column.name);
    return other === undefined ? [] : [[column, other] as [ColumnProfile, ColumnProfile]];
  });
}
