/** Where marks stand. Pure: numbers in, numbers out. */

/**
 * Beeswarm: a sideways offset for each value, so that equal values stand beside each other.
 * @returns offsets within [-reach, reach], in the order of the values
 */
export function swarmOffsets(values: readonly number[], bins = 90, reach = 0.4): number[] {
  const low = Math.min(...values);
  const width = (Math.max(...values) - low) / bins || 1;
  const place = values.map(value => Math.min(bins - 1, Math.floor((value - low) / width)));
  const taken = new Map<number, number>();
  const turn = place.map(bin => {
    const nth = taken.get(bin) ?? 0;
    taken.set(bin, nth + 1);
    return nth;
  });
  const most = Math.max(1, ...taken.values());
  const step = Math.min(0.09, (2 * reach) / most);
  return turn.map((nth, i) => (nth - ((taken.get(place[i]!) ?? 1) - 1) / 2) * step);
}

export interface WaterfallBar {
  /** Index of the feature; null for the others taken together. */
  readonly feature: number | null;
  readonly start: number;
  readonly end: number;
  readonly value: number;
  /** How many features the bar stands for. */
  readonly features: number;
}

/** Bars from the base value to the prediction: the strongest `top` features, then the others as one. */
export function waterfall(base: number, values: readonly number[], top: number): WaterfallBar[] {
  const order = values.map((_, i) => i).sort((a, b) => Math.abs(values[b]!) - Math.abs(values[a]!));
  const lone = order.length <= top + 1 ? order : order.slice(0, top);
  const rest = order.slice(lone.length);
  let at = base;
  const bars = lone.map(feature => {
    const value = values[feature]!;
    const bar = { feature, start: at, end: at + value, value, features: 1 };
    at += value;
    return bar;
  });
  if (rest.length === 0) return bars;
  const value = rest.reduce((sum, feature) => sum + values[feature]!, 0);
  return [...bars, { feature: null, start: at, end: at + value, value, features: rest.length }];
}

export interface ThinTail {
  readonly from: number;
  readonly to: number;
  readonly rows: number;
}

/** The ends of the range that hold under 3 % of the rows over at least a tenth of the range: read with care. */
export function thinTails(values: readonly number[]): {
  readonly low: ThinTail | null;
  readonly high: ThinTail | null;
} {
  const sorted = values.filter(value => Number.isFinite(value)).sort((a, b) => a - b);
  const few = Math.floor(sorted.length * 0.03);
  const least = sorted[0];
  const most = sorted.at(-1);
  if (few === 0 || least === undefined || most === undefined || most === least)
    return { low: null, high: null };
  const wide = (most - least) / 10;
  const lowEnd = sorted[few]!;
  const highEnd = sorted[sorted.length - 1 - few]!;
  const below = sorted.filter(value => value < lowEnd).length;
  const above = sorted.filter(value => value > highEnd).length;
  return {
    low: lowEnd - least >= wide && below > 0 ? { from: least, to: lowEnd, rows: below } : null,
    high: most - highEnd >= wide && above > 0 ? { from: highEnd, to: most, rows: above } : null,
  };
}

/** Moves labels apart so that none stands nearer than `gap` to the next; keeps their order. */
export function spread(places: readonly number[], gap: number, low: number, high: number): number[] {
  const order = places.map((_, i) => i).sort((a, b) => places[a]! - places[b]!);
  const out = [...places];
  let last = low - gap;
  for (const i of order) last = out[i] = Math.max(out[i]!, last + gap);
  let next = high + gap;
  for (const i of [...order].reverse()) next = out[i] = Math.min(out[i]!, next - gap);
  return out;
}

/** Each value's place among the distinct sorted ones, 0 to 1: colour by rank is not ruled by outliers. */
export function ranks(values: readonly number[]): number[] {
  const distinct = [...new Set(values.filter(value => Number.isFinite(value)))].sort((a, b) => a - b);
  const place = new Map(
    distinct.map((value, i) => [value, distinct.length < 2 ? 0.5 : i / (distinct.length - 1)]),
  );
  return values.map(value => place.get(value) ?? 0.5);
}

export type Point = readonly [number, number];

/**
 * The points of a curve. As steps, `values[k]` holds from `positions[k]` to `positions[k + 1]`: one position more
 * than values.
 */
export function curvePoints(
  positions: readonly number[],
  values: readonly number[],
  steps: boolean,
): readonly Point[] {
  return values.flatMap((value, k): Point[] =>
    steps
      ? [
          [positions[k] ?? 0, value],
          [positions[k + 1] ?? positions[k] ?? 0, value],
        ]
      : [[positions[k] ?? 0, value]],
  );
}

/** The ranges between edges where there is little data; neighbours are joined. */
export function thinRanges(
  edges: readonly number[],
  thin: readonly boolean[],
): readonly { readonly from: number; readonly to: number }[] {
  const ranges: { from: number; to: number }[] = [];
  thin.forEach((few, i) => {
    const [from, to] = [edges[i], edges[i + 1]];
    if (!few || from === undefined || to === undefined) return;
    const last = ranges.at(-1);
    if (last?.to === from) last.to = to;
    else ranges.push({ from, to });
  });
  return ranges;
}
