import type { VNode } from 'preact';
import type { Cell } from '../../../../src/core/data/table.ts';
import type { AccumulatedEffects, Effects } from '../../../../src/protocol/results/effects.ts';
import { Curve } from '../../../charts/curve.tsx';
import type { Twin } from '../../../charts/frame.tsx';
import { curvePoints } from '../../../charts/layout.ts';
import { Levels } from '../../../charts/levels.tsx';
import { outputWithUnit } from './units.ts';

type Feature = Effects['features'][number];

/** Accumulated local effects: what rows near a value gain by moving along it, without rows that never occur. */
export function Accumulated({
  effects,
  effect,
  name,
}: {
  readonly effects: Effects;
  readonly effect: Feature;
  readonly name: string;
}): VNode {
  const { feature, accumulated } = effect;
  if (accumulated === null) return <p class="empty">{effect.why}</p>;
  const { positions, values, band, counts, thin } = accumulated;
  const y = `effect on ${outputWithUnit(effects)}`;
  const words = accumulated.shape === 'levels';
  const shared = {
    title: feature,
    note: 'accumulated local effect',
    name: `${name}-${feature}-accumulated-effect`,
    label: `Accumulated local effect of ${feature} on ${outputWithUnit(effects)}`,
    change: true,
    twin: () => twinOf(effect, accumulated, y),
    caption:
      'Zero is the mean over the rows. Each step is seen on rows that are near it only' +
      `${words ? ', the words in their order of likeness' : ''}; ${words ? 'lines' : 'the ground'} around: ` +
      `${band.level * 100} % interval.${thin.some(few => few) ? ` ${words ? 'Hollow' : 'Shaded'}: few rows, read with care.` : ''}`,
  };
  if (words)
    return (
      <Levels
        {...shared}
        x={y}
        levels={positions.map((position, k) => ({
          name: String(position),
          value: values[k] ?? 0,
          low: band.low[k] ?? 0,
          high: band.high[k] ?? 0,
          rows: counts[k] ?? 0,
          thin: thin[k] ?? false,
          others: [],
        }))}
      />
    );
  const edges = positions.map(Number);
  return (
    <Curve
      {...shared}
      x={feature}
      y={y}
      line={curvePoints(edges, values, false)}
      interval={{ low: curvePoints(edges, band.low, false), high: curvePoints(edges, band.high, false) }}
      rows={[]}
      ground={{ edges, counts, thin }}
    />
  );
}

function twinOf(effect: Feature, accumulated: AccumulatedEffects, y: string): Twin {
  const { positions, values, band, counts } = accumulated;
  const words = accumulated.shape === 'levels';
  return {
    columns: [effect.feature, y, 'low', 'high', words ? 'rows' : 'rows up to here'],
    rows: positions.map((position, k): Cell[] => [
      position,
      values[k] ?? null,
      band.low[k] ?? null,
      band.high[k] ?? null,
      (words ? counts[k] : counts[k - 1]) ?? null,
    ]),
  };
}
