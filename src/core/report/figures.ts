import type { Charts } from '../../protocol/results/validation.ts';
import { datum } from '../words.ts';
import { html, type Markup } from './markup.ts';

/** Charts as inline SVG: no script, no style attribute, words for who cannot see them. */

const width = 340;
const height = 220;
const left = 44;
const bottom = 36;
const plotWidth = width - left - 10;
const plotHeight = height - bottom - 10;

interface Axes {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  readonly xRange: readonly [number, number];
  readonly yRange: readonly [number, number];
}

type Point = readonly [number, number];

function frame(axes: Axes, inner: readonly Markup[]): Markup {
  const { title, x, y, xRange, yRange } = axes;
  const base = height - bottom;
  return html`<figure>
    <figcaption>${title}</figcaption>
    <svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}: ${y} by ${x}">
      <path class="axis" d="M${left} 10V${base}H${width - 10}" />
      ${inner}
      <text x="${left}" y="${base + 14}">${datum(xRange[0])}</text>
      <text x="${width - 10}" y="${base + 14}" text-anchor="end">${datum(xRange[1])}</text>
      <text x="${left + plotWidth / 2}" y="${height - 6}" text-anchor="middle">${x}</text>
      <text x="${left - 4}" y="${base}" text-anchor="end">${datum(yRange[0])}</text>
      <text x="${left - 4}" y="18" text-anchor="end">${datum(yRange[1])}</text>
      <text transform="translate(12 ${10 + plotHeight / 2}) rotate(-90)" text-anchor="middle">${y}</text>
    </svg>
  </figure> `;
}

function place({ xRange, yRange }: Axes, [x, y]: Point): string {
  const across = left + (plotWidth * (x - xRange[0])) / (xRange[1] - xRange[0] || 1);
  const up = height - bottom - (plotHeight * (y - yRange[0])) / (yRange[1] - yRange[0] || 1);
  return `${across.toFixed(1)} ${up.toFixed(1)}`;
}

/** At most this many points of a curve: more cannot be seen. */
const mostPoints = 200;

function thinned<T>(points: readonly T[]): readonly T[] {
  if (points.length <= mostPoints) return points;
  const step = (points.length - 1) / (mostPoints - 1);
  return Array.from({ length: mostPoints }, (_, index) => points[Math.round(index * step)]!);
}

function path(axes: Axes, points: readonly Point[], name: string): Markup {
  return html`<path
    class="${name}"
    d="M${thinned(points)
      .map(point => place(axes, point))
      .join('L')}"
  />`;
}

const unit = [0, 1] as const;

/** ROC, precision-recall: lines in the unit square, one of each class. */
export function curves(
  title: string,
  x: string,
  y: string,
  series: readonly { readonly name: string; readonly points: readonly Point[] }[],
  diagonal: boolean,
): Markup {
  const axes = { title, x, y, xRange: unit, yRange: unit };
  return frame(axes, [
    ...(diagonal
      ? [
          path(
            axes,
            [
              [0, 0],
              [1, 1],
            ],
            'guide',
          ),
        ]
      : []),
    ...series.slice(0, 8).map((line, index) => path(axes, line.points, `line line-${index}`)),
  ]);
}

export function calibration(bins: NonNullable<Charts['calibration']>): Markup {
  const axes = {
    title: 'Calibration',
    x: 'mean predicted probability',
    y: 'observed share',
    xRange: unit,
    yRange: unit,
  };
  return frame(axes, [
    path(
      axes,
      [
        [0, 0],
        [1, 1],
      ],
      'guide',
    ),
    ...bins.map(({ predicted, low, high }) =>
      path(
        axes,
        [
          [predicted, low],
          [predicted, high],
        ],
        'range',
      ),
    ),
    path(
      axes,
      bins.map(({ predicted, observed }) => [predicted, observed] as const),
      'line line-0',
    ),
  ]);
}

export function histogram(
  title: string,
  x: string,
  edges: readonly number[],
  layers: readonly { readonly name: string; readonly counts: readonly number[] }[],
): Markup {
  const most = Math.max(1, ...layers.flatMap(({ counts }) => counts));
  const axes: Axes = {
    title,
    x,
    y: 'rows',
    xRange: [edges[0] ?? 0, edges.at(-1) ?? 1],
    yRange: [0, most],
  };
  return frame(
    axes,
    layers.slice(0, 4).map(({ counts }, layer) =>
      path(
        axes,
        counts.flatMap((count, at): Point[] => [
          [edges[at]!, count],
          [edges[at + 1]!, count],
        ]),
        `line line-${layer}`,
      ),
    ),
  );
}

/** Bars inside a cell, as a share of the largest. */
export function bar(share: number): Markup {
  const across = Math.max(0, Math.min(1, share)) * 100;
  return html`<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
    <rect width="${across.toFixed(1)}" height="10" />
  </svg>`;
}
