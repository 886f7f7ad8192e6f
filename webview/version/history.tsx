import type { VNode } from 'preact';
import type { VersionRow } from '../../src/protocol/pages.ts';
import { significant } from '../components/format.ts';
import { Figure } from '../charts/figure.tsx';
import { axis, hover } from '../charts/marks.ts';

/** The headline metric of each validated version, oldest first. */
export function History({
  rows,
  current,
  name,
}: {
  readonly rows: readonly VersionRow[];
  readonly current: string;
  readonly name: string;
}): VNode | null {
  const measured = rows
    .flatMap(row => (row.metric === null ? [] : [{ ...row, metric: row.metric }]))
    .reverse();
  const title = measured.at(-1)?.metric.title;
  const points = measured.filter(row => row.metric.title === title);
  if (title === undefined || points.length < 2) return null;
  return (
    <Figure
      title={`${title} by version`}
      name={`${name}-history`}
      label={`${title} of ${points.length} versions`}
      height={150}
      inputs={[rows, current]}
      build={palette => ({
        type: 'line',
        data: {
          labels: points.map(row => row.version),
          datasets: [
            {
              data: points.map(row => row.metric.value),
              borderColor: palette.bar,
              borderWidth: 1.5,
              pointRadius: points.map(row => (row.version === current ? 6 : 3.5)),
              pointBackgroundColor: points.map(row =>
                row.verdict === 'fail' ? palette.bad : row.verdict === 'pass' ? palette.good : palette.unsure,
              ),
              pointBorderColor: palette.background,
            },
          ],
        },
        options: {
          layout: { padding: { top: 8, right: 12 } },
          scales: {
            x: {
              type: 'category',
              grid: { display: false },
              border: { display: false },
              ticks: { color: palette.muted, maxRotation: 0 },
              offset: true,
            },
            y: axis(palette, title, { maxTicksLimit: 4 } as object),
          },
          plugins: {
            tooltip: hover(palette, ({ dataIndex }) => {
              const row = points[dataIndex];
              return row === undefined
                ? []
                : [row.version, `${title} ${significant(row.metric.value)}`, row.verdict];
            }),
          },
        },
      })}
      twin={() => ({
        columns: ['version', title, 'verdict', 'date'],
        rows: points.map(row => [row.version, row.metric.value, row.verdict, row.date]),
      })}
    />
  );
}
