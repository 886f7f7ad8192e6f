import type { VNode } from 'preact';
import { count, signed, significant } from '../components/format.ts';
import { Figure } from './figure.tsx';
import { ranks, swarmOffsets } from './layout.ts';
import { scaleKey } from './colouring.ts';
import { axis, hover } from './marks.ts';
import { mix } from './palette.ts';

export interface Swarm {
  readonly feature: string;
  readonly attributions: readonly number[];
  /** Numeric inputs; null where the feature holds words. */
  readonly inputs: readonly number[] | null;
}

/** One line of points a feature: where each row is pushed, coloured by the feature's own value. */
export function Beeswarm({
  swarms,
  x,
  name,
  others,
  onChoose,
}: {
  readonly swarms: readonly Swarm[];
  readonly x: string;
  readonly name: string;
  /** Features left out. */
  readonly others: number;
  /** A point was clicked: a feature and the place of a row. */
  readonly onChoose: (feature: string, at: number) => void;
}): VNode {
  const layers = swarms.map(swarm => ({
    offsets: swarmOffsets(swarm.attributions),
    ranks: swarm.inputs === null ? null : ranks(swarm.inputs),
  }));
  return (
    <Figure
      name={name}
      label={`Attributions of ${swarms.length} features over ${swarms[0]?.attributions.length ?? 0} rows`}
      height={44 + 26 * swarms.length}
      inputs={[swarms]}
      onPoint={({ set, index }) => onChoose(swarms[set]?.feature ?? '', index)}
      caption={others > 0 ? `${count(others)} weaker features are left out.` : undefined}
      build={palette => ({
        type: 'scatter',
        data: {
          datasets: swarms.map((swarm, line) => ({
            label: swarm.feature,
            data: swarm.attributions.map((value, i) => ({
              x: value,
              y: line + (layers[line]?.offsets[i] ?? 0),
            })),
            pointRadius: 2,
            pointBorderWidth: 0,
            pointBackgroundColor: swarm.attributions.map((_, i) => {
              const rank = layers[line]?.ranks?.[i];
              return rank === undefined ? palette.bar : mix(palette.valueLow, palette.valueHigh, rank);
            }),
          })),
        },
        options: {
          layout: { padding: { top: 16 } },
          scales: {
            x: axis(palette, x),
            y: {
              type: 'linear',
              reverse: true,
              min: -0.5,
              max: swarms.length - 0.5,
              grid: { display: false },
              border: { display: false },
              afterBuildTicks: scale => {
                scale.ticks = swarms.map((_, value) => ({ value }));
              },
              ticks: {
                color: palette.foreground,
                autoSkip: false,
                callback: (value: number | string) => {
                  const feature = swarms[Number(value)]?.feature ?? '';
                  return feature.length > 22 ? `${feature.slice(0, 21)}…` : feature;
                },
              },
            },
          },
          plugins: {
            tooltip: hover(palette, ({ datasetIndex, dataIndex }) => {
              const swarm = swarms[datasetIndex];
              if (swarm === undefined) return [];
              const input = swarm.inputs?.[dataIndex];
              return [
                input === undefined ? swarm.feature : `${swarm.feature} = ${significant(input, 4)}`,
                signed(swarm.attributions[dataIndex] ?? 0),
              ];
            }),
          },
        },
        plugins: [scaleKey(palette, 'low', 'high value')],
      })}
      twin={() => ({
        columns: ['feature', 'value', 'attribution'],
        rows: swarms.flatMap(swarm =>
          swarm.attributions.map((value, i) => [swarm.feature, swarm.inputs?.[i] ?? null, value]),
        ),
      })}
    />
  );
}
