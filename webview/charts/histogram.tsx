import type { ComponentChildren, VNode } from 'preact';
import { count, significant } from '../components/format.ts';
import { Figure } from './figure.tsx';
import { axis, hover, over } from './marks.ts';
import type { Palette } from './palette.ts';

export interface Layer {
  readonly name: string;
  readonly counts: readonly number[];
}

/** Counts between edges, one outline a class; the decision threshold as a line. */
export function Histogram({
  title,
  name,
  x,
  edges,
  layers,
  threshold,
  positive,
  caption,
}: {
  readonly title: string;
  readonly name: string;
  readonly x: string;
  readonly edges: readonly number[];
  readonly layers: readonly Layer[];
  readonly threshold?: number | null;
  /** The layer drawn in the warmer colour: the positive class. */
  readonly positive?: string | null;
  readonly caption?: ComponentChildren;
}): VNode {
  const centre = (i: number): number => ((edges[i] ?? 0) + (edges[i + 1] ?? 0)) / 2;
  const others = layers.filter(layer => layer.name !== positive);
  const colour = (palette: Palette, i: number): string => {
    const layer = layers[i];
    if (layers.length === 1 || layer === undefined) return palette.bar;
    if (layer.name === positive) return palette.up;
    return [palette.down, palette.valueHigh, palette.valueLow][others.indexOf(layer) % 3] ?? palette.bar;
  };
  return (
    <Figure
      title={title}
      name={name}
      label={`${title}: counts by ${x}`}
      height={230}
      inputs={[edges, layers, threshold]}
      caption={caption}
      build={palette => ({
        type: 'bar',
        data: {
          labels: edges.slice(0, -1).map((_, i) => centre(i)),
          datasets: layers.map((layer, i) => ({
            label: layer.name,
            data: layer.counts.map((n, bin) => ({ x: centre(bin), y: n })),
            backgroundColor: colour(palette, i),
            barPercentage: 1,
            categoryPercentage: 0.88,
          })),
        },
        options: {
          parsing: false,
          layout: { padding: { top: layers.length > 1 ? 18 : 0 } },
          scales: {
            x: axis(palette, x, { min: edges[0] ?? 0, max: edges.at(-1) ?? 1, offset: false }),
            y: axis(palette, 'rows', { beginAtZero: true }),
          },
          plugins: {
            tooltip: hover(palette, ({ datasetIndex, dataIndex }) => [
              `${significant(edges[dataIndex] ?? 0)} to ${significant(edges[dataIndex + 1] ?? 0)}`,
              `${layers[datasetIndex]?.name ?? ''}: ${count(layers[datasetIndex]?.counts[dataIndex] ?? 0)} rows`,
            ]),
          },
        },
        plugins: [
          over('threshold', palette, (chart, pen) => {
            const sx = chart.scales['x'];
            if (sx === undefined) return;
            const { top, bottom, left } = chart.chartArea;
            if (threshold !== undefined && threshold !== null) {
              const at = sx.getPixelForValue(threshold);
              pen.strokeStyle = palette.foreground;
              pen.setLineDash([3, 3]);
              pen.beginPath();
              pen.moveTo(at, top);
              pen.lineTo(at, bottom);
              pen.stroke();
              pen.fillStyle = palette.foreground;
              pen.fillText(`threshold ${significant(threshold)}`, at + 4, top + 8);
            }
            if (layers.length < 2) return;
            let at = left;
            layers.forEach((layer, i) => {
              pen.fillStyle = colour(palette, i);
              pen.fillText(`■ ${layer.name}`, at, top - 10);
              at += pen.measureText(`■ ${layer.name}`).width + 14;
            });
          }),
        ],
      })}
      twin={() => ({
        columns: ['from', 'to', ...layers.map(layer => `rows, ${layer.name}`)],
        rows: edges
          .slice(0, -1)
          .map((from, i) => [from, edges[i + 1] ?? null, ...layers.map(layer => layer.counts[i] ?? null)]),
      })}
    />
  );
}

/** Predicted value against residual, around the zero line. */
export function Residuals({
  points,
  name,
  unit,
}: {
  readonly points: readonly (readonly [number, number])[];
  readonly name: string;
  readonly unit: string | null;
}): VNode {
  const of = unit === null ? '' : ` (${unit})`;
  return (
    <Figure
      title="Residuals"
      note={`${count(points.length)} rows`}
      name={name}
      label="Residuals against predictions"
      height={230}
      inputs={[points]}
      caption="Above the line the truth was higher than predicted. A pattern means that something was left out."
      build={palette => ({
        type: 'scatter',
        data: {
          datasets: [
            {
              data: points.map(([px, py]) => ({ x: px, y: py })),
              pointRadius: 2,
              pointBackgroundColor: points.map(([, y]) => (y < 0 ? palette.down : palette.up)),
              pointBorderWidth: 0,
            },
          ],
        },
        options: {
          scales: { x: axis(palette, `predicted${of}`), y: axis(palette, `true − predicted${of}`) },
          plugins: {
            tooltip: hover(palette, ({ dataIndex }) => {
              const point = points[dataIndex];
              return point === undefined
                ? []
                : [`predicted ${significant(point[0])}`, `residual ${significant(point[1])}`];
            }),
          },
        },
      })}
      twin={() => ({ columns: ['predicted', 'residual'], rows: points.map(([a, b]) => [a, b]) })}
    />
  );
}
