import type { VNode } from 'preact';
import type { Cell } from '../../src/core/data/table.ts';
import { cellText, plural } from '../components/format.ts';
import { dependenceTwin, intervalsAt, pointWords, type DependenceProps } from './dependence.tsx';
import { colourKey, pointColours } from './colouring.ts';
import { Figure } from './figure.tsx';
import { swarmOffsets } from './layout.ts';
import { axis, hover, intervals, over } from './marks.ts';

/** Lines beyond this are in the table only. */
const mostLevels = 20;

/** One line a word, busiest first, so that words are read as they are: each row's attribution on it. */
export function Categories(props: DependenceProps): VNode {
  const { feature, inputs, attributions, rows, chosenRow, y, name } = props;
  const all = levelsOf(inputs);
  const levels = all.slice(0, mostLevels);
  const places = placesOf(inputs, attributions, levels);
  const spans = intervalsAt(props, places);
  const means = levels.map(level =>
    mean(attributions.filter((_, i) => cellText(inputs[i] ?? null) === level)),
  );
  const words = [
    'Bars: the mean of each value.',
    spans.length === 0 ? '' : 'Thin lines: 95 % sampling intervals.',
    all.length > levels.length
      ? `${plural(all.length - levels.length, 'rarer value')} in the table only.`
      : '',
  ].filter(word => word !== '');
  return (
    <Figure
      title={feature}
      note="value → attribution"
      name={name}
      label={`Attribution of ${feature} by its value`}
      height={56 + 36 * Math.max(levels.length, 2)}
      inputs={[feature, inputs, attributions, chosenRow, props.by?.name]}
      caption={words.join(' ')}
      onPoint={({ index }) => props.onRow(rows[index] ?? 0)}
      build={palette => ({
        type: 'scatter',
        data: {
          datasets: [
            {
              data: places.map((py, i) => ({ x: attributions[i] ?? 0, y: py })),
              pointRadius: rows.map(row => (row === chosenRow ? 6 : 2.5)),
              pointBorderWidth: rows.map(row => (row === chosenRow ? 2 : 0)),
              pointBorderColor: palette.foreground,
              pointBackgroundColor: pointColours(palette, attributions, props.by),
            },
          ],
        },
        options: {
          ...(props.by === undefined ? {} : { layout: { padding: { top: 18 } } }),
          scales: {
            x: axis(palette, y),
            y: {
              type: 'linear',
              reverse: true,
              min: -0.5,
              max: Math.max(levels.length, 2) - 0.5,
              grid: { display: false },
              border: { display: false },
              afterBuildTicks: scale => {
                scale.ticks = levels.map((_, value) => ({ value }));
              },
              ticks: {
                color: palette.foreground,
                autoSkip: false,
                callback: function (value: number | string) {
                  const level = levels[Number(value)] ?? '';
                  const most = this.chart.width < 480 ? 18 : 34;
                  return level.length > most ? `${level.slice(0, most - 1)}…` : level;
                },
              },
            },
          },
          plugins: { tooltip: hover(palette, ({ dataIndex }) => pointWords(props, dataIndex)) },
        },
        plugins: [
          intervals(palette.bar, spans, 'x', 0.6),
          ...colourKey(palette, props.by),
          over('means', palette, (chart, pen) => {
            const sx = chart.scales['x'];
            const sy = chart.scales['y'];
            if (sx === undefined || sy === undefined) return;
            pen.strokeStyle = palette.foreground;
            pen.lineWidth = 2;
            means.forEach((value, i) => {
              pen.beginPath();
              pen.moveTo(sx.getPixelForValue(value), sy.getPixelForValue(i - 0.34));
              pen.lineTo(sx.getPixelForValue(value), sy.getPixelForValue(i + 0.34));
              pen.stroke();
            });
          }),
        ],
      })}
      twin={() => dependenceTwin(props)}
    />
  );
}

function levelsOf(inputs: readonly Cell[]): string[] {
  const counts = new Map<string, number>();
  for (const input of inputs) counts.set(cellText(input), (counts.get(cellText(input)) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]).map(([level]) => level);
}

/** The line of each row's word, beside it where rows would hide each other; NaN where it has no line. */
function placesOf(
  inputs: readonly Cell[],
  attributions: readonly number[],
  levels: readonly string[],
): number[] {
  const places = inputs.map(() => Number.NaN);
  levels.forEach((level, line) => {
    const members = inputs.flatMap((input, i) => (cellText(input) === level ? [i] : []));
    const offsets = swarmOffsets(
      members.map(i => attributions[i] ?? 0),
      40,
      0.3,
    );
    members.forEach((i, nth) => (places[i] = line + (offsets[nth] ?? 0)));
  });
  return places;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
