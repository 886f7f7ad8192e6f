import type { Chart, LinearScaleOptions, Plugin, Scale, TooltipOptions } from 'chart.js';
import { significant } from '../components/format.ts';
import type { Palette } from './palette.ts';

/** Marks that all charts share: ground, axes, intervals, shaded ranges, words beside points. */

type AxisOptions = Partial<Omit<LinearScaleOptions, 'title' | 'grid' | 'ticks' | 'border'>>;

/** A linear axis with its title and a stronger line at zero. */
export function axis(palette: Palette, title: string, options: AxisOptions = {}): object {
  return {
    type: 'linear' as const,
    title: { display: title !== '', text: title, color: palette.muted, padding: 2 },
    grid: {
      color: (context: { tick?: { value: number } }) =>
        context.tick?.value === 0 ? palette.zero : palette.grid,
      drawTicks: false,
      offset: false,
    },
    border: { display: false },
    ticks: {
      color: palette.muted,
      padding: 6,
      // Fewer, and a range just inside -5 to 5 is left with its 0 alone.
      maxTicksLimit: 8,
      maxRotation: 0,
      includeBounds: false,
      callback: (value: number | string) => (typeof value === 'number' ? tick(value) : value),
    },
    ...options,
  };
}

/**
 * A vertical axis of named lines, the first on top.
 * @param lines room for so many, also where fewer are named
 * @param most letters that the chart's width leaves a name
 */
export function namedLines(
  palette: Palette,
  named: number,
  lines: number,
  nameOf: (line: number, most: number) => string,
): object {
  return {
    type: 'linear' as const,
    reverse: true,
    min: -0.5,
    max: lines - 0.5,
    grid: { display: false },
    border: { display: false },
    afterBuildTicks: (scale: Scale) => {
      scale.ticks = Array.from({ length: named }, (_, value) => ({ value }));
    },
    ticks: {
      color: palette.foreground,
      autoSkip: false,
      callback: function (this: Scale, value: number | string) {
        const line = Number(value);
        return line < named ? nameOf(line, this.chart.width < 480 ? 16 : 30) : '';
      },
    },
  };
}

/** Ticks are round numbers: no trailing zeros. */
export function tick(value: number): string {
  const rounded = Number(value.toPrecision(6));
  if (rounded !== 0 && (Math.abs(rounded) < 1e-4 || Math.abs(rounded) >= 1e9)) return significant(rounded);
  return rounded.toLocaleString('en-US', { maximumFractionDigits: 6 }).replace('-', '\u2212');
}

/** The tooltip as VS Code's hover looks. */
export function hover(
  palette: Palette,
  label: (at: { datasetIndex: number; dataIndex: number }) => string[],
): object {
  const options: Partial<Omit<TooltipOptions, 'callbacks'>> & { callbacks: object } = {
    displayColors: false,
    backgroundColor: palette.background,
    borderColor: palette.zero,
    borderWidth: 1,
    bodyColor: palette.foreground,
    cornerRadius: 2,
    padding: 6,
    callbacks: { title: () => '', label },
  };
  return options;
}

/** Paints the ground, so that an exported picture is readable anywhere. */
export function backdrop(palette: Palette): Plugin {
  return {
    id: 'backdrop',
    beforeDraw: chart => {
      chart.ctx.save();
      chart.ctx.fillStyle = palette.background;
      chart.ctx.fillRect(0, 0, chart.width, chart.height);
      chart.ctx.restore();
    },
  };
}

/** Shades ranges of the x axis behind grid and points. */
export function shades(
  palette: Palette,
  ranges: readonly { readonly from: number; readonly to: number }[],
): Plugin {
  return {
    id: 'shades',
    beforeDraw: chart => {
      const x = chart.scales['x'];
      if (x === undefined) return;
      chart.ctx.save();
      chart.ctx.fillStyle = palette.shade;
      const { top, bottom, left, right } = chart.chartArea;
      for (const { from, to } of ranges) {
        const start = Math.max(left, x.getPixelForValue(from));
        const end = Math.min(right, x.getPixelForValue(to) + 4);
        if (end > start) chart.ctx.fillRect(start, top, end - start, bottom - top);
      }
      chart.ctx.restore();
    },
  };
}

export interface Span {
  readonly at: number;
  readonly low: number;
  readonly high: number;
}

