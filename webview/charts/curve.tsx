import type { ComponentChildren, VNode } from 'preact';
import { cellText, signed, significant } from '../components/format.ts';
import { Figure } from './figure.tsx';
import type { Twin } from './frame.tsx';
import { thinRanges, type Point } from './layout.ts';
import { axis, footBars, hover, ribbon, shades, thinLines } from './marks.ts';

/** Where there are rows: how many between neighbouring edges, and whether they are too few. */
export interface Ground {
  readonly edges: readonly number[];
  readonly counts: readonly number[];
  readonly thin: readonly boolean[];
}

/** An effect over the values of a number: its line with an interval or with one thin line a row, and its data. */
export function Curve({
  title,
  note,
  name,
  label,
  x,
  y,
  line,
  interval,
  rows,
  ground,
  change,
  twin,
  caption,
}: {
  readonly title: string;
  readonly note?: ComponentChildren;
  readonly name: string;
  readonly label: string;
  readonly x: string;
  readonly y: string;
  readonly line: readonly Point[];
  /** Low and high over the places of the line. */
  readonly interval: { readonly low: readonly Point[]; readonly high: readonly Point[] } | null;
  readonly rows: readonly (readonly Point[])[];
  readonly ground: Ground | null;
  /** The vertical axis is a difference: signs are shown, and zero. */
  readonly change: boolean;
  readonly twin: () => Twin;
  readonly caption?: ComponentChildren;
}): VNode {
  const drawn = [line, ...(interval === null ? [] : [interval.low, interval.high]), ...rows].flat();
  const ys = drawn.map(([, value]) => value);
  const least = ys.reduce((a, b) => Math.min(a, b), Infinity);
  const most = ys.reduce((a, b) => Math.max(a, b), -Infinity);
  const text = change ? signed : significant;
  return (
    <Figure
      title={title}
      note={note}
      name={name}
      label={label}
      height={290}
      inputs={[line, interval, rows, ground]}
      twin={twin}
      caption={caption}
      build={palette => ({
        type: 'line',
        data: {
          datasets: [
            {
              data: line.map(([px, py]) => ({ x: px, y: py })),
              borderColor: palette.foreground,
              backgroundColor: palette.foreground,
              borderWidth: 2,
              pointRadius: line.length <= 12 ? 2.5 : 0,
              pointHitRadius: 8,
            },
          ],
        },
        options: {
          parsing: false,
          interaction: { mode: 'nearest', axis: 'x', intersect: false },
          scales: {
            x: axis(palette, x, { min: line[0]?.[0] ?? 0, max: line.at(-1)?.[0] ?? 1 }),
            y: axis(palette, y, {
              ...(change
                ? { suggestedMin: Math.min(0, least), suggestedMax: Math.max(0, most) }
                : { suggestedMin: least, suggestedMax: most }),
            }),
          },
          plugins: {
            tooltip: hover(palette, ({ dataIndex }) => {
              const point = line[dataIndex];
              if (point === undefined) return [];
              const [low, high] = [interval?.low[dataIndex]?.[1], interval?.high[dataIndex]?.[1]];
              const spread =
                low === undefined || high === undefined ? '' : ` (${text(low)} to ${text(high)})`;
              return [`${x} ${cellText(point[0])}`, `${text(point[1])}${spread}`];
            }),
          },
        },
        plugins: [
          ...(ground === null
            ? []
            : [
                shades(palette, thinRanges(ground.edges, ground.thin)),
                footBars(palette, ground.edges, ground.counts),
              ]),
          thinLines(palette, rows),
          ...(interval === null ? [] : [ribbon(palette.bar, interval.low, interval.high)]),
        ],
      })}
    />
  );
}
