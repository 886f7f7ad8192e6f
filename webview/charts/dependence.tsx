import type { VNode } from 'preact';
import type { Cell } from '../../src/core/data/table.ts';
import { cellText, plural, signed, significant } from '../components/format.ts';
import { Figure } from './figure.tsx';
import { swarmOffsets, thinTails } from './layout.ts';
import { axis, hover, intervals, over, shades } from './marks.ts';

/** A feature's value against its attribution, one point a row; words stand side by side, busiest first. */
export function Dependence({
  feature,
  kind,
  inputs,
  attributions,
  errors,
  rows,
  chosenRow,
  y,
  name,
}: {
  readonly feature: string;
  readonly kind: 'number' | 'category';
  readonly inputs: readonly Cell[];
  readonly attributions: readonly number[];
  /** Standard errors, when sampled. */
  readonly errors: readonly number[] | null;
  /** Row numbers in the data. */
  readonly rows: readonly number[];
  readonly chosenRow: number | null;
  readonly y: string;
  readonly name: string;
}): VNode {
  const levels = kind === 'category' ? levelsOf(inputs) : null;
  const xs =
    levels === null
      ? inputs.map(input => Number(input ?? Number.NaN))
      : jittered(inputs, attributions, levels);
  const tails = levels === null ? thinTails(xs) : { low: null, high: null };
  const thin = [tails.low, tails.high].filter(tail => tail !== null);
  const missing = inputs.filter(input => input === null).length;
  const means = levels?.map(level =>
    mean(attributions.filter((_, i) => cellText(inputs[i] ?? null) === level)),
  );
  const words = [
    tails.high === null
      ? ''
      : `Above ${significant(tails.high.from)} there are ${plural(tails.high.rows, 'row')} (shaded): read with care.`,
    tails.low === null
      ? ''
      : `Below ${significant(tails.low.to)} there are ${plural(tails.low.rows, 'row')} (shaded): read with care.`,
    levels === null && missing > 0 ? `${plural(missing, 'row')} without a value are not drawn.` : '',
    errors === null || rows.length > 500 ? '' : 'Thin lines: 95 % sampling intervals.',
    levels === null ? '' : 'Dashes: the mean of each value.',
  ].filter(word => word !== '');
  return (
    <Figure
      title={feature}
      note="value → attribution"
      name={name}
      label={`Attribution of ${feature} by its value`}
      height={270}
      inputs={[feature, inputs, attributions, chosenRow]}
      caption={words.join(' ') || undefined}
      build={palette => ({
        type: 'scatter',
        data: {
          datasets: [
            {
              data: xs.map((px, i) => ({ x: px, y: attributions[i] ?? 0 })),
              pointRadius: rows.map(row => (row === chosenRow ? 6 : 2.5)),
              pointBorderWidth: rows.map(row => (row === chosenRow ? 2 : 0)),
              pointBorderColor: palette.foreground,
              pointBackgroundColor: attributions.map(value => (value < 0 ? palette.down : palette.up)),
            },
          ],
        },
        options: {
          scales: {
            y: axis(palette, y),
            x:
              levels === null
                ? axis(palette, feature)
                : {
                    type: 'linear',
                    min: -0.5,
                    max: levels.length - 0.5,
                    grid: { display: false },
                    border: { display: false },
                    title: { display: true, text: feature, color: palette.muted },
                    afterBuildTicks: scale => {
                      scale.ticks = levels.map((_, value) => ({ value }));
                    },
                    ticks: {
                      color: palette.foreground,
                      autoSkip: levels.length > 24,
                      maxRotation: 40,
                      callback: (value: number | string) => {
                        const level = levels[Number(value)] ?? '';
                        return level.length > 20 ? `${level.slice(0, 19)}…` : level;
                      },
                    },
                  },
          },
          plugins: {
            tooltip: hover(palette, ({ dataIndex }) => {
              const error = errors?.[dataIndex];
              return [
                `row ${rows[dataIndex] ?? ''}`,
                `${feature} = ${cellText(inputs[dataIndex] ?? null)}`,
                signed(attributions[dataIndex] ?? 0) +
                  (error === undefined ? '' : ` ± ${significant(1.96 * error, 2)}`),
              ];
            }),
          },
        },
        plugins: [
          shades(palette, thin),
          intervals(
            palette.bar,
            errors === null || rows.length > 500
              ? []
              : xs.map((at, i) => {
                  const half = 1.96 * (errors[i] ?? 0);
                  return { at, low: (attributions[i] ?? 0) - half, high: (attributions[i] ?? 0) + half };
                }),
            'y',
            0.6,
          ),
          over('means', palette, (chart, pen) => {
            const sx = chart.scales['x'];
            const sy = chart.scales['y'];
            if (sx === undefined || sy === undefined) return;
            pen.strokeStyle = palette.foreground;
            pen.lineWidth = 2;
            means?.forEach((value, i) => {
              pen.beginPath();
              pen.moveTo(sx.getPixelForValue(i - 0.3), sy.getPixelForValue(value));
              pen.lineTo(sx.getPixelForValue(i + 0.3), sy.getPixelForValue(value));
              pen.stroke();
            });
          }),
        ],
      })}
      twin={() => ({
        columns: ['row', feature, 'attribution', ...(errors === null ? [] : ['standard error'])],
        rows: rows.map((row, i) => [
          row,
          inputs[i] ?? null,
          attributions[i] ?? null,
          ...(errors === null ? [] : [errors[i] ?? null]),
        ]),
      })}
    />
  );
}

function levelsOf(inputs: readonly Cell[]): string[] {
  const counts = new Map<string, number>();
  for (const input of inputs) counts.set(cellText(input), (counts.get(cellText(input)) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]).map(([level]) => level);
}

function jittered(
  inputs: readonly Cell[],
  attributions: readonly number[],
  levels: readonly string[],
): number[] {
  const xs = inputs.map(() => 0);
  levels.forEach((level, place) => {
    const members = inputs.flatMap((input, i) => (cellText(input) === level ? [i] : []));
    const offsets = swarmOffsets(
      members.map(i => attributions[i] ?? 0),
      40,
      0.3,
    );
    members.forEach((i, nth) => (xs[i] = place + (offsets[nth] ?? 0)));
  });
  return xs;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
