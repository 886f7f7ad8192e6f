import type { VNode } from 'preact';
import type { Cell } from '../../../../src/core/data/table.ts';
import type { Effects, PartialDependence } from '../../../../src/protocol/results/effects.ts';
import { Curve } from '../../../charts/curve.tsx';
import type { Twin } from '../../../charts/frame.tsx';
import { curvePoints, type Point } from '../../../charts/layout.ts';
import { Levels } from '../../../charts/levels.tsx';
import { cellText, plural, significant } from '../../../components/format.ts';
import { centreOf } from './centre.ts';
import { groundOf, groundWords, rowsAt } from './ground.ts';
import { outputWithUnit } from './units.ts';

type Feature = Effects['features'][number];

/** Partial dependence: the mean answer with the column set to each value; or each row's own, from one place. */
export function Partial({
  effects,
  effect,
  rows,
  name,
}: {
  readonly effects: Effects;
  readonly effect: Feature;
  /** Centred curves of single rows in place of the interval of the mean. */
  readonly rows: boolean;
  readonly name: string;
}): VNode {
  const { feature, partial } = effect;
  if (partial === null) return <p class="empty">{effect.why}</p>;
  const output = outputWithUnit(effects);
  const at = cellText(partial.ice.centre);
  const y = rows ? `change of ${output}, from ${at}` : `mean ${output}`;
  const shared = {
    title: feature,
    note: rows ? 'single rows, centred (ICE)' : 'partial dependence',
    name: `${name}-${feature}-${rows ? 'ice' : 'partial-dependence'}`,
    label: `${rows ? `Change of ${output} of single rows and their mean` : `Mean ${output}`} over the values of ${feature}`,
    change: rows,
    twin: () => (rows ? rowsTwin(effect, partial, y) : meanTwin(effect, partial, y)),
    caption: captionOf(effect, partial, rows),
  };
  const centre = rows ? (partial.values[centreOf(partial)] ?? 0) : 0;
  const mean = partial.values.map(value => value - centre);
  if (partial.shape === 'levels')
    return (
      <Levels
        {...shared}
        x={y}
        levels={partial.positions.map((position, k) => ({
          name: String(position),
          value: mean[k] ?? 0,
          low: rows ? (mean[k] ?? 0) : (partial.band.low[k] ?? 0),
          high: rows ? (mean[k] ?? 0) : (partial.band.high[k] ?? 0),
          rows: rowsAt(effect.support, position),
          thin: partial.thin[k] ?? false,
          others: rows ? partial.ice.curves.map(curve => curve.values[k] ?? 0) : [],
        }))}
      />
    );
  const points = (values: readonly number[]): readonly Point[] =>
    curvePoints(partial.positions.map(Number), values, partial.shape === 'steps');
  return (
    <Curve
      {...shared}
      x={feature}
      y={y}
      line={points(mean)}
      interval={rows ? null : { low: points(partial.band.low), high: points(partial.band.high) }}
      rows={rows ? partial.ice.curves.map(curve => points(curve.values)) : []}
      ground={groundOf(effect.support)}
    />
  );
}

function captionOf(effect: Feature, partial: PartialDependence, rows: boolean): string {
  const drawn = partial.ice.curves.length;
  return [
    rows
      ? `Thick: the mean; thin: ${plural(drawn, 'row')}. Where they part, other columns decide too.`
      : `Ground around the line: ${partial.band.level * 100} % interval of the mean.`,
    partial.method === 'exact'
      ? 'Every step of the trees, from their own thresholds.'
      : partial.shape === 'points'
        ? `The model was asked at ${plural(partial.positions.length, 'value')}.`
        : '',
    partial.merged > 0 ? `Steps below ${significant(partial.merged, 2)} are merged.` : '',
    partial.missing === null || rows ? '' : `Missing: ${significant(partial.missing)}.`,
    groundWords(effect.support),
  ]
    .filter(text => text !== '')
    .join(' ');
}

function meanTwin(effect: Feature, partial: PartialDependence, y: string): Twin {
  const steps = partial.shape === 'steps';
  const { positions, values, band, thin } = partial;
  return {
    columns: [
      ...(steps ? [`${effect.feature} above`, 'up to'] : [effect.feature]),
      y,
      'low',
      'high',
      'few rows',
    ],
    rows: values.map((value, k): Cell[] => [
      positions[k] ?? null,
      ...(steps ? [positions[k + 1] ?? null] : []),
      value,
      band.low[k] ?? null,
      band.high[k] ?? null,
      thin[k] ?? null,
    ]),
  };
}

function rowsTwin(effect: Feature, partial: PartialDependence, y: string): Twin {
  const { positions, values, ice } = partial;
  const centre = values[centreOf(partial)] ?? 0;
  const lines = [
    { name: 'mean', values: values.map(value => value - centre) },
    ...ice.curves.map(curve => ({ name: `row ${curve.row}`, values: curve.values })),
  ];
  return {
    columns: ['curve', effect.feature, y],
    rows: lines.flatMap(line =>
      line.values.map((value, k): Cell[] => [line.name, positions[k] ?? null, value]),
    ),
  };
}
