import type { ComponentChildren, VNode } from 'preact';
import { count, signed, significant } from '../components/format.ts';
import { Figure } from './figure.tsx';
import type { Twin } from './frame.tsx';
import { axis, hover, intervals, namedLines, over } from './marks.ts';

export interface Level {
  readonly name: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** Rows that hold the word; null when not counted. */
  readonly rows: number | null;
  readonly thin: boolean;
  /** The same of single rows. */
  readonly others: readonly number[];
}

/** Lines beyond this are in the table only. */
const mostLevels = 24;

/** An effect over the words of a category: a point a word with its interval, single rows as fine marks. */
export function Levels({
  title,
  note,
  name,
  label,
  x,
  levels,
  change,
  twin,
  caption,
}: {
  readonly title: string;
  readonly note?: ComponentChildren;
  readonly name: string;
  readonly label: string;
  readonly x: string;
  readonly levels: readonly Level[];
  readonly change: boolean;
  readonly twin: () => Twin;
  readonly caption?: ComponentChildren;
}): VNode {
  const shown = levels.slice(0, mostLevels);
  const lines = Math.max(shown.length, 2);
  const ends = shown.flatMap(level => [level.low, level.high, ...level.others]);
  const text = change ? signed : significant;
  return (
    <Figure
      title={title}
      note={note}
      name={name}
      label={label}
      height={56 + 28 * lines}
      inputs={[levels]}
      twin={twin}
      caption={
        <>
          {caption}
          {levels.length > shown.length && ` ${count(levels.length - shown.length)} more in the table.`}
        </>
      }
      build={palette => ({
        type: 'scatter',
        data: {
          datasets: [
            {
              data: shown.map((level, i) => ({ x: level.value, y: i })),
              pointRadius: 4,
              pointBorderWidth: 2,
              pointBorderColor: palette.foreground,
              pointBackgroundColor: shown.map(level =>
                level.thin ? palette.background : palette.foreground,
              ),
            },
          ],
        },
        options: {
          interaction: { mode: 'nearest', axis: 'y', intersect: false },
          scales: {
            x: axis(palette, x, {
              suggestedMin: Math.min(...ends, change ? 0 : Infinity),
              suggestedMax: Math.max(...ends, change ? 0 : -Infinity),
            }),
            y: namedLines(palette, shown.length, lines, (line, most) => {
              const { name: level, rows } = shown[line]!;
              const word = level.length > most ? `${level.slice(0, most - 1)}…` : level;
              return rows === null ? word : `${word} (${count(rows)})`;
            }),
          },
          plugins: {
            tooltip: hover(palette, ({ dataIndex }) => {
              const level = shown[dataIndex];
              if (level === undefined) return [];
              return [
                level.name,
                `${text(level.value)} (${text(level.low)} to ${text(level.high)})`,
                ...(level.rows === null ? [] : [`${count(level.rows)} rows${level.thin ? ': few' : ''}`]),
              ];
            }),
          },
        },
        plugins: [
          over('single-rows', palette, (chart, pen) => {
            const sx = chart.scales['x'];
            const sy = chart.scales['y'];
            if (sx === undefined || sy === undefined) return;
            pen.strokeStyle = palette.bar;
            pen.globalAlpha = 0.6;
            pen.beginPath();
            shown.forEach((level, i) => {
              for (const value of level.others) {
                pen.moveTo(sx.getPixelForValue(value), sy.getPixelForValue(i) - 7);
                pen.lineTo(sx.getPixelForValue(value), sy.getPixelForValue(i) + 7);
              }
            });
            pen.stroke();
          }),
          intervals(
            palette.foreground,
            shown.map((level, i) => ({ at: i, low: level.low, high: level.high })),
            'x',
          ),
        ],
      })}
    />
  );
}
