import type { VNode } from 'preact';
import type { DataDescription } from '../../src/protocol/results/data.ts';
import { count, share, significant } from '../components/format.ts';
import { Section } from '../components/page.tsx';
import { DataTable, type Column as TableColumn } from '../components/table.tsx';
import { matches } from '../components/tabular.ts';
import { Status } from '../components/verdict.tsx';
import { useArrangement } from '../host.ts';
import { Detail } from './detail.tsx';
import { middle, sharesOf, type Column } from './shares.ts';
import { Spark } from './spark.tsx';

/** Every column in a line; the chosen one beside it. */
export function Columns({ result }: { readonly result: DataDescription }): VNode {
  const [filter, setFilter] = useArrangement('columns.filter', '');
  const [chosen, setChosen] = useArrangement('columns.chosen', '');
  const rows = result.columns.filter(column => matches(filter, [column.name, column.type, ...column.flags]));
  const detail = result.columns.find(({ name }) => name === chosen) ?? result.columns[0];
  return (
    <div class="split lead">
      <Section
        title="Columns"
        note={
          rows.length === result.columns.length
            ? count(rows.length)
            : `${rows.length} of ${result.columns.length}`
        }
        actions={
          <input
            type="search"
            placeholder="Filter columns"
            aria-label="Filter columns"
            value={filter}
            onInput={event => setFilter(event.currentTarget.value)}
          />
        }
      >
        <DataTable
          label="Columns"
          name="columns"
          rows={rows}
          rowKey={({ name }) => name}
          selected={detail?.name ?? null}
          onSelect={({ name }) => setChosen(name)}
          columns={columnsOf(result)}
        />
      </Section>
      {detail !== undefined && <Detail column={detail} result={result} />}
    </div>
  );
}

function columnsOf(result: DataDescription): TableColumn<Column>[] {
  const { label, reference, data } = result;
  return [
    {
      id: 'name',
      title: 'Column',
      width: '22%',
      fill: true,
      value: ({ name }) => name,
      cell: ({ name, type, flags }) => (
        <span title={type}>
          {name} {flags.length > 0 && <span class="muted">{flags.join(', ')}</span>}
        </span>
      ),
    },
    {
      id: 'distribution',
      title: 'Distribution',
      ...(reference === null ? {} : { definition: 'Bars: here. Line: the reference.' }),
      exported: [{ title: 'middle half, or commonest', value: column => middle(column, String) }],
      width: '20%',
      value: column => column.numbers?.quantiles[3]?.[1] ?? column.levels?.levels[0]?.name ?? null,
      cell: column => {
        const found = sharesOf(column);
        return found === null ? <span class="muted">no value</span> : <Spark {...found} />;
      },
    },
    {
      id: 'missing',
      title: 'Missing',
      align: 'end',
      width: '9%',
      value: ({ missing }) => missing / Math.max(1, data.rows),
      cell: ({ missing, missingDrift }) =>
        missingDrift?.drifted === true ? (
          <Status status="warn">{share(missing / data.rows)}</Status>
        ) : missing === 0 ? (
          <span class="muted">0</span>
        ) : (
          share(missing / data.rows)
        ),
    },
    {
      id: 'outliers',
      title: 'Outliers',
      align: 'end',
      width: '9%',
      wide: 'roomy',
      definition: "Values beyond 1.5 interquartile ranges from the quartiles (Tukey's fences)",
      value: ({ numbers }) => numbers?.outliers[0]?.count ?? null,
    },
    ...(label === null
      ? []
      : [
          {
            id: 'label',
            title: `With ${label}`,
            align: 'end' as const,
            width: '9%',
            definition: "Spearman's rho, eta of ranks, or Cramér's V with the label",
            value: (column: Column) => column.label?.value ?? null,
            cell: (column: Column) => (column.label === null ? '' : significant(column.label.value, 2)),
          },
        ]),
    ...(reference === null
      ? []
      : [
          {
            id: 'drift',
            title: 'PSI',
            align: 'end' as const,
            width: '9%',
            wide: true as const,
            definition: 'Population stability index against the reference',
            value: (column: Column) => column.drift?.psi ?? null,
            cell: (column: Column) =>
              column.drift === null ? (
                ''
              ) : column.drift.drifted ? (
                <Status status="warn">{significant(column.drift.psi, 2)}</Status>
              ) : (
                significant(column.drift.psi, 2)
              ),
          },
        ]),
  ];
}
