import type { Table } from '../data/table.ts';
import {
  clusteredGreater,
  clusteredMean,
  clusterError,
  clusterSums,
  isClustered,
  observations,
} from '../stats/clusteredMean.ts';
import { normalQuantile } from '../stats/distributions.ts';
import { benjaminiHochberg } from '../stats/multiplicity.ts';
import { shareInterval } from '../stats/shares.ts';
import { tQuantile } from '../stats/studentT.ts';
import type { Interval } from '../../protocol/results/shared.ts';
import { candidatesIn, type Candidate, type Search, type SliceOfRows } from './candidates.ts';
import { meanOf, momentsOf, varianceOf, welchP, without, worseP, type HalvedLosses } from './losses.ts';

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

/** A slice with the names of those that hold mostly the same rows. */
export interface KeptSlice {
  readonly slice: Candidate;
  readonly names: string[];
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
  const { loss, confirmation, scheme } = losses;
  const tested = merged(candidates, losses).flatMap(({ slice, names }) => {
    const inside = slice.among(confirmation);
    const others = outside(confirmation, inside);
    return [inside, others].some(rows => observations(rows, scheme) < leastRows)
      ? []
      : [{ slice, names, inside, others }];
  });
  const ps = tested.map(({ inside, others }) => worseP(inside, others, losses));
  const adjusted = benjaminiHochberg(ps);
  const slices = tested.map(({ slice, names, inside }, at): FoundSlice => {
    const first = momentsOf(loss, slice.among(losses.discovery));
    const moments = momentsOf(loss, inside);
    const found = ratioOf(inside, losses);
    return {
      slice,
      merged: names,
      n: first.n + moments.n,
      discovery: { n: first.n, value: valueOf(meanOf(first), losses) },
      confirmation: {
        n: moments.n,
        value: valueOf(meanOf(moments), losses),
        interval: intervalOf(inside, losses),
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
export function intervalOf(rows: Int32Array, { binary, loss, scheme }: HalvedLosses): Interval {
  const moments = momentsOf(loss, rows);
  if (binary)
    return shareInterval({ rows, hits: moments.n - moments.sum, hit: row => loss[row] === 0 }, level, scheme);
  if (isClustered(scheme)) {
    const values = Float64Array.from(rows, row => loss[row]!);
    const { interval } = clusteredMean(values, rows, scheme, level);
    if (interval !== null) return { ...interval, low: Math.max(0, interval.low) };
  }
  const half = normalQuantile(0.5 + level / 2) * Math.sqrt(varianceOf(moments) / moments.n);
  return {
    low: Math.max(0, meanOf(moments) - half),
    high: meanOf(moments) + half,
    level,
    method: 'normal interval of a mean',
  };
}

/** The rows that are not among `inside`; both ascending. */
function outside(rows: Int32Array, inside: Int32Array): Int32Array {
  let next = 0;
  return rows.filter(row => {
    if (inside[next] !== row) return true;
    next++;
    return false;
  });
}

/** Candidates that are worse also by their clusters, the surest first; of independent rows as they are. */
function byClusters(
  candidates: readonly Candidate[],
  { loss, discovery, scheme }: HalvedLosses,
): Candidate[] {
  const strongest = candidates.slice(0, mostCompared);
  if (!isClustered(scheme)) return strongest;
  return strongest
    .map(slice => {
      const inside = slice.among(discovery);
      const few = observations(inside, scheme) < leastRows;
      const p = few ? 1 : clusteredGreater(inside, outside(discovery, inside), row => loss[row]!, scheme);
      return { slice, p };
    })
    .filter(({ p }) => p <= discoveryRate)
    .sort((x, y) => x.p - y.p)
    .map(({ slice }) => slice);
}

/**
 * The strongest slices. A weaker one must be worse than chance also without the rows of those before it; else it
 * tells of the same rows again, and is named with the one that holds most of them.
 */
export function merged(candidates: readonly Candidate[], losses: HalvedLosses): KeptSlice[] {
  const kept: KeptSlice[] = [];
  const { loss, discovery } = losses;
  // A bit for each kept slice that a row is in.
  const within = new Uint32Array(loss.length);
  let open = discovery;
  let all = momentsOf(loss, open);
  for (const slice of byClusters(candidates, losses)) {
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
  for (let i = 0; i < rows.length; i++)
    for (let slices = within[rows[i]!]!; slices !== 0; slices &= slices - 1)
      shared[31 - Math.clz32(slices & -slices)]!++;
  const most = Math.max(...shared);
  return most === 0 ? -1 : shared.indexOf(most);
}

/**
 * The ratio of a slice's mean to that of all rows of the confirmation half, which hold the slice: normal on the log
 * scale, the variance by the delta method over rows, or over clusters with Student's t.
 */
function ratioOf(
  inside: Int32Array,
  { binary, loss, confirmation, scheme }: HalvedLosses,
): Pick<FoundSlice, 'ratio' | 'ratioInterval'> {
  // Of a classifier the rows that are right are counted.
  const [from, sign] = binary ? [1, -1] : [0, 1];
  const meanIn = (rows: Int32Array): number => {
    let sum = 0;
    for (let i = 0; i < rows.length; i++) sum += from + sign * loss[rows[i]!]!;
    return sum / rows.length;
  };
  const [inner, outer] = [meanIn(inside), meanIn(confirmation)];
  const ratio = binary ? inner / outer : outer / inner;
  if (!Number.isFinite(ratio)) return { ratio: null, ratioInterval: null };
  if (inner === 0 || outer === 0) return { ratio, ratioInterval: null };
  const influence = new Float64Array(confirmation.length);
  let squares = 0;
  // Both ascend.
  for (let i = 0, next = 0; i < influence.length; i++) {
    const row = confirmation[i]!;
    const counted = from + sign * loss[row]!;
    const own = inside[next] === row ? (counted - inner) / (inside.length * inner) : 0;
    if (inside[next] === row) next++;
    influence[i] = own - (counted - outer) / (confirmation.length * outer);
    squares += influence[i]! ** 2;
  }
  const clustered = isClustered(scheme);
  const error = clustered ? clusterError(clusterSums(influence, confirmation, scheme)) : Math.sqrt(squares);
  const quantile = clustered
    ? tQuantile(0.5 + level / 2, Math.max(1, observations(inside, scheme) - 1))
    : normalQuantile(0.5 + level / 2);
  const factor = Math.exp(quantile * error);
  const method = `delta method on the log ratio${clustered ? `, clusters of ${scheme.by}` : ''}`;
  return { ratio, ratioInterval: { low: ratio / factor, high: ratio * factor, level, method } };
}
