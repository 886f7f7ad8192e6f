import type { VNode } from 'preact';
import type { Cell } from '../../src/core/data/table.ts';
import { cellText, signed, significant } from '../components/format.ts';
import { Figure } from './figure.tsx';
import { waterfall } from './layout.ts';
import { axis, hover, over } from './marks.ts';

/** From the base value to this row's prediction, the strongest reasons first. */
export function Waterfall({
  base,
  prediction,
  features,
  inputs,
  values,
  errors,
  x,
  name,
}: {
  readonly base: number;
  readonly prediction: number;
  readonly features: readonly string[];
  readonly inputs: readonly Cell[];
  readonly values: readonly number[];
  readonly errors: readonly number[] | null;
  readonly x: string;
  readonly name: string;
}): VNode {
  const bars = waterfall(base, values, 10);
  const label = (feature: number | null, n: number): string => {
    if (feature === null) return `${n} others`;
    const text = `${features[feature] ?? ''} = ${cellText(inputs[feature] ?? null)}`;
    return text.length > 34 ? `${text.slice(0, 33)}…` : text;
  };
  const ends = bars.flatMap(bar => [bar.start, bar.end]);
  const low = Math.min(...ends);
  const high = Math.max(...ends);
  const room = (high - low || 1) * 0.16;
  return (
    <Figure
      name={name}
      label={`Reasons for the prediction ${significant(prediction)}, from the base ${significant(base)}`}
      height={64 + 28 * bars.length}
      inputs={[base, inputs, values]}
      caption={errors === null ? undefined : 'Thin lines: 95 % sampling intervals.'}
      build={palette => ({
        type: 'bar',
        data: {
          labels: bars.map(bar => label(bar.feature, bar.features)),
          datasets: [
            {
              data: bars.map(bar => [bar.start, bar.end] as [number, number]),
              backgroundColor: bars.map(bar => (bar.value < 0 ? palette.down : palette.up)),
              barThickness: 16,
              borderSkipped: false,
            },
          ],
        },
        options: {
          indexAxis: 'y',
          layout: { padding: { top: 18 } },
          scales: {
            x: { ...axis(palette, x, { min: low - room, max: high + room }) },
            y: {
              type: 'category',
              grid: { display: false },
              border: { display: false },
              ticks: { color: palette.foreground, autoSkip: false },
            },
          },
          plugins: {
            tooltip: hover(palette, ({ dataIndex }) => {
              const bar = bars[dataIndex];
              if (bar === undefined) return [];
              const error = bar.feature === null ? undefined : errors?.[bar.feature];
              return [
                label(bar.feature, bar.features),
                signed(bar.value) + (error === undefined ? '' : ` ± ${significant(1.96 * error, 2)}`),
                `${significant(bar.start)} → ${significant(bar.end)}`,
              ];
            }),
          },
        },
        plugins: [
          over('steps', palette, (chart, pen) => {
            const sx = chart.scales['x'];
            const sy = chart.scales['y'];
            if (sx === undefined || sy === undefined) return;
            const { top, bottom } = chart.chartArea;
            const at = (value: number): number => sx.getPixelForValue(value);
            const vertical = (value: number, from: number, to: number): void => {
              pen.beginPath();
              pen.moveTo(at(value), from);
              pen.lineTo(at(value), to);
              pen.stroke();
            };
            pen.strokeStyle = palette.zero;
            vertical(base, top, bottom);
            pen.setLineDash([2, 2]);
            bars.forEach((bar, i) => {
              const y = sy.getPixelForValue(i);
              if (i < bars.length - 1) vertical(bar.end, y + 8, sy.getPixelForValue(i + 1) - 8);
            });
            pen.setLineDash([]);
            pen.fillStyle = palette.muted;
            const toRight = prediction >= base;
            pen.textAlign = toRight ? 'left' : 'right';
            pen.fillText(`base ${significant(base)}`, at(base) - (toRight ? 20 : -20), top - 9);
            pen.fillStyle = palette.foreground;
            pen.textAlign = toRight ? 'right' : 'left';
            if (Math.abs(at(prediction) - at(base)) > 150)
              pen.fillText(
                `this row ${significant(prediction)}`,
                at(prediction) + (toRight ? 20 : -20),
                top - 9,
              );
            pen.strokeStyle = palette.foreground;
            bars.forEach((bar, i) => {
              const y = sy.getPixelForValue(i);
              const half = bar.feature === null ? 0 : 1.96 * (errors?.[bar.feature] ?? 0);
              if (half > 0) {
                pen.beginPath();
                pen.moveTo(at(bar.end - half), y);
                pen.lineTo(at(bar.end + half), y);
                pen.stroke();
              }
              pen.textAlign = bar.value < 0 ? 'right' : 'left';
              const tip =
                bar.value < 0 ? Math.min(at(bar.end), at(bar.end - half)) - 4 : at(bar.end + half) + 4;
              pen.fillText(signed(bar.value), tip, y);
            });
          }),
        ],
      })}
      twin={() => ({
        columns: ['feature', 'value', 'attribution', ...(errors === null ? [] : ['standard error'])],
        rows: values
          .map((value, i) => ({ value, i }))
          .sort((a, b) => Math.abs(b.value) - Math.abs(a.value))
          .map(({ value, i }) => [
            features[i] ?? '',
            inputs[i] ?? null,
            value,
            ...(errors === null ? [] : [errors[i] ?? null]),
          ]),
      })}
    />
  );
}
