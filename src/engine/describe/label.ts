import { labelProfile, type LabelView } from '../../core/data/labelProfile.ts';
import { measureOf } from '../../core/data/relations.ts';
import type { Column, Table } from '../../core/data/table.ts';
import { BadInput } from '../../core/failure.ts';
import { associations } from '../../core/stats/association.ts';
import type { DescribeJob } from '../../protocol/describe.ts';
import type { ColumnDescription } from './columns.ts';

/** A label of numbers with no more values than this may be a class. */
const mostClasses = 10;

/** What is looked at of the label: the share of a class, or the mean; null without one. */
export function labelView(job: DescribeJob, sample: Table, distinct: number): LabelView | null {
  const column = sample.columns.find(({ name }) => name === job.label);
  if (column === undefined) return null;
  if (column.kind === 'category')
    return { kind: 'share', column, positive: positiveOf(job, [...column.levels].sort()) };
  const classes = job.positive === null ? distinct <= 2 : distinct <= mostClasses;
  if (!classes) return { kind: 'mean', column };
  const values = [...new Set(column.values)].filter(value => !Number.isNaN(value)).sort((a, b) => a - b);
  const levels = values.map(String);
  const codes = Int32Array.from(column.values, value => values.indexOf(value));
  return {
    kind: 'share',
    column: { kind: 'category', name: column.name, codes, levels },
    positive: positiveOf(job, levels),
  };
}

/** How a column and the label are related, and the label over the values of the column. */
export function labelRelation(column: Column, view: LabelView): NonNullable<ColumnDescription['label']> {
  const pair = [column, view.column] as const;
  const [, value] = associations({ rows: 0, columns: pair });
  return {
    measure: measureOf(...pair),
    value: value!,
    of: view.kind === 'share' ? `share of ${view.positive}` : 'mean',
    ...labelProfile(column, view),
  };
}

function positiveOf({ positive, label, data }: DescribeJob, levels: readonly string[]): string {
  if (positive === null) return levels.at(-1) ?? '';
  if (levels.includes(positive)) return positive;
  throw new BadInput(
    'unknown-class',
    `\`${label!}\` of \`${data.path}\` does not hold \`${positive}\`. It holds ${levels
      .slice(0, 5)
      .map(level => `\`${level}\``)
      .join(', ')}.`,
  );
}
