import type { Interval } from '../../protocol/results/shared.ts';
import { BadInput } from '../failure.ts';
import { bootstrapInterval } from '../stats/bootstrap.ts';
import { Resamples } from '../stats/resamples.ts';

/** Attributions of some rows. */
export interface Attributed {
  readonly features: readonly string[];
  /** n x d, row-major. */
  readonly values: Float64Array;
  readonly rows: number;
}

export interface FeatureContrast {
  readonly feature: string;
  /** Mean |attribution|; null where it is not read. */
  readonly a: number | null;
  readonly b: number | null;
  /** b - a, a column that is not read counting 0. */
  readonly delta: number;
  readonly interval: Interval | null;
  /** Place by mean |attribution|, 1 the largest; null where it is not read. */
  readonly rankA: number | null;
  readonly rankB: number | null;
  /** rankA - rankB: places gained. */
  readonly gained: number | null;
  readonly gainedInterval: Interval | null;
}

export interface ContrastSettings {
  /** The same rows on both sides, in the same order: they are drawn together. */
  readonly paired: boolean;
  readonly resamples: number;
  readonly seed: number;
}

/**
 * What two sets of attributions rest on, feature by feature: differences of mean |attribution| and of ranks, with
 * bootstrap intervals over the rows.
 * @throws BadInput for a side without rows
 */
export function contrast(a: Attributed, b: Attributed, settings: ContrastSettings): FeatureContrast[] {
  if (a.rows === 0 || b.rows === 0)
    throw new BadInput(
      'no-rows',
      'There are no rows on one side, so there is nothing to compare. Choose rows for both.',
    );
  const features = [...new Set([...a.features, ...b.features])];
  const sides = [sizes(a, features), sizes(b, features)] as const;
  const own = [means(sides[0], all(a.rows)), means(sides[1], all(b.rows))] as const;
  const ranks = [rankOf(own[0]), rankOf(own[1])] as const;
  const d = features.length;
  const deltas = features.map(() => new Float64Array(settings.resamples));
  const gains = features.map(() => new Float64Array(settings.resamples));
  const draws = [
    new Resamples(all(a.rows), settings.seed),
    new Resamples(all(b.rows), settings.seed + 1),
  ] as const;
  for (let r = 0; r < settings.resamples; r++) {
    const timesA = draws[0].next();
    const timesB = settings.paired ? timesA : draws[1].next();
    const ma = means(sides[0], draws[0].pool, timesA);
    const mb = means(sides[1], draws[1].pool, timesB);
    const [ra, rb] = [rankOf(ma), rankOf(mb)];
    for (let j = 0; j < d; j++) {
      deltas[j]![r] = mb[j]! - ma[j]!;
      gains[j]![r] = ra[j]! - rb[j]!;
    }
  }
  const n = Math.min(a.rows, b.rows);
  const interval = (estimate: number, replicates: Float64Array): Interval | null =>
    n < 2
      ? null
      : bootstrapInterval({
          estimate,
          replicates,
          level: 0.95,
          n,
          drawn: Math.min(draws[0].size, draws[1].size),
        });
  return features
    .map((feature, j): FeatureContrast => {
      const [inA, inB] = [a.features.includes(feature), b.features.includes(feature)];
      const delta = own[1][j]! - own[0][j]!;
      const gained = ranks[0][j]! - ranks[1][j]!;
      return {
        feature,
        a: inA ? own[0][j]! : null,
        b: inB ? own[1][j]! : null,
        delta,
        interval: interval(delta, deltas[j]!),
        rankA: inA ? ranks[0][j]! : null,
        rankB: inB ? ranks[1][j]! : null,
        gained: inA && inB ? gained : null,
        gainedInterval: inA && inB ? interval(gained, gains[j]!) : null,
      };
    })
    .sort((x, y) => Math.abs(y.delta) - Math.abs(x.delta));
}

export interface RowContrast {
  /** Place among the rows. */
  readonly at: number;
  /** Sum of |difference| of the attributions. */
  readonly moved: number;
  /** Cosine of the two rows of attributions, -1 to 1; null when one is all zero. */
  readonly cosine: number | null;
  /** B - A in the features that differ most, largest first. */
  readonly changes: readonly { readonly feature: string; readonly a: number; readonly b: number }[];
}

/** The rows whose reasons differ most, most first. Both sides have the same rows in the same order. */
export function changedReasons(a: Attributed, b: Attributed, most: number): RowContrast[] {
  const features = [...new Set([...a.features, ...b.features])];
  const place = ({ features: own }: Attributed): number[] => features.map(feature => own.indexOf(feature));
  const [placeA, placeB] = [place(a), place(b)];
  const value = ({ values, features: own }: Attributed, row: number, j: number): number =>
    j < 0 ? 0 : values[row * own.length + j]!;
  return Array.from({ length: a.rows }, (_, at): RowContrast => {
    let [moved, ab, aa, bb] = [0, 0, 0, 0];
    const changes = features.map((feature, f) => {
      const [x, y] = [value(a, at, placeA[f]!), value(b, at, placeB[f]!)];
      moved += Math.abs(y - x);
      ab += x * y;
      aa += x * x;
      bb += y * y;
      return { feature, a: x, b: y };
    });
    return {
      at,
      moved,
      cosine: aa > 0 && bb > 0 ? Math.max(-1, Math.min(1, ab / Math.sqrt(aa * bb))) : null,
      changes: changes.toSorted((x, y) => Math.abs(y.b - y.a) - Math.abs(x.b - x.a)).slice(0, 3),
    };
  })
    .sort((x, y) => y.moved - x.moved || x.at - y.at)
    .slice(0, most);
}

/** |attribution|, features x n; zero for features that are not read. */
function sizes({ features, values, rows }: Attributed, wanted: readonly string[]): readonly Float64Array[] {
  return wanted.map(feature => {
    const j = features.indexOf(feature);
    return Float64Array.from({ length: rows }, (_, i) =>
      j < 0 ? 0 : Math.abs(values[i * features.length + j]!),
    );
  });
}

/** @param times how often each row counts; once each without it */
function means(
  columns: readonly Float64Array[],
  rows: Int32Array,
  times: Uint16Array | null = null,
): Float64Array {
  const n = times === null ? rows.length : times.reduce((sum, count) => sum + count, 0);
  return Float64Array.from(columns, column => {
    let sum = 0;
    for (let i = 0; i < rows.length; i++) sum += column[rows[i]!]! * (times === null ? 1 : times[i]!);
    return sum / n;
  });
}

/** 1 for the largest; equal ones in their own order. */
function rankOf(values: Float64Array): Int32Array {
  const order = [...values.keys()].sort((x, y) => values[y]! - values[x]! || x - y);
  const ranks = new Int32Array(values.length);
  order.forEach((j, i) => (ranks[j] = i + 1));
  return ranks;
}

function all(rows: number): Int32Array {
  return Int32Array.from({ length: rows }, (_, i) => i);
}
