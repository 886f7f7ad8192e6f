import { codesAt } from '../picked.ts';
import { Stream, type Random, type StreamState } from '../random.ts';

/** Up to so many rows a resample is as large as the data. */
const wholeLimit = 100_000;
/** Of more rows a resample draws only so many (m out of n), out of a sample that fits the processor's caches. */
const drawLimit = 20_000;
const poolLimit = 50_000;

/**
 * What is drawn: rows; rows within strata, each drawn as often as it has rows; or whole clusters, for rows that
 * are no independent observations.
 */
export type Scheme =
  | { readonly kind: 'rows' }
  | {
      readonly kind: 'stratified' | 'clustered';
      /** The stratum or cluster of each row of the data; -1: the row by itself. */
      readonly parts: Int32Array;
      /** As the interval names it: "class", "`customer`". */
      readonly by: string;
    };

export const byRows: Scheme = { kind: 'rows' };

/** Draws of rows with replacement: the same seed gives the same draws for whatever is measured on them. */
export interface Draws {
  /** The rows that are drawn from, ascending: all, or a sample of them. */
  readonly pool: Int32Array;
  /** Rows a draw (clusters: on average). */
  readonly size: number;
  /** The places in the pool: 0, 1, 2 ... */
  readonly places: Int32Array;
  /** How often the next draw takes each place. The array is used again by the next call. */
  next(): Uint16Array;
}

/** Draws as plain data: the same on whatever thread they are made. */
export interface DrawPlan {
  /** Places in the pool. */
  readonly places: number;
  readonly size: number;
  /** Its parts are those of the places. */
  readonly scheme: Scheme;
  readonly state: StreamState;
}

/** Draws out of a pool that was chosen. */
export class PlannedDraws implements Draws {
  readonly pool: Int32Array;
  readonly size: number;
  readonly places: Int32Array;
  readonly #stream: Stream;
  readonly #times: Uint16Array;
  readonly #draw: (times: Uint16Array, stream: Stream) => void;

  /** @param pool the plan's places unless said */
  constructor({ places, size, scheme, state }: DrawPlan, pool?: Int32Array) {
    this.#stream = new Stream(state);
    this.size = size;
    this.places = new Int32Array(places).map((_, place) => place);
    this.pool = pool ?? this.places;
    this.#times = new Uint16Array(places);
    this.#draw = drawing(scheme, this.places, size);
  }

  next(): Uint16Array {
    const times = this.#times.fill(0);
    this.#draw(times, this.#stream);
    return times;
  }
}

export class Resamples extends PlannedDraws {
  readonly plan: DrawPlan;

  /** @param rows ascending */
  constructor(rows: Int32Array, seed: number, scheme: Scheme = byRows) {
    const stream = new Stream(seed);
    // Clusters stay whole: few of them cannot be thinned out.
    const whole = rows.length <= wholeLimit || scheme.kind === 'clustered';
    const pool = whole ? rows : sampled(rows, poolLimit, () => stream.next());
    const plan: DrawPlan = {
      places: pool.length,
      size: whole ? rows.length : drawLimit,
      scheme: scheme.kind === 'rows' ? scheme : { ...scheme, parts: codesAt(scheme.parts, pool) },
      state: stream.state,
    };
    super(plan, pool);
    this.plan = plan;
  }
}

function drawing(
  scheme: Scheme,
  places: Int32Array,
  size: number,
): (times: Uint16Array, stream: Stream) => void {
  if (scheme.kind === 'rows') return (times, stream) => stream.count(times, size);
  const parts = partsOf(places, scheme.parts);
  if (scheme.kind === 'clustered')
    return (times, stream) => {
      for (let i = 0; i < parts.length; i++)
        for (const place of parts[Math.floor(stream.next() * parts.length)]!) times[place]!++;
    };
  const shares = parts.map(part => Math.round((part.length * size) / places.length));
  return (times, stream) => {
    parts.forEach((part, at) => {
      for (let i = 0; i < shares[at]!; i++) times[part[Math.floor(stream.next() * part.length)]!]!++;
    });
  };
}

/** Places of the pool by stratum or cluster, in the order that they are first met. */
export function partsOf(pool: Int32Array, parts: Int32Array): Int32Array[] {
  const known = new Map<number, number[]>();
  const found: number[][] = [];
  pool.forEach((row, place) => {
    const part = parts[row]!;
    const members = part < 0 ? undefined : known.get(part);
    if (members !== undefined) {
      members.push(place);
      return;
    }
    const made = [place];
    found.push(made);
    if (part >= 0) known.set(part, made);
  });
  return found.map(members => Int32Array.from(members));
}

/** A sample without replacement, in order (selection sampling: Fan, Muller and Rezucha 1962). */
function sampled(rows: Int32Array, size: number, random: Random): Int32Array {
  const chosen = new Int32Array(size);
  for (let i = 0, kept = 0; kept < size; i++)
    if (random() * (rows.length - i) < size - kept) chosen[kept++] = rows[i]!;
  return chosen;
}
