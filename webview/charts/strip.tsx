import type { ComponentChildren, VNode } from 'preact';
import { significant } from '../components/format.ts';
import { Figure } from './figure.tsx';
import type { Twin } from './frame.tsx';
import { axis, hover, namedLines, over, ribbon } from './marks.ts';

export interface StripLine {
  readonly name: string;
  readonly points: readonly { readonly value: number; readonly words: string }[];
}

/** Values as points on named lines, with their mean and its interval across all lines. */
export function Strip({
  title,
  note,
  name,
  label,
  x,
  lines,
  mean,
  interval,
  twin,
  caption,
}: {
  readonly title: string;
  readonly note?: ComponentChildren;
  readonly name: string;
  readonly label: string;
  readonly x: string;
  readonly lines: readonly StripLine[];
  readonly mean: number;
  readonly interval: { readonly low: number; readonly high: number } | null;
  readonly twin: () => Twin;
  readonly caption?: ComponentChildren;
}): VNode {
  const points = lines.flatMap((line, at) => line.points.map(point => ({ ...point, at })));
  const low = interval?.low ?? mean;
  const high = interval?.high ?? mean;
  const room = Math.max(lines.length, 2);
  return (
    <Figure
      title={title}
      note={note}
      name={name}
      label={label}
      height={76 + 26 * room}
      inputs={[lines, mean, low, high]}
      twin={twin}
      caption={caption}
      build={palette => ({
        type: 'scatter',
        data: {
          datasets: [
            {
              data: points.map(({ value, at }) => ({ x: value, y: at })),
              pointRadius: 4,
              pointBorderWidth: 0,
              pointBackgroundColor: palette.foreground,
            },
          ],
        },
        options: {
          layout: { padding: { top: 20 } },
          interaction: { mode: 'nearest', intersect: false },
          scales: {
            x: axis(palette, x, { suggestedMin: low, suggestedMax: high }),
            y: namedLines(palette, lines.length, room, line => lines[line]!.name),
          },
          plugins: {
            tooltip: hover(palette, ({ dataIndex }) => {
              const point = points[dataIndex];
              return point === undefined ? [] : [significant(point.value), point.words];
            }),
          },
        },
        plugins: [
          ribbon(
            palette.bar,
            [
              [low, -0.5],
              [high, -0.5],
            ],
            [
              [low, room - 0.5],
              [high, room - 0.5],
            ],
          ),
          over('mean', palette, (chart, pen) => {
            const at = chart.scales['x']?.getPixelForValue(mean);
            if (at === undefined) return;
            const { top, bottom, left, right } = chart.chartArea;
            pen.strokeStyle = palette.foreground;
            pen.setLineDash([4, 3]);
            pen.beginPath();
            pen.moveTo(at, top);
            pen.lineTo(at, bottom);
            pen.stroke();
            pen.fillStyle = palette.muted;
            const words = interval === null ? 'mean' : 'mean and its interval';
            const half = pen.measureText(words).width / 2;
            pen.textAlign = 'center';
            pen.fillText(words, Math.min(right - half, Math.max(left + half, at)), top - 10);
          }),
        ],
      })}
    />
  );
}
