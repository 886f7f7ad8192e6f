import type { VNode } from 'preact';
import type { Cell } from '../../src/core/data/table.ts';
import { cellText, plural, signed, significant } from '../components/format.ts';
import { Figure } from './figure.tsx';
import type { Twin } from './frame.tsx';
import { thinTails } from './layout.ts';
import { colourKey, pointColours, type Colouring } from './colouring.ts';
import { axis, hover, intervals, shades } from './marks.ts';

/** One feature over the explained rows. */
export interface DependenceProps {
  readonly feature: string;
  readonly inputs: readonly Cell[];
  readonly attributions: readonly number[];
  /** Standard errors, when sampled. */
  readonly errors: readonly number[] | null;
  /** Row numbers in the data. */
  readonly rows: readonly number[];
  readonly chosenRow: number | null;
  readonly onRow: (row: number) => void;
  readonly y: string;
  readonly name: string;
  /** Another feature whose value colours the points; absent: up and down. */
  readonly by?: Colouring;
}

/** Rows beyond this are drawn without their sampling intervals. */
const mostIntervals = 500;

/** A number's value against its attribution, one point a row. */
export function Dependence(props: DependenceProps): VNode {
  const { feature, inputs, attributions, rows, chosenRow, y, name } = props;
  const xs = inputs.map(input => Number(input ?? Number.NaN));
  const spans = intervalsAt(props, xs);
  const tails = thinTails(xs);
  const thin = [tails.low, tails.high].filter(tail => tail !== null);
  const missing = inputs.filter(input => input === null).length;
  const words = [
    tails.high === null
      ? ''
      : `Above ${significant(tails.high.from)} there ${tails.high.rows === 1 ? 'is' : 'are'} ${plural(tails.high.rows, 'row')} (shaded): read with care.`,
    tails.low === null
      ? ''
      : `Below ${significant(tails.low.to)} there ${tails.low.rows === 1 ? 'is' : 'are'} ${plural(tails.low.rows, 'row')} (shaded): read with care.`,
    missing > 0 ? `${plural(missing, 'row')} without a value are not drawn.` : '',
    spans.length === 0 ? '' : 'Thin lines: 95 % sampling intervals.',
  ].filter(word => word !== '');
  return (
    <Figure
      title={feature}
      note="value → attribution"
      name={name}
      label={`Attribution of ${feature} by its value`}
      height={270}
      inputs={[feature, inputs, attributions, chosenRow, props.by?.name]}
      caption={words.join(' ') || undefined}
      onPoint={({ index }) => props.onRow(rows[index] ?? 0)}
      build={palette => ({
        type: 'scatter',
        data: {
          datasets: [
            {
              data: xs.map((px, i) => ({ x: px, y: attributions[i] ?? 0 })),
              pointRadius: rows.map(row => (row === chosenRow ? 6 : 2.5)),
              pointBorderWidth: rows.map(row => (row === chosenRow ? 2 : 0)),
              pointBorderColor: palette.foreground,
              pointBackgroundColor: pointColours(palette, attributions, props.by),
            },
          ],
        },
        options: {
          ...(props.by === undefined ? {} : { layout: { padding: { top: 18 } } }),
          scales: { y: axis(palette, y), x: axis(palette, feature) },
          plugins: { tooltip: hover(palette, ({ dataIndex }) => pointWords(props, dataIndex)) },
        },
        plugins: [
          shades(palette, thin),
          intervals(palette.bar, spans, 'y', 0.6),
          ...colourKey(palette, props.by),
        ],
      })}
      twin={() => dependenceTwin(props)}
    />
  );
}

/** The sampling interval of each row's attribution, at its place on the other axis. */
export function intervalsAt(
  { errors, attributions }: DependenceProps,
  places: readonly number[],
): readonly { readonly at: number; readonly low: number; readonly high: number }[] {
  if (errors === null || places.length > mostIntervals) return [];
  return places.map((at, i) => {
    const half = 1.96 * (errors[i] ?? 0);
    return { at, low: (attributions[i] ?? 0) - half, high: (attributions[i] ?? 0) + half };
  });
}

/** What the hover over a point says. */
export function pointWords(
  { feature, inputs, attributions, errors, rows, by }: DependenceProps,
  at: number,
): string[] {
  const error = errors?.[at];
  return [
    `row ${rows[at] ?? ''}`,
    `${feature} = ${cellText(inputs[at] ?? null)}`,
    ...(by === undefined ? [] : [`${by.name} = ${cellText(by.inputs[at] ?? null)}`]),
    signed(attributions[at] ?? 0) + (error === undefined ? '' : ` ± ${significant(1.96 * error, 2)}`),
  ];
}

export function dependenceTwin({ feature, inputs, attributions, errors, rows, by }: DependenceProps): Twin {
  return {
    columns: [
      'row',
      feature,
      ...(by === undefined ? [] : [by.name]),
      'attribution',
      ...(errors === null ? [] : ['standard error']),
    ],
    rows: rows.map((row, i) => [
      row,
      inputs[i] ?? null,
      ...(by === undefined ? [] : [by.inputs[i] ?? null]),
      attributions[i] ?? null,
      ...(errors === null ? [] : [errors[i] ?? null]),
    ]),
  };
}
