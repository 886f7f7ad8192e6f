import type { ComponentChildren, VNode } from 'preact';
import { significant } from '../components/format.ts';
import { Figure } from './figure.tsx';
import { axis, hover, intervals, over } from './marks.ts';
import type { Palette } from './palette.ts';

export interface Line {
  readonly name: string;
  readonly points: readonly (readonly [number, number])[];
}

const dashes = [[], [6, 3], [2, 3], [8, 3, 2, 3]] as const;

/** ROC, precision-recall, cost by threshold: lines with their names beside them. */
export function Lines({
  title,
  note,
  name,
  x,
  y,
  lines,
  unit = false,
  diagonal = false,
  mark,
  level,
  height,
  ends = false,
  caption,
}: {
  readonly title: string;
  readonly note?: ComponentChildren;
  readonly name: string;
  readonly x: string;
  readonly y: string;
  readonly lines: readonly Line[];
  /** Both axes run from 0 to 1. */
  readonly unit?: boolean;
  /** What chance gives in ROC. */
  readonly diagonal?: boolean;
  /** Where the threshold stands now. */
  readonly mark?: readonly [number, number] | null;
  /** A horizontal line with its word: the share of positives, say. */
  readonly level?: { readonly at: number; readonly word: string } | null;
  readonly height?: number;
  /** Names stand at the last points, in place of a list. */
  readonly ends?: boolean;
  readonly caption?: ComponentChildren;
}): VNode {
  const colour = (palette: Palette, i: number): string =>
    [palette.foreground, palette.down, palette.up, palette.valueHigh][i % 4] ?? palette.foreground;
  return (
    <Figure
      title={title}
      note={note}
      name={name}
      caption={caption}
      label={`${title}: ${y} against ${x}, ${lines.map(line => line.name).join(', ')}`}
      height={height ?? 230}
      inputs={[lines, mark?.[0], mark?.[1]]}
      build={palette => ({
        type: 'line',
        data: {
          datasets: lines.map((line, i) => ({
            label: line.name,
            data: line.points.map(([px, py]) => ({ x: px, y: py })),
            borderColor: colour(palette, i),
            borderWidth: 1.5,
            borderDash: [...(dashes[Math.floor(i / 4) % 4] ?? [])],
            pointRadius: 0,
            pointHitRadius: 6,
          })),
        },
        options: {
          parsing: false,
          interaction: { mode: 'nearest', intersect: false },
          scales: {
            x: axis(palette, x, unit ? { min: 0, max: 1 } : {}),
            y: axis(palette, y, unit ? { min: 0, max: 1 } : { beginAtZero: true }),
          },
          plugins: {
            tooltip: hover(palette, ({ datasetIndex, dataIndex }) => {
              const line = lines[datasetIndex];
              const point = line?.points[dataIndex];
              if (line === undefined || point === undefined) return [];
              return [line.name, `${x} ${significant(point[0])}`, `${y} ${significant(point[1])}`];
            }),
          },
        },
        plugins: [
          over('guides', palette, (chart, pen) => {
            const sx = chart.scales['x'];
            const sy = chart.scales['y'];
            if (sx === undefined || sy === undefined) return;
            const { left, right } = chart.chartArea;
            pen.strokeStyle = palette.zero;
            pen.fillStyle = palette.muted;
            pen.setLineDash([3, 3]);
            pen.beginPath();
            if (diagonal) {
              pen.moveTo(sx.getPixelForValue(0), sy.getPixelForValue(0));
              pen.lineTo(sx.getPixelForValue(1), sy.getPixelForValue(1));
              pen.textAlign = 'right';
              pen.fillText('chance', sx.getPixelForValue(0.96), sy.getPixelForValue(0.86));
            }
            if (level !== undefined && level !== null) {
              pen.moveTo(left, sy.getPixelForValue(level.at));
              pen.lineTo(right, sy.getPixelForValue(level.at));
              pen.textAlign = 'left';
              pen.fillText(level.word, left + 4, sy.getPixelForValue(level.at) + 9);
            }
            pen.stroke();
            if (mark !== undefined && mark !== null) {
              pen.setLineDash([]);
              pen.fillStyle = palette.unsure;
              pen.strokeStyle = palette.background;
              pen.beginPath();
              pen.arc(sx.getPixelForValue(mark[0]), sy.getPixelForValue(mark[1]), 5, 0, 7);
              pen.fill();
              pen.stroke();
            }
            if (lines.length < 2) return;
            if (ends) {
              pen.textAlign = 'right';
              lines.forEach(({ name: word, points }, i) => {
                const last = points.at(-1);
                if (last === undefined) return;
                pen.fillStyle = colour(palette, i);
                const y0 = sy.getPixelForValue(last[1]);
                pen.fillText(
                  word,
                  sx.getPixelForValue(last[0]) - 2,
                  Math.max(chart.chartArea.top + 6, y0 - 8),
                );
              });
              return;
            }
            pen.textAlign = 'left';
            lines.slice(0, 8).forEach((line, i) => {
              pen.fillStyle = colour(palette, i);
              pen.fillText(
                line.name,
                left + 8 + chart.chartArea.width / 2,
                chart.chartArea.bottom - 12 - 14 * i,
              );
            });
          }),
        ],
      })}
      twin={() => ({
        columns: ['series', x, y],
        rows: lines.flatMap(line => line.points.map(([px, py]) => [line.name, px, py])),
      })}
    />
  );
}

