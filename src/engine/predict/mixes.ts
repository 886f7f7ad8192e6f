import type { Mix } from '../../core/explain/types.ts';
import type { Elements } from './elements.ts';

/** Where each mix's rows and players are. */
export interface MixPlaces {
  /** Composed rows of all mixes. */
  readonly rows: number;
  /** The composed row that each mix begins with; one more at the end. */
  readonly starts: Int32Array;
  /** mixes x features: the place of a feature among the mix's players, or -1. */
  readonly players: Int32Array;
  readonly features: number;
}

export function placesOf(mixes: readonly Mix[], features: number): MixPlaces {
  const starts = new Int32Array(mixes.length + 1);
  const places = new Int32Array(mixes.length * features).fill(-1);
  for (let m = 0; m < mixes.length; m++) {
    const { players, coalitions } = mixes[m]!;
    starts[m + 1] = starts[m]! + coalitions.length / Math.max(1, players.length);
    for (let j = 0; j < players.length; j++) places[m * features + players[j]!] = j;
  }
  return { rows: starts[mixes.length]!, starts, players: places, features };
}

/** Composed rows that are filled at once, element by element: what is written stays in the nearest cache. */
const pieceRows = 64;

/**
 * Writes an input's elements of the composed rows [from, to) of all mixes, row-major.
 * @param sources each element of the input, of all pool rows
 * @param filledBy the feature of each element
 */
export function composeMixes(
  target: Elements,
  sources: readonly Elements[],
  filledBy: readonly number[],
  mixes: readonly Mix[],
  { starts, players, features }: MixPlaces,
  from: number,
  to: number,
): void {
  const width = filledBy.length;
  const compose = target instanceof Float32Array ? composeFloats : composeElements;
  for (let m = 0; m < mixes.length && starts[m]! < to; m++) {
    const mix = mixes[m]!;
    const k = mix.players.length;
    const end = Math.min(to, starts[m + 1]!);
    for (let first = Math.max(from, starts[m]!); first < end; first += pieceRows) {
      const until = (Math.min(end, first + pieceRows) - from) * width;
      for (let at = 0; at < width; at++) {
        const j = players[m * features + filledBy[at]!]!;
        const bit = j < 0 ? -1 : (first - starts[m]!) * k + j;
        const begin = (first - from) * width + at;
        compose(target as Float32Array, sources[at] as Float32Array, mix, begin, until, width, bit, k);
      }
    }
  }
}

/** What a feature is in one row and the other. */
const floats = new Float32Array(2);

/**
 * One element of a mix into target[at], target[at + step] and so on before `until`.
 * @param bit place of its first coalition's byte, the next is `bits` further; -1: it is the other row's in all
 */
function composeFloats(
  target: Float32Array,
  source: Float32Array,
  { own, other, coalitions }: Mix,
  at: number,
  until: number,
  step: number,
  bit: number,
  bits: number,
): void {
  const taken = source[other]!;
  if (bit < 0) {
    for (let to = at; to < until; to += step) target[to] = taken;
    return;
  }
  // Looked up, not chosen: which coalitions a feature is in is random, and would be guessed wrong half the time.
  floats[0] = taken;
  floats[1] = source[own]!;
  for (let to = at, from = bit; to < until; to += step, from += bits) target[to] = floats[coalitions[from]!]!;
}

/** `composeFloats` for all other kinds of elements; apart, so that each loop knows its kind. */
function composeElements(
  target: Slots,
  source: Slots,
  { own, other, coalitions }: Mix,
  at: number,
  until: number,
  step: number,
  bit: number,
  bits: number,
): void {
  const taken = source[other];
  if (bit < 0) {
    for (let to = at; to < until; to += step) target[to] = taken;
    return;
  }
  const pair = [taken, source[own]];
  for (let to = at, from = bit; to < until; to += step, from += bits) target[to] = pair[coalitions[from]!];
}

type Slots = { [index: number]: unknown };
