import type { VNode } from 'preact';
import type { DataDescription } from '../../src/protocol/results/data.ts';
import { Heat } from '../charts/heat.tsx';
import { Bar } from '../components/bars.tsx';
import { count, plural, significant } from '../components/format.ts';
import { Section } from '../components/page.tsx';
import { DataTable } from '../components/table.tsx';
import { matches } from '../components/tabular.ts';
import { useArrangement } from '../host.ts';

/** What moves together: the strongest pairs, and all of them as a map. */
export function Relations({ result }: { readonly result: DataDescription }): VNode {
  const [filter, setFilter] = useArrangement('relations.filter', '');
  const { columns, matrix, pairs, total } = result.relations;
  if (pairs.length === 0) return <p class="muted">There are not two columns to relate.</p>;
  const rows = pairs.filter(({ a, b }) => matches(filter, [a, b])).map((pair, at) => ({ ...pair, at }));
  return (
    <div class="split lead">
      <Section
        title="Strongest pairs"
        note={`${pairs.length < total ? `${count(pairs.length)} of ${count(total)}, ` : ''}of ${plural(result.sampled, 'row')}`}
        actions={
          <input
            type="search"
            placeholder="Filter pairs"
            aria-label="Filter pairs"
            value={filter}
            onInput={event => setFilter(event.currentTarget.value)}
          />
        }
      >
        <DataTable
          label="Pairs of columns"
          name="relations"
          limit={20}
          rows={rows}
          rowKey={({ at }) => at}
          columns={[
            { id: 'a', title: 'Column', fill: 'cut', value: ({ a }) => a },
            { id: 'b', title: 'with', fill: 'cut', value: ({ b }) => b },
            {
              id: 'value',
              title: 'Strength',
              value: ({ value }) => Math.abs(value),
              exported: [
                { title: 'measure', value: ({ measure }) => measure },
                { title: 'value', value: ({ value }) => value },
              ],
              cell: ({ value, measure }) => (
                <span class="barcell" title={measure}>
                  <Bar value={Math.abs(value)} interval={null} max={1} />
                  <span>{significant(value, 2)}</span>
                </span>
              ),
            },
            { id: 'measure', title: 'Measure', wide: 'ample', value: ({ measure }) => measure },
            {
              id: 'pearson',
              title: 'Pearson',
              align: 'end',
              wide: true,
              definition: "Pearson's correlation, of two numbers",
              value: ({ pearson }) => pearson,
              cell: ({ pearson }) => (pearson === null ? '' : significant(pearson, 2)),
            },
          ]}
        />
      </Section>
      <Section
        title="All together"
        note={
          columns.length < result.columns.length
            ? `${count(columns.length)} of ${count(result.columns.length)} columns, the most related`
            : `${count(columns.length)} columns`
        }
      >
        <Heat
          name="relations"
          label={`Strength of the relation of each two of ${plural(columns.length, 'column')}`}
          across={{ title: '', labels: columns, every: columns.length <= 24 }}
          down={{ title: '', labels: columns, every: columns.length <= 40 }}
          upward={false}
          values={matrix.map((line, i) => line.map((value, j) => (i === j ? null : Math.abs(value))))}
          scale="size"
          what="strength, 0 to 1; like columns beside like"
          height={Math.max(220, Math.min(720, 110 + columns.length * 18))}
          twin={() => ({
            columns: ['', ...columns],
            rows: matrix.map((line, i) => [columns[i] ?? '', ...line]),
          })}
        />
      </Section>
    </div>
  );
}