/** Intervals along y (or x) at places of the other axis. */
export function intervals(
  colour: string,
  spans: readonly Span[],
  along: 'x' | 'y' = 'y',
  width = 1.5,
): Plugin {
  return {
    id: `intervals-${along}`,
    afterDatasetsDraw: chart => {
      const x = chart.scales['x'];
      const y = chart.scales['y'];
      if (x === undefined || y === undefined) return;
      chart.ctx.save();
      chart.ctx.strokeStyle = colour;
      chart.ctx.lineWidth = width;
      chart.ctx.beginPath();
      for (const span of spans) {
        if (along === 'y') {
          const at = x.getPixelForValue(span.at);
          chart.ctx.moveTo(at, y.getPixelForValue(span.low));
          chart.ctx.lineTo(at, y.getPixelForValue(span.high));
        } else {
          const at = y.getPixelForValue(span.at);
          chart.ctx.moveTo(x.getPixelForValue(span.low), at);
          chart.ctx.lineTo(x.getPixelForValue(span.high), at);
        }
      }
      chart.ctx.stroke();
      chart.ctx.restore();
    },
  };
}

/** Anything drawn over the data in pixels, with the chart's font set. */
export function over(
  id: string,
  palette: Palette,
  draw: (chart: Chart, pen: CanvasRenderingContext2D) => void,
): Plugin {
  return {
    id,
    afterDatasetsDraw: chart => {
      chart.ctx.save();
      chart.ctx.font = `${palette.size}px ${palette.font}`;
      chart.ctx.textBaseline = 'middle';
      draw(chart, chart.ctx);
      chart.ctx.restore();
    },
  };
}

/** As much of a text as there is room for, in pixels. */
export function fitted(pen: CanvasRenderingContext2D, text: string, room: number): string {
  if (pen.measureText(text).width <= room) return text;
  let end = text.length - 1;
  while (end > 0 && pen.measureText(`${text.slice(0, end)}…`).width > room) end--;
  return `${text.slice(0, end)}…`;
}

/** A text that a line behind it does not strike out. */
export function onGround(
  pen: CanvasRenderingContext2D,
  palette: Palette,
  text: string,
  x: number,
  y: number,
): void {
  pen.save();
  pen.strokeStyle = palette.background;
  pen.lineWidth = 4;
  pen.lineJoin = 'round';
  pen.strokeText(text, x, y);
  pen.restore();
  pen.fillText(text, x, y);
}

/** How many rows there are between edges: bars along the foot of the chart. */
export function footBars(palette: Palette, edges: readonly number[], counts: readonly number[]): Plugin {
  return {
    id: 'foot',
    beforeDatasetsDraw: chart => {
      const x = chart.scales['x'];
      const most = Math.max(...counts);
      if (x === undefined || !(most > 0)) return;
      const { top, bottom, left, right } = chart.chartArea;
      chart.ctx.save();
      chart.ctx.globalAlpha = 0.55;
      chart.ctx.fillStyle = palette.bar;
      counts.forEach((count, i) => {
        const from = Math.max(left, x.getPixelForValue(edges[i] ?? 0));
        const to = Math.min(right, x.getPixelForValue(edges[i + 1] ?? 0));
        const high = (count / most) * 0.12 * (bottom - top);
        chart.ctx.fillRect(from, bottom - high, Math.max(1, to - from - 1), high);
      });
      chart.ctx.restore();
    },
  };
}

/** Thin lines behind the others, such as one a row. */
export function thinLines(
  palette: Palette,
  lines: readonly (readonly (readonly [number, number])[])[],
): Plugin {
  return {
    id: 'thin-lines',
    beforeDatasetsDraw: chart => {
      const x = chart.scales['x'];
      const y = chart.scales['y'];
      if (x === undefined || y === undefined || lines.length === 0) return;
      chart.ctx.save();
      chart.ctx.strokeStyle = palette.bar;
      chart.ctx.globalAlpha = lines.length > 20 ? 0.4 : 0.6;
      chart.ctx.lineWidth = 1;
      for (const line of lines) {
        chart.ctx.beginPath();
        line.forEach(([px, py], i) => {
          const at = [x.getPixelForValue(px), y.getPixelForValue(py)] as const;
          if (i === 0) chart.ctx.moveTo(...at);
          else chart.ctx.lineTo(...at);
        });
        chart.ctx.stroke();
      }
      chart.ctx.restore();
    },
  };
}

/** The ground between two curves over the same places: an interval along a line. */
export function ribbon(
  colour: string,
  low: readonly (readonly [number, number])[],
  high: readonly (readonly [number, number])[],
): Plugin {
  return {
    id: 'ribbon',
    beforeDatasetsDraw: chart => {
      const x = chart.scales['x'];
      const y = chart.scales['y'];
      if (x === undefined || y === undefined) return;
      chart.ctx.save();
      chart.ctx.fillStyle = colour;
      chart.ctx.globalAlpha = 0.45;
      chart.ctx.beginPath();
      for (const [px, py] of [...low, ...high.toReversed()])
        chart.ctx.lineTo(x.getPixelForValue(px), y.getPixelForValue(py));
      chart.ctx.closePath();
      chart.ctx.fill();
      chart.ctx.restore();
    },
  };
}
