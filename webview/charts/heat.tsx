import type { Chart, Plugin } from 'chart.js';
import type { ComponentChildren, VNode } from 'preact';
import { significant } from '../components/format.ts';
import { Figure } from './figure.tsx';
import type { Twin } from './frame.tsx';
import { hover, over } from './marks.ts';
import { inkOn, mix, type Palette } from './palette.ts';

export interface HeatAxis {
  readonly title: string;
  /** One a line of cells. */
  readonly labels: readonly string[];
  /** All labels, turned where they need it; otherwise those that fit. */
  readonly every: boolean;
}

/** Cells coloured by value, with the scale beside them; words in the cells where there is room. */
export function Heat({
  title,
  note,
  name,
  label,
  across,
  down,
  upward,
  values,
  thin,
  scale,
  what,
  chosen,
  onCell,
  height,
  twin,
  caption,
}: {
  readonly title?: string;
  readonly note?: ComponentChildren;
  readonly name: string;
  readonly label: string;
  readonly across: HeatAxis;
  readonly down: HeatAxis;
  /** The first line of cells is at the foot, as numbers are read. */
  readonly upward: boolean;
  /** down x across; null: no value. */
  readonly values: readonly (readonly (number | null)[])[];
  /** Hatched: little or no data there. */
  readonly thin?: readonly (readonly boolean[])[];
  /** `size`: from nothing up; `level`: from the lowest value to the highest. */
  readonly scale: 'size' | 'level';
  /** What the colours are, with their unit. */
  readonly what: string;
  readonly chosen?: readonly [number, number] | null;
  readonly onCell?: (down: number, across: number) => void;
  readonly height: number;
  readonly twin: () => Twin;
  readonly caption?: ComponentChildren;
}): VNode {
  const cells = values.flatMap((line, i) =>
    line.flatMap((value, j) => (value === null ? [] : [{ i, j, value, thin: thin?.[i]?.[j] ?? false }])),
  );
  const least = scale === 'size' ? 0 : cells.reduce((low, { value }) => Math.min(low, value), Infinity);
  const most = cells.reduce((high, { value }) => Math.max(high, value), scale === 'size' ? 1e-12 : -Infinity);
  const part = (value: number): number => (value - least) / (most - least || 1);
  const colour = (palette: Palette, at: number): string =>
    mix(scale === 'size' ? palette.background : palette.valueLow, palette.valueHigh, at);
  return (
    <Figure
      {...(title === undefined ? {} : { title })}
      note={note}
      name={name}
      label={label}
      height={height}
      inputs={[values, chosen?.[0], chosen?.[1]]}
      twin={twin}
      caption={caption}
      onPoint={
        onCell === undefined
          ? undefined
          : ({ index }) => {
              const cell = cells[index];
              if (cell !== undefined) onCell(cell.i, cell.j);
            }
      }
      build={palette => ({
        type: 'scatter',
        data: {
          datasets: [
            {
              data: cells.map(({ i, j }) => ({ x: j, y: i })),
              pointRadius: 0,
              pointHoverRadius: 0,
              pointHitRadius: 400,
            },
          ],
        },
        options: {
          layout: { padding: { top: 24 } },
          interaction: { mode: 'nearest', axis: 'xy', intersect: false },
          scales: {
            x: cellAxis(palette, across, false),
            y: cellAxis(palette, down, !upward),
          },
          plugins: {
            tooltip: hover(palette, ({ dataIndex }) => {
              const cell = cells[dataIndex];
              if (cell === undefined) return [];
              return [
                `${down.title} ${down.labels[cell.i] ?? ''}`.trim(),
                `${across.title} ${across.labels[cell.j] ?? ''}`.trim(),
                `${significant(cell.value)}${cell.thin ? ', few rows' : ''}`,
              ];
            }),
          },
        },
        plugins: [
          paint('cells', chart => {
            const [width, tall] = cellSize(chart);
            const pen = chart.ctx;
            pen.font = `${palette.size}px ${palette.font}`;
            pen.textAlign = 'center';
            pen.textBaseline = 'middle';
            for (const { i, j, value, thin: few } of cells) {
              const [left, top] = corner(chart, i, j, width, tall);
              const ground = colour(palette, part(value));
              pen.fillStyle = ground;
              pen.fillRect(left, top, width - 1, tall - 1);
              if (few) hatch(pen, palette.background, left, top, width - 1, tall - 1);
              const text = significant(value, 2);
              if (!few && tall >= palette.size + 6 && width > pen.measureText(text).width + 6) {
                pen.fillStyle = inkOn(ground, palette.foreground);
                pen.fillText(text, left + width / 2, top + tall / 2);
              }
            }
            if (chosen === undefined || chosen === null) return;
            const [left, top] = corner(chart, chosen[0], chosen[1], width, tall);
            pen.strokeStyle = palette.foreground;
            pen.lineWidth = 2;
            pen.strokeRect(left, top, width - 1, tall - 1);
          }),
          over('scale', palette, (chart, pen) => {
            const { left } = chart.chartArea;
            const ends = [significant(least, 2), significant(most, 2)] as const;
            pen.textAlign = 'left';
            pen.fillStyle = palette.muted;
            pen.fillText(ends[0], left, 8);
            const from = left + pen.measureText(ends[0]).width + 6;
            for (let step = 0; step < 40; step++) {
              pen.fillStyle = colour(palette, step / 39);
              pen.fillRect(from + step * 2, 3, 2, 10);
            }
            pen.strokeStyle = palette.grid;
            pen.strokeRect(from, 3, 80, 10);
            pen.fillStyle = palette.muted;
            const all = `${ends[1]}   ${what}`;
            // Where it does not fit, the note above says what the colours are.
            const fits = pen.measureText(all).width < chart.width - from - 86;
            pen.fillText(fits ? all : ends[1], from + 86, 8);
          }),
        ],
      })}
    />
  );
}

