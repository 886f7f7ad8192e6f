import type { Scale } from 'chart.js';
import type { VNode } from 'preact';
import type { Cell } from '../../src/core/data/table.ts';
import { decimalsFor } from '../../src/core/words.ts';
import { cellText, signed, signedFixed, significant } from '../components/format.ts';
import { Figure } from './figure.tsx';
import { waterfall } from './layout.ts';
import { axis, hover, onGround, over } from './marks.ts';

/** From the base value to this row's prediction, the strongest reasons first. */
export function Waterfall({
  title,
  note,
  base,
  prediction,
  features,
  inputs,
  values,
  errors,
  x,
  name,
  onFeature,
}: {
  readonly title: string;
  readonly note: string;
  readonly base: number;
  readonly prediction: number;
  readonly features: readonly string[];
  readonly inputs: readonly Cell[];
  readonly values: readonly number[];
  readonly errors: readonly number[] | null;
  readonly x: string;
  readonly name: string;
  /** A bar was clicked. */
  readonly onFeature: (feature: string) => void;
}): VNode {
  const bars = waterfall(base, values, 10);
  const label = (feature: number | null, n: number): string => {
    if (feature === null) return `${n} others`;
    return `${features[feature] ?? ''} = ${cellText(inputs[feature] ?? null)}`;
  };
  const ends = bars.flatMap(bar => [bar.start, bar.end]);
  const low = Math.min(...ends);
  const high = Math.max(...ends);
  const room = (high - low || 1) * 0.22;
  const decimals = Math.min(5, decimalsFor(Math.max(...bars.map(bar => Math.abs(bar.value)), 1e-9)));
  return (
    <Figure
      title={title}
      note={note}
      name={name}
      label={`Reasons for the prediction ${significant(prediction)}, from the base ${significant(base)}`}
      height={64 + 28 * bars.length}
      inputs={[base, inputs, values]}
      onPoint={({ index }) => {
        const feature = bars[index]?.feature ?? null;
        if (feature !== null) onFeature(features[feature] ?? '');
      }}
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
              ticks: {
                color: palette.foreground,
                autoSkip: false,
                callback: function (this: Scale, at: number | string): string {
                  const bar = bars[Number(at)];
                  return bar === undefined
                    ? ''
                    : cut(label(bar.feature, bar.features), this.chart.width < 480 ? 20 : 34);
                },
              },
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
              const text = signedFixed(bar.value, decimals);
              const lowTip = Math.min(at(bar.start), at(bar.end - half)) - 4;
              const leftward = bar.value < 0 && lowTip - pen.measureText(text).width > chart.chartArea.left;
              pen.textAlign = leftward ? 'right' : 'left';
              onGround(
                pen,
                palette,
                text,
                leftward ? lowTip : Math.max(at(bar.start), at(bar.end + half)) + 4,
                y,
              );
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

function cut(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}
