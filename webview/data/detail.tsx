import type { VNode } from 'preact';
import type { DataDescription } from '../../src/protocol/results/data.ts';
import { pValueWords } from '../../src/core/words.ts';
import { IntervalBar } from '../components/bars.tsx';
import { count, plural, share, significant, withInterval } from '../components/format.ts';
import { Section } from '../components/page.tsx';
import { DataTable } from '../components/table.tsx';
import { Status } from '../components/verdict.tsx';
import { Distribution } from './distribution.tsx';
import type { Column } from './shares.ts';

/** One column: its distribution, its numbers, the label over it, and how far it has moved. */
export function Detail({
  column,
  result,
}: {
  readonly column: Column;
  readonly result: DataDescription;
}): VNode {
  const { numbers, levels, label, drift, missingDrift, range } = column;
  const facts: readonly (readonly [string, string])[] = [
    ['Values', `${count(column.n)} of ${count(result.data.rows)}`],
    ['Distinct', count(column.distinct)],
    ...(range === null
      ? []
      : ([
          ['From', range[0]],
          ['To', range[1]],
        ] as const)),
    ...(numbers === null || range !== null
      ? []
      : ([
          ['Mean', significant(numbers.mean)],
          ['Standard deviation', significant(numbers.deviation)],
          ['Smallest', significant(numbers.min)],
          ['1 %', significant(numbers.quantiles[0]?.[1] ?? Number.NaN)],
          ['Median', significant(numbers.quantiles[3]?.[1] ?? Number.NaN)],
          ['99 %', significant(numbers.quantiles[6]?.[1] ?? Number.NaN)],
          ['Largest', significant(numbers.max)],
          ['Zeros', count(numbers.zeros)],
        ] as const)),
    ...(levels === null || levels.others === 0
      ? []
      : ([['In other words than those shown', count(levels.others)]] as const)),
  ];
  return (
    <div class="stack">
      <Section title={column.name} note={column.type}>
        {drift !== null && (
          <p>
            <Status status={drift.drifted ? 'warn' : 'pass'}>
              {drift.drifted ? 'Values moved from the reference' : 'Values as in the reference'}
            </Status>{' '}
            <span class="muted">
              decided by {drift.decidedBy}; PSI {significant(drift.psi)}, {drift.test} p{' '}
              {pValueWords(drift.pValue)}
            </span>
          </p>
        )}
        {missingDrift !== null && (
          <p>
            <Status status={missingDrift.drifted ? 'warn' : 'pass'}>
              {missingDrift.drifted
                ? 'Missing in another share of the rows than in the reference'
                : 'Missing as often as in the reference'}
            </Status>{' '}
            <span class="muted">
              {share(missingDrift.missing[0])} there, {share(missingDrift.missing[1])} here; decided by{' '}
              {missingDrift.decidedBy}; p {pValueWords(missingDrift.pValue)}
            </span>
          </p>
        )}
        <Distribution column={column} />
        {levels?.unseen != null && levels.unseen.distinct > 0 && (
          <p class="muted">
            Not in the reference: {levels.unseen.words.join(', ')}
            {levels.unseen.distinct > levels.unseen.words.length &&
              ` and ${plural(levels.unseen.distinct - levels.unseen.words.length, 'other word')}`}
            .
          </p>
        )}
        <DataTable
          label={`Numbers of ${column.name}`}
          plain
          rows={facts}
          rowKey={([name]) => name}
          columns={[
            { id: 'name', title: 'Number', fill: true, value: ([name]) => name },
            { id: 'value', title: 'Value', align: 'end', value: ([, value]) => value },
          ]}
        />
        {(numbers?.outliers.length ?? 0) > 0 && range === null && (
          <DataTable
            label={`Outliers of ${column.name}`}
            plain
            rows={numbers?.outliers ?? []}
            rowKey={({ rule }) => rule}
            columns={[
              { id: 'rule', title: 'Outliers by', fill: true, value: ({ rule }) => rule },
              { id: 'low', title: 'Below', align: 'end', value: o => o.low, cell: o => significant(o.low) },
              {
                id: 'high',
                title: 'Above',
                align: 'end',
                value: o => o.high,
                cell: o => significant(o.high),
              },
              {
                id: 'count',
                title: 'Values',
                align: 'end',
                value: o => o.count,
                cell: o => `${count(o.count)} (${share(o.count / Math.max(1, column.n))})`,
              },
            ]}
          />
        )}
      </Section>
      {label !== null && <OverLabel label={label} name={result.label ?? ''} />}
    </div>
  );
}

function OverLabel({
  label,
  name,
}: {
  readonly label: NonNullable<Column['label']>;
  readonly name: string;
}): VNode {
  const ends = label.bins.flatMap(({ value, interval }) => [
    value,
    ...(interval === null ? [] : [interval.low, interval.high]),
  ]);
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  const title = label.of === 'mean' ? `Mean of ${name}` : `${label.of} in ${name}`;
  return (
    <Section
      title={`With ${name}`}
      note={`${label.measure} ${significant(label.value, 2)}, ${plural(label.bins.length, 'group')}`}
    >
      <DataTable
        label={`${title} by value`}
        name="label"
        plain
        limit={14}
        rows={label.bins}
        rowKey={bin => bin.name}
        columns={[
          { id: 'name', title: 'Value', fill: true, value: bin => bin.name },
          {
            id: 'n',
            title: 'Rows',
            align: 'end',
            wide: true,
            value: bin => bin.n,
            cell: bin => count(bin.n),
          },
          {
            id: 'value',
            title: `${title}, interval`,
            value: bin => bin.value,
            exported: [
              { title, value: bin => bin.value },
              { title: 'low', value: bin => bin.interval?.low ?? null },
              { title: 'high', value: bin => bin.interval?.high ?? null },
            ],
            cell: bin => (
              <span
                class="barcell"
                title={
                  bin.interval === null
                    ? `${bin.value}; one row: no interval`
                    : `${bin.value}; 95 % interval, ${bin.interval.method}`
                }
              >
                <IntervalBar value={bin.value} interval={bin.interval} from={low} to={high} />
                <span>{withInterval(bin.value, bin.interval)}</span>
              </span>
            ),
          },
        ]}
      />
      {label.others > 0 && <p class="muted">{plural(label.others, 'row')} of rarer words: not shown.</p>}
    </Section>
  );
}