function cellAxis(palette: Palette, { title, labels, every }: HeatAxis, reverse: boolean): object {
  return {
    type: 'linear',
    reverse,
    min: -0.5,
    max: labels.length - 0.5,
    title: { display: title !== '', text: title, color: palette.muted, padding: 2 },
    grid: { display: false },
    border: { display: false },
    afterBuildTicks: (axis: { ticks: { value: number }[] }) => {
      axis.ticks = labels.map((_, value) => ({ value }));
    },
    ticks: {
      color: palette.muted,
      autoSkip: !every,
      maxRotation: every ? 60 : 0,
      padding: 4,
      callback: (value: number | string) => {
        const text = labels[Number(value)] ?? '';
        return text.length > 20 ? `${text.slice(0, 19)}…` : text;
      },
    },
  };
}

function paint(id: string, draw: (chart: Chart) => void): Plugin {
  return {
    id,
    beforeDatasetsDraw: chart => {
      chart.ctx.save();
      draw(chart);
      chart.ctx.restore();
    },
  };
}

function cellSize(chart: Chart): readonly [number, number] {
  const x = chart.scales['x'];
  const y = chart.scales['y'];
  if (x === undefined || y === undefined) return [0, 0];
  return [
    x.getPixelForValue(1) - x.getPixelForValue(0),
    Math.abs(y.getPixelForValue(1) - y.getPixelForValue(0)),
  ];
}

function corner(chart: Chart, i: number, j: number, width: number, tall: number): readonly [number, number] {
  const x = chart.scales['x']?.getPixelForValue(j) ?? 0;
  const y = chart.scales['y']?.getPixelForValue(i) ?? 0;
  return [x - width / 2, y - tall / 2];
}

function hatch(
  pen: CanvasRenderingContext2D,
  colour: string,
  left: number,
  top: number,
  width: number,
  tall: number,
): void {
  pen.save();
  pen.beginPath();
  pen.rect(left, top, width, tall);
  pen.clip();
  pen.strokeStyle = colour;
  pen.lineWidth = 2;
  pen.beginPath();
  for (let at = -tall; at < width; at += 5) {
    pen.moveTo(left + at, top + tall);
    pen.lineTo(left + at + tall, top);
  }
  pen.stroke();
  pen.restore();
}
