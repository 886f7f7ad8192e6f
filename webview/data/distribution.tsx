import type { VNode } from 'preact';
import { Figure } from '../charts/figure.tsx';
import { axis, hover, over } from '../charts/marks.ts';
import { Bar } from '../components/bars.tsx';
import { count, plural, share, significant } from '../components/format.ts';
import { DataTable } from '../components/table.tsx';
import type { Column } from './shares.ts';

/** A histogram of numbers with the reference's steps over it; words as a table with bars. */
export function Distribution({ column }: { readonly column: Column }): VNode | null {
  if (column.numbers !== null) return <NumberHistogram column={column} numbers={column.numbers} />;
  return column.levels === null || column.n === 0 ? null : <Words column={column} levels={column.levels} />;
}

function NumberHistogram({
  column,
  numbers,
}: {
  readonly column: Column;
  readonly numbers: NonNullable<Column['numbers']>;
}): VNode {
  const { edges, counts, below, above, reference } = numbers.histogram;
  const centre = (i: number): number => ((edges[i] ?? 0) + (edges[i + 1] ?? 0)) / 2;
  const shares = counts.map(one => one / Math.max(1, column.n));
  const beyond = [
    below > 0 ? `${plural(below, 'value')} below ${significant(edges[0] ?? 0)}` : '',
    above > 0 ? `${plural(above, 'value')} above ${significant(edges.at(-1) ?? 0)}` : '',
  ].filter(words => words !== '');
  const asTime = column.kind === 'time';
  const word = (value: number): string =>
    asTime ? new Date(value * 1000).toISOString().slice(0, 16).replace('T', ' ') : significant(value);
  return (
    <Figure
      title="Distribution"
      name={`distribution-${column.name}`}
      label={`Distribution of ${column.name}: shares of values in ${plural(counts.length, 'bin')}`}
      height={190}
      inputs={[column]}
      caption={[
        beyond.length > 0 ? `Not drawn: ${beyond.join(', ')}.` : '',
        reference !== null ? 'Line: the reference, in the same bins.' : '',
      ].join(' ')}
      build={palette => ({
        type: 'bar',
        data: {
          labels: counts.map((_, i) => centre(i)),
          datasets: [
            {
              label: 'here',
              data: shares.map((value, i) => ({ x: centre(i), y: value })),
              backgroundColor: palette.bar,
              barPercentage: 1,
              categoryPercentage: 0.9,
            },
          ],
        },
        options: {
          parsing: false,
          scales: {
            x: {
              ...axis(palette, asTime ? 'time (UTC)' : column.name, {
                min: edges[0] ?? 0,
                max: edges.at(-1) ?? 1,
                offset: false,
              }),
              ...(asTime
                ? {
                    ticks: {
                      color: palette.muted,
                      maxTicksLimit: 4,
                      callback: (v: string | number) => word(Number(v)).slice(0, 10),
                    },
                  }
                : {}),
            },
            y: axis(palette, 'share of values', { beginAtZero: true }),
          },
          plugins: {
            tooltip: hover(palette, ({ dataIndex }) => [
              `${word(edges[dataIndex] ?? 0)} to ${word(edges[dataIndex + 1] ?? 0)}`,
              `${plural(counts[dataIndex] ?? 0, 'value')} (${share(shares[dataIndex] ?? 0)})`,
              ...(reference === null ? [] : [`reference ${share(reference[dataIndex] ?? 0)}`]),
            ]),
          },
        },
        plugins: [
          over('reference', palette, (chart, pen) => {
            const [sx, sy] = [chart.scales['x'], chart.scales['y']];
            if (reference === null || sx === undefined || sy === undefined) return;
            pen.strokeStyle = palette.foreground;
            pen.lineWidth = 1.5;
            pen.beginPath();
            reference.forEach((value, i) => {
              const y = sy.getPixelForValue(Math.min(value, sy.max));
              pen.lineTo(sx.getPixelForValue(edges[i] ?? 0), y);
              pen.lineTo(sx.getPixelForValue(edges[i + 1] ?? 0), y);
            });
            pen.stroke();
          }),
        ],
      })}
      twin={() => ({
        columns: ['from', 'to', 'values', 'share', ...(reference === null ? [] : ['share in the reference'])],
        rows: counts.map((one, i) => [
          edges[i] ?? null,
          edges[i + 1] ?? null,
          one,
          shares[i] ?? null,
          ...(reference === null ? [] : [reference[i] ?? null]),
        ]),
      })}
    />
  );
}

function Words({
  column,
  levels,
}: {
  readonly column: Column;
  readonly levels: NonNullable<Column['levels']>;
}): VNode {
  const most = Math.max(...levels.levels.map(level => level.count / column.n), 1e-12);
  const compared = levels.levels.some(level => level.reference !== null);
  return (
    <DataTable
      label={`Words of ${column.name}`}
      name={`words-${column.name}`}
      limit={12}
      rows={levels.levels}
      rowKey={level => level.name}
      columns={[
        { id: 'name', title: 'Word', fill: true, value: level => level.name },
        {
          id: 'count',
          title: 'Rows',
          align: 'end',
          wide: true,
          value: level => level.count,
          cell: level => count(level.count),
        },
        {
          id: 'share',
          title: 'Share',
          value: level => level.count / column.n,
          cell: level => (
            <span class="barcell">
              <Bar value={level.count / column.n} interval={null} max={most} />
              <span>{share(level.count / column.n)}</span>
            </span>
          ),
        },
        ...(compared
          ? [
              {
                id: 'reference',
                title: 'Reference',
                align: 'end' as const,
                value: (level: (typeof levels.levels)[number]) => level.reference,
                cell: (level: (typeof levels.levels)[number]) =>
                  level.reference === null ? '' : share(level.reference),
              },
            ]
          : []),
      ]}
    />
  );
}