/** Predicted probability against observed share, with the interval of each bin. */
export function Calibration({
  bins,
  name,
}: {
  readonly bins: readonly {
    readonly predicted: number;
    readonly observed: number;
    readonly low: number;
    readonly high: number;
    readonly n: number;
  }[];
  readonly name: string;
}): VNode {
  const most = Math.max(...bins.map(bin => bin.n));
  return (
    <Figure
      title="Calibration"
      note="95 % Wilson intervals"
      name={name}
      label="Calibration: observed share against mean predicted probability"
      height={230}
      inputs={[bins]}
      caption="On the line, a predicted 0.3 comes true 3 times in 10. Larger points hold more rows."
      build={palette => ({
        type: 'scatter',
        data: {
          datasets: [
            {
              data: bins.map(bin => ({ x: bin.predicted, y: bin.observed })),
              pointRadius: bins.map(bin => 2.5 + 4 * Math.sqrt(bin.n / most)),
              pointBackgroundColor: palette.down,
              pointBorderColor: palette.background,
            },
          ],
        },
        options: {
          scales: {
            x: axis(palette, 'mean predicted probability', { min: 0, max: 1 }),
            y: axis(palette, 'observed share', { min: 0, max: 1 }),
          },
          plugins: {
            tooltip: hover(palette, ({ dataIndex }) => {
              const bin = bins[dataIndex];
              if (bin === undefined) return [];
              const observed = `${significant(bin.observed)} (${significant(bin.low)}–${significant(bin.high)})`;
              return [`predicted ${significant(bin.predicted)}`, `observed ${observed}`, `n = ${bin.n}`];
            }),
          },
        },
        plugins: [
          over('diagonal', palette, (chart, pen) => {
            const sx = chart.scales['x'];
            const sy = chart.scales['y'];
            if (sx === undefined || sy === undefined) return;
            pen.strokeStyle = palette.zero;
            pen.setLineDash([3, 3]);
            pen.beginPath();
            pen.moveTo(sx.getPixelForValue(0), sy.getPixelForValue(0));
            pen.lineTo(sx.getPixelForValue(1), sy.getPixelForValue(1));
            pen.stroke();
          }),
          intervals(
            palette.down,
            bins.map(bin => ({ at: bin.predicted, low: bin.low, high: bin.high })),
          ),
        ],
      })}
      twin={() => ({
        columns: ['mean predicted', 'observed', 'low', 'high', 'n'],
        rows: bins.map(bin => [bin.predicted, bin.observed, bin.low, bin.high, bin.n]),
      })}
    />
  );
}
