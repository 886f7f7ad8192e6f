import type { VNode } from 'preact';
import type { Explanation } from '../../../src/protocol/results/explanation.ts';
import { Reason } from '../../components/bars.tsx';
import { signed, significant } from '../../components/format.ts';
import { DataTable, type Column } from '../../components/table.tsx';
import { errorOf, outputTitle, reasonsOf } from './columns.ts';

type Entry = Explanation['rows'][number];

/** Every explained row with its strongest reasons. */
export function Rows({
  result,
  selected,
  onSelect,
}: {
  readonly result: Explanation;
  readonly selected: number;
  readonly onSelect: (row: number) => void;
}): VNode {
  const labelled = result.rows.some(row => row.label !== null);
  const erring = result.rows.some(row => errorOf(result, row) !== null);
  const columns: Column<Entry>[] = [
    {
      id: 'row',
      title: '#',
      align: 'end',
      width: '52px',
      value: row => row.row,
      cell: row => String(row.row),
    },
    {
      id: 'prediction',
      title: outputTitle(result),
      align: 'end',
      width: '84px',
      value: row => row.prediction,
      cell: row => <span title={String(row.prediction)}>{significant(row.prediction)}</span>,
    },
    ...(labelled
      ? [
          {
            id: 'label',
            title: 'Label',
            width: '84px',
            value: (row: Entry) => row.label,
            wide: true,
          } satisfies Column<Entry>,
        ]
      : []),
    ...(erring
      ? [
          {
            id: 'error',
            title: 'Error',
            align: 'end',
            width: '68px',
            value: (row: Entry) => errorOf(result, row),
            cell: (row: Entry) => number(errorOf(result, row)),
            definition:
              result.task === 'regression'
                ? '|prediction − label|'
                : 'Distance of the probability from the truth',
          } satisfies Column<Entry>,
        ]
      : []),
    {
      id: 'reasons',
      title: 'Strongest reasons',
      fill: true,
      value: row =>
        reasonsOf(result, row)
          .map(reason => `${reason.feature} ${reason.value}`)
          .join(', '),
      cell: row => {
        const reasons = reasonsOf(result, row).map(reason => ({ ...reason, text: signed(reason.value, 2) }));
        return (
          <span title={reasons.map(reason => `${reason.feature} ${reason.text}`).join(', ')}>
            {reasons.map(reason => (
              <Reason key={reason.feature} {...reason} />
            ))}
          </span>
        );
      },
    },
  ];
  return (
    <DataTable
      label="Explained rows"
      name="rows"
      sort={erring ? { id: 'error', descending: true } : { id: 'prediction', descending: true }}
      {...(result.rows.length > 120 ? {} : { limit: 10 })}
      rows={result.rows}
      rowKey={row => row.row}
      selected={selected}
      onSelect={row => onSelect(row.row)}
      columns={columns}
    />
  );
}

function number(value: number | null): string {
  return value === null ? '–' : significant(value);
}
