import type { PartialDependence } from '../../../../src/protocol/results/effects.ts';

/** The place of the value where every row's curve is zero: of a step, the one that holds it. */
export function centreOf({
  shape,
  positions,
  ice,
}: Pick<PartialDependence, 'shape' | 'positions'> & {
  readonly ice: Pick<PartialDependence['ice'], 'centre'>;
}): number {
  const at =
    shape === 'steps'
      ? positions.slice(1).findIndex(end => Number(ice.centre) <= Number(end))
      : positions.indexOf(ice.centre);
  return Math.max(0, at);
}
