import type { Table } from '../data/table.ts';
import { normalQuantile } from '../stats/distributions.ts';
import { benjaminiHochberg } from '../stats/multiplicity.ts';
import { wilson } from '../stats/proportion.ts';
import type { Interval } from '../../protocol/results/shared.ts';
import { candidatesIn, type Candidate, type Search, type SliceOfRows } from './candidates.ts';
import {
  exactP,
  meanOf,
  momentsOf,
  varianceOf,
  welchP,
  without,
  type HalvedLosses,
  type Moments,
} from './losses.ts';

/** A slice as both halves have it. Values are accuracies, or mean absolute errors. */
export interface FoundSlice {
  readonly slice: SliceOfRows;
  /** Slices that hold mostly the same rows and are told by this one. */
  readonly merged: readonly string[];
  /** Labelled rows of both halves. */
  readonly n: number;
  readonly discovery: { readonly n: number; readonly value: number };
  readonly confirmation: { readonly n: number; readonly value: number; readonly interval: Interval };
  /** On the confirmation half: the slice's value over that of all rows, turned so that below 1 is worse. */
  readonly ratio: number | null;
  readonly ratioInterval: Interval | null;
  /** One-sided, on the confirmation half alone. */
  readonly p: number;
  /** Adjusted for all slices that were put to that half. */
  readonly adjusted: number;
  readonly confirmed: boolean;
}

export interface FoundSlices {
  /** Confirmed ones first, then by their ratio. */
  readonly slices: readonly FoundSlice[];
  readonly tried: number;
}

export const discoveryRate = 0.05;
export const leastRows = 15;
const search: Search = { leastRows, pairedColumns: 40 };
const mostConfirmed = 20;
const mostCompared = 400;
const level = 0.95;

/**
 * Slices that are worse than the other rows: looked for on one half of the rows, overlapping ones merged, the 20
 * strongest put to the other half, where the false discovery rate is held at 5 % over those 20 (Benjamini and
 * Hochberg). The values and intervals are of the second half, which did not choose them.
 */
export function findSlices(table: Table, losses: HalvedLosses): FoundSlices {
  const { candidates, tried } = candidatesIn(table, losses, search);
  const { loss, confirmation } = losses;
  const total = momentsOf(loss, confirmation);
  const tested = merged(candidates, losses).flatMap(({ slice, names }) => {
    const inside = slice.among(confirmation);
    return inside.length < leastRows || total.n - inside.length < leastRows
      ? []
      : [{ slice, names, moments: momentsOf(loss, inside) }];
  });
  const ps = tested.map(({ moments }) => exactP(moments, without(total, moments), losses));
  const adjusted = benjaminiHochberg(ps);
  const slices = tested.map(({ slice, names, moments }, at): FoundSlice => {
    const first = momentsOf(loss, slice.among(losses.discovery));
    const found = ratioOf(moments, total, losses);
    return {
      slice,
      merged: names,
      n: first.n + moments.n,
      discovery: { n: first.n, value: valueOf(meanOf(first), losses) },
      confirmation: {
        n: moments.n,
        value: valueOf(meanOf(moments), losses),
        interval: intervalOf(moments, losses),
      },
      ...found,
      p: ps[at]!,
      adjusted: adjusted[at]!,
      confirmed: adjusted[at]! <= discoveryRate,
    };
  });
  slices.sort((a, b) => Number(b.confirmed) - Number(a.confirmed) || (a.ratio ?? 0) - (b.ratio ?? 0));
  return { slices, tried };
}

/** Accuracy of 0/1 losses, else the mean absolute error. */
export function valueOf(loss: number, { binary }: HalvedLosses): number {
  return binary ? 1 - loss : loss;
}

/** Of `valueOf` of some rows. */
export function intervalOf(moments: Moments, { binary }: HalvedLosses): Interval {
  if (binary) return wilson(moments.n - moments.sum, moments.n, level);
  const half = normalQuantile(0.5 + level / 2) * Math.sqrt(varianceOf(moments) / moments.n);
  return {
    low: Math.max(0, meanOf(moments) - half),
    high: meanOf(moments) + half,
    level,
    method: 'normal interval of a mean',
  };
}

/**
 * The strongest slices. A weaker one must be worse than chance also without the rows of those before it; else it
 * tells of the same rows again, and is named with the one that holds most of them.
 */
function merged(
  candidates: readonly Candidate[],
  { loss, discovery }: HalvedLosses,
): { readonly slice: Candidate; readonly names: string[] }[] {
  const kept: { readonly slice: Candidate; readonly names: string[] }[] = [];
  // A bit for each kept slice that a row is in.
  const within = new Uint32Array(loss.length);
  let open = discovery;
  let all = momentsOf(loss, open);
  for (const slice of candidates.slice(0, mostCompared)) {
    const own = momentsOf(loss, slice.among(open));
    const rest = without(all, own);
    const told = own.n < leastRows || rest.n < leastRows || welchP(own, rest) > discoveryRate;
    if (!told && kept.length < mostConfirmed) {
      for (const row of slice.among(discovery)) within[row]! |= 1 << kept.length;
      kept.push({ slice, names: [] });
      open = open.filter(row => within[row] === 0);
      all = momentsOf(loss, open);
    } else if (told) kept[nearest(within, slice.among(discovery))]?.names.push(slice.name);
  }
  return kept;
}

/** The kept slice with most of these rows, the first of equals; -1 when none has one. */
function nearest(within: Uint32Array, rows: Int32Array): number {
  const shared = new Uint32Array(mostConfirmed);
  for (const row of rows)
    for (let slices = within[row]!; slices !== 0; slices &= slices - 1)
      shared[31 - Math.clz32(slices & -slices)]!++;
  const most = Math.max(...shared);
  return most === 0 ? -1 : shared.indexOf(most);
}

/**
 * The ratio of a slice's mean to that of all rows, which hold the slice: normal on the log scale, the variance by
 * the delta method over rows.
 */
function ratioOf(
  slice: Moments,
  total: Moments,
  { binary }: HalvedLosses,
): Pick<FoundSlice, 'ratio' | 'ratioInterval'> {
  // Of a classifier the rows that are right are counted.
  const right = (part: Moments): Moments => {
    const sum = part.n - part.sum;
    return binary ? { n: part.n, sum, squares: sum } : part;
  };
  const [own, all] = [right(slice), right(total)];
  const [inner, outer] = [meanOf(own), meanOf(all)];
  const ratio = binary ? inner / outer : outer / inner;
  if (!Number.isFinite(ratio)) return { ratio: null, ratioInterval: null };
  if (inner === 0 || outer === 0) return { ratio, ratioInterval: null };
  // Sum over rows of (1[in slice] (x - inner) / (share inner) - (x - outer) / outer)^2.
  const spread = (part: Moments): number => varianceOf(part) * (part.n - 1);
  const share = own.n / all.n;
  const inside = spread(own) / (share * inner) ** 2;
  const both = spread(own) / (share * inner * outer);
  const whole = spread(all) / outer ** 2;
  const error = Math.sqrt(Math.max(0, inside - 2 * both + whole)) / all.n;
  const factor = Math.exp(normalQuantile(0.5 + level / 2) * error);
  return {
    ratio,
    ratioInterval: {
      low: ratio / factor,
      high: ratio * factor,
      level,
      method: 'delta method on the log ratio',
    },
  };
}
