import type { VNode } from 'preact';
import { decimalsFor } from '../../src/core/words.ts';
import { fixed } from '../components/format.ts';
import { Figure } from './figure.tsx';
import { spread } from './layout.ts';
import { fitted, over } from './marks.ts';

export interface Slope {
  readonly name: string;
  readonly a: number;
  readonly b: number;
}

/** Importances of two versions as slopes; the one that changed most stands out. */
export function SlopeChart({
  slopes,
  left,
  right,
  name,
  what,
}: {
  readonly slopes: readonly Slope[];
  readonly left: string;
  readonly right: string;
  readonly name: string;
  /** What the values are, with their unit. */
  readonly what: string;
}): VNode {
  const most = slopes.reduce<Slope | null>(
    (best, slope) =>
      best === null || Math.abs(slope.b - slope.a) > Math.abs(best.b - best.a) ? slope : best,
    null,
  );
  const decimals = decimalsFor(Math.max(...slopes.flatMap(slope => [slope.a, slope.b]), 1e-9));
  const number = (value: number): string => fixed(value, decimals);
  return (
    <Figure
      note={what}
      name={name}
      label={`${what} of ${slopes.length} features, ${left} to ${right}`}
      height={Math.max(180, 48 + 24 * slopes.length)}
      inputs={[slopes]}
      build={palette => {
        const colour = (slope: Slope): string =>
          slope !== most ? palette.bar : slope.b > slope.a ? palette.up : palette.down;
        return {
          type: 'line',
          data: {
            labels: [left, right],
            datasets: slopes.map(slope => ({
              data: [slope.a, slope.b],
              borderColor: colour(slope),
              backgroundColor: colour(slope),
              borderWidth: slope === most ? 2 : 1,
              pointRadius: 3,
            })),
          },
          options: {
            layout: { padding: { left: 56, right: 170, top: 4, bottom: 4 } },
            scales: {
              x: {
                type: 'category',
                position: 'top',
                grid: { display: false },
                border: { display: false },
                ticks: { color: palette.muted, align: 'inner' },
              },
              y: { display: false, type: 'linear' },
            },
            plugins: { tooltip: { enabled: false } },
          },
          plugins: [
            over('names', palette, (chart, pen) => {
              const sy = chart.scales['y'];
              if (sy === undefined) return;
              const { top, bottom, left: from, right: to } = chart.chartArea;
              const place = (values: number[]): number[] =>
                spread(
                  values.map(value => sy.getPixelForValue(value)),
                  13,
                  top,
                  bottom,
                );
              const before = place(slopes.map(slope => slope.a));
              const after = place(slopes.map(slope => slope.b));
              slopes.forEach((slope, i) => {
                pen.fillStyle = palette.muted;
                pen.textAlign = 'right';
                pen.fillText(number(slope.a), from - 8, before[i] ?? 0);
                pen.textAlign = 'left';
                pen.fillStyle = slope === most ? colour(slope) : palette.foreground;
                const value = ` ${number(slope.b)}`;
                const room = chart.width - to - 8 - pen.measureText(value).width;
                pen.fillText(fitted(pen, slope.name, room) + value, to + 8, after[i] ?? 0);
              });
            }),
          ],
        };
      }}
      twin={() => ({
        columns: ['feature', left, right, 'change'],
        rows: slopes.map(slope => [slope.name, slope.a, slope.b, slope.b - slope.a]),
      })}
    />
  );
}
