import { sortedValues } from '../stats/quantile.ts';
import type { Check } from './check.ts';
import { dataCheck, noColumn, worstColumn } from './dataCheck.ts';
import type { ColumnProfile, DataFacts } from './facts.ts';
import { strongestColumns } from './leakage.ts';
import { tableOf } from './evidence.ts';
import { names, number } from '../words.ts';

/** Group D, column by column. */

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

export const columnChecks: readonly Check[] = [
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
