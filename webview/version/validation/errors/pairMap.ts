import type { ErrorAnalysis } from '../../../../src/protocol/results/errorAnalysis.ts';

interface Axis {
  readonly column: string;
  readonly parts: readonly { readonly name: string; readonly short: string; readonly where: string }[];
}

/** A map with its axes: `a` are the lines, `b` the columns. */
export interface PairMap {
  readonly a: Axis;
  readonly b: Axis;
  readonly n: readonly (readonly number[])[];
  readonly value: readonly (readonly (number | null)[])[];
}

/** The map of two features, whichever way round it is kept; null for features without one. */
export function mapOf({ features, maps }: ErrorAnalysis, a: string, b: string): PairMap | null {
  const [i, j] = [a, b].map(name => features.findIndex(({ column }) => column === name));
  const map = maps.find(one => (one.a === i && one.b === j) || (one.a === j && one.b === i));
  if (map === undefined || i === undefined || j === undefined) return null;
  const axes = { a: axisOf(features[i]!), b: axisOf(features[j]!) };
  return map.a === i
    ? { ...axes, n: map.n, value: map.value }
    : { ...axes, n: turned(map.n), value: turned(map.value) };
}

/** −1 to 1: how far a value is from that of all rows; above 0 errs more. */
export function heatOf(value: number, { measure, overall, maps }: ErrorAnalysis): number {
  const worse = (one: number): number => (measure === 'accuracy' ? overall - one : one - overall);
  const all = maps
    .flatMap(map => map.value.flat())
    .flatMap(one => (one === null ? [] : [Math.abs(worse(one))]));
  const most = Math.max(...all, Number.MIN_VALUE);
  return worse(value) / most;
}

/** The name of a part without its column's, which the axis says already. */
function axisOf({ column, parts }: ErrorAnalysis['features'][number]): Axis {
  return {
    column,
    parts: parts.map(({ name, where }) => ({
      name,
      where,
      short: name.startsWith(`${column} `)
        ? name.slice(column.length + 1).replace(/^(= |in |is )/, '')
        : name,
    })),
  };
}

function turned<T>(rows: readonly (readonly T[])[]): T[][] {
  return (rows[0] ?? []).map((_, j) => rows.map(row => row[j]!));
}
