import type { VNode } from 'preact';
import type { Importance } from '../../../../src/protocol/results/importance.ts';
import { IntervalBar } from '../../../components/bars.tsx';
import { significant, withInterval } from '../../../components/format.ts';
import { DataTable, type Column } from '../../../components/table.tsx';
import { matches } from '../../../components/tabular.ts';
import { useArrangement } from '../../../host.ts';
import type { Entry } from './entries.ts';

/** What the measures rest on, column by column, beside the attributions. */
export function ImportanceTable({
  entries,
  permutation,
  sage,
  selected,
  name,
  onSelect,
}: {
  readonly entries: readonly Entry[];
  readonly permutation: Importance | null;
  readonly sage: Importance | null;
  readonly selected: string;
  readonly name: string;
  readonly onSelect: (column: string) => void;
}): VNode {
  const [filter, setFilter] = useArrangement('importance.filter', '');
  const columns: Column<Entry>[] = [
    {
      id: 'feature',
      title: 'Column',
      fill: true,
      value: entry => entry.feature,
      exported: [
        { title: 'player', value: entry => entry.feature },
        { title: 'columns', value: entry => entry.columns.join(', ') },
      ],
      cell: entry => (
        <span title={entry.columns.join(', ')}>
          {entry.feature}
          {entry.columns.length > 1 && <span class="muted"> {entry.columns.length} columns</span>}
        </span>
      ),
    },
    ...(permutation === null ? [] : [measureColumn('permutation', permutation)]),
    ...(sage === null ? [] : [measureColumn('sage', sage)]),
    {
      id: 'attribution',
      title: 'Mean |attribution|',
      align: 'end',
      wide: 'ample',
      definition: 'How far the column moves the answer; of several columns, the sum',
      value: entry => entry.attribution,
      cell: entry =>
        entry.attribution === null ? <span class="muted">–</span> : significant(entry.attribution),
    },
  ];
  return (
    <>
      {entries.length > 14 && (
        <div class="controls">
          <input
            type="search"
            placeholder="Filter columns ( / )"
            aria-label="Filter columns by name"
            value={filter}
            onInput={event => setFilter(event.currentTarget.value)}
          />
        </div>
      )}
      <DataTable
        label="What the score rests on"
        name={`${name}-importance`}
        limit={12}
        sort={{ id: permutation === null ? 'sage' : 'permutation', descending: true }}
        rows={entries.filter(entry => matches(filter, [entry.feature, ...entry.columns]))}
        rowKey={entry => entry.columns.join('\n')}
        selected={selected}
        onSelect={entry => onSelect(entry.columns[0] ?? '')}
        columns={columns}
      />
    </>
  );
}

function measureColumn(method: 'permutation' | 'sage', importance: Importance): Column<Entry> {
  const { measure, global } = importance;
  const of = (entry: Entry): Entry['sage'] => entry[method];
  const ends = global.flatMap(({ value, interval }) => [
    value,
    interval?.low ?? value,
    interval?.high ?? value,
  ]);
  const from = ends.reduce((a, b) => Math.min(a, b), 0);
  const to = ends.reduce((a, b) => Math.max(a, b), 1e-12);
  const what = `${measure.title}${measure.unit === null ? '' : ` (${measure.unit})`}`;
  const title = method === 'sage' ? `SAGE: ${what} taken off` : `Shuffled: ${what} worse by`;
  return {
    id: method,
    title,
    definition:
      method === 'sage'
        ? `Share of the column in what the model takes off the ${measure.title} of knowing nothing`
        : `How much worse the ${measure.title} gets when the column is shuffled`,
    value: entry => of(entry)?.value ?? null,
    exported: [
      { title, value: entry => of(entry)?.value ?? null },
      { title: `${method} low`, value: entry => of(entry)?.interval?.low ?? null },
      { title: `${method} high`, value: entry => of(entry)?.interval?.high ?? null },
      { title: `${method} share`, value: entry => of(entry)?.share ?? null },
    ],
    cell: entry => {
      const own = of(entry);
      if (own === null) return <span class="muted">–</span>;
      return (
        <span class="barcell" title={own.interval === null ? String(own.value) : own.interval.method}>
          <span class="roomy">
            <IntervalBar value={own.value} interval={own.interval} from={from} to={to} />
          </span>
          <span>{withInterval(own.value, own.interval)}</span>
        </span>
      );
    },
  };
}
