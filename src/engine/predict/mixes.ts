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

/** An element of an input and the feature that fills it. */
interface Slot {
  /** Elements of a row. */
  readonly width: number;
  readonly at: number;
  readonly feature: number;
}

/**
 * Writes a feature of the composed rows [from, to) of all mixes.
 * @param source the feature's element of each pool row
 */
export function composeMixes(
  target: Elements,
  source: Elements,
  slot: Slot,
  mixes: readonly Mix[],
  { starts, players, features }: MixPlaces,
  from: number,
  to: number,
): void {
  const compose = target instanceof Float32Array ? composeFloats : composeElements;
  for (let m = 0; m < mixes.length && starts[m]! < to; m++) {
    const first = Math.max(from, starts[m]!);
    const end = Math.min(to, starts[m + 1]!);
    if (first >= end) continue;
    const mix = mixes[m]!;
    const at = (first - from) * slot.width + slot.at;
    const until = (end - from) * slot.width;
    const k = mix.players.length;
    const j = players[m * features + slot.feature]!;
    const bit = j < 0 ? -1 : (first - starts[m]!) * k + j;
    compose(target as Float32Array, source as Float32Array, mix, at, until, slot.width, bit, k);
  }
}

/**
 * One feature of a mix into target[at], target[at + step] and so on before `until`.
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
  const pair = Float32Array.of(taken, source[own]!);
  for (let to = at, from = bit; to < until; to += step, from += bits) target[to] = pair[coalitions[from]!]!;
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
