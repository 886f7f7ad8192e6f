import type { VNode } from 'preact';
import type { ExplanationComparison } from '../../src/protocol/results/explanationComparison.ts';
import { SlopeChart } from '../charts/slope.tsx';
import { plural, signed, significant, withInterval } from './format.ts';
import { Section } from './page.tsx';
import { Prose } from './prose.tsx';
import { sides } from './sides.ts';
import { DataTable, type Column } from './table.tsx';

type Entry = ExplanationComparison['features'][number];
type Row = ExplanationComparison['rows'][number];

/** What two cohorts, or two versions, rest on: differences with intervals, places gained, rows that changed most. */
export function SideBySide({
  answer,
  name,
  onRow,
  chosen = null,
}: {
  readonly answer: ExplanationComparison;
  readonly name: string;
  /** A row was chosen, to see its reasons. */
  readonly onRow?: (row: number) => void;
  readonly chosen?: number | null;
}): VNode {
  const { a, b } = answer.sides;
  const drawn = answer.features
    .flatMap(({ feature, a: left, b: right }) =>
      left === null || right === null ? [] : [{ name: feature, a: left, b: right }],
    )
    .sort((x, y) => Math.max(y.a, y.b) - Math.max(x.a, x.b))
    .slice(0, 10);
  return (
    <>
      <p class="sentence">
        <Prose text={answer.sentence} />
      </p>
      <div class="split">
        <SlopeChart
          slopes={drawn}
          left={a.name}
          right={b.name}
          name={name}
          what={`mean |attribution| of ${answer.output}`}
        />
        <DataTable
          label={`Attributions, ${a.name} and ${b.name}`}
          name={name}
          limit={10}
          rows={answer.features}
          rowKey={entry => entry.feature}
          columns={featureColumns(a.name, b.name)}
          foot={
            <span class="muted">
              Mean |attribution| of {answer.output}; {plural(a.n, 'row')} and {plural(b.n, 'row')}; intervals
              by bootstrap
              {answer.rows.length > 0 ? ', the same rows drawn for both' : ''}.
            </span>
          }
        />
      </div>
      {answer.rows.length > 0 && (
        <Section title="Rows whose reasons changed most">
          <DataTable
            label="Rows whose reasons changed most"
            name={`${name}-rows`}
            limit={8}
            rows={answer.rows}
            rowKey={row => row.row}
            {...(onRow === undefined ? {} : { selected: chosen, onSelect: (row: Row) => onRow(row.row) })}
            columns={rowColumns(a.name, b.name)}
            foot={onRow === undefined ? undefined : <span>Open a row for its reasons by both versions</span>}
          />
        </Section>
      )}
    </>
  );
}

function featureColumns(a: string, b: string): Column<Entry>[] {
  const side = (value: number | null): string => (value === null ? 'not read' : significant(value));
  return [
    { id: 'feature', title: 'Feature', fill: true, value: entry => entry.feature },
    ...sides<Entry>(
      { a, b },
      (entry, at) => entry[at],
      (entry, at) => side(entry[at]),
      true,
    ),
    {
      id: 'delta',
      title: 'Difference',
      align: 'end',
      value: entry => entry.delta,
      exported: [
        { title: 'difference', value: entry => entry.delta },
        { title: 'low', value: entry => entry.interval?.low ?? null },
        { title: 'high', value: entry => entry.interval?.high ?? null },
      ],
      cell: entry => {
        const sure = entry.interval !== null && (entry.interval.low > 0 || entry.interval.high < 0);
        const text = `${entry.delta > 0 ? '+' : ''}${withInterval(entry.delta, entry.interval)}`;
        return sure ? <b title="Beyond chance">{text}</b> : text;
      },
    },
    {
      id: 'gained',
      title: 'Places',
      align: 'end',
      wide: 'roomy',
      definition: 'Places gained in the order by mean |attribution|, with the interval',
      value: entry => entry.gained,
      cell: entry =>
        entry.gained === null
          ? '–'
          : `${signed(entry.gained)}${entry.gainedInterval === null ? '' : ` (${signed(Math.round(entry.gainedInterval.low))} to ${signed(Math.round(entry.gainedInterval.high))})`}`,
    },
  ];
}

function rowColumns(a: string, b: string): Column<Row>[] {
  const prediction = (row: Row, at: 'a' | 'b'): number => (at === 'a' ? row.predictionA : row.predictionB);
  return [
    { id: 'row', title: '#', align: 'end', value: row => row.row, cell: row => String(row.row) },
    { id: 'label', title: 'Label', wide: true, value: row => row.label },
    ...sides<Row>({ a, b }, prediction, (row, at) => significant(prediction(row, at))),
    {
      id: 'moved',
      title: 'Moved',
      align: 'end',
      definition: 'Sum of |difference| of the attributions',
      value: row => row.moved,
      exported: [
        { title: 'moved', value: row => row.moved },
        { title: 'cosine', value: row => row.cosine },
      ],
      cell: row => (
        <span title={row.cosine === null ? '' : `cosine ${significant(row.cosine)}`}>
          {significant(row.moved)}
        </span>
      ),
    },
    {
      id: 'changes',
      title: 'Most in',
      fill: true,
      value: changesOf,
      cell: row => <span title={changesOf(row)}>{changesOf(row)}</span>,
    },
  ];
}

function changesOf({ changes }: Row): string {
  return changes.map(({ feature, a, b }) => `${feature} ${signed(a, 2)} → ${signed(b, 2)}`).join(', ');
}
