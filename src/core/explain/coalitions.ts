import { BadInput } from '../failure.ts';
import type { Signal } from '../signal.ts';
import type { ComposedModel } from './types.ts';

/** Composed rows handed to the model at once: enough to keep the runtime's threads busy. */
const batchRows = 8192;

/** A set of players, as one byte a player (1: takes the explained row's value, 0: the background's). */
export type Coalition = Uint8Array;

/** Some background rows, and the players in which they differ from the row that is explained. */
export interface Part {
  readonly rows: Int32Array;
  /** Places among the model's players; coalitions of this part are of these alone. */
  readonly players: Int32Array;
}

/** Coalitions to evaluate on a part. */
export interface Asked {
  readonly part: Part;
  readonly coalitions: readonly Coalition[];
}

/**
 * The values of coalitions for one row: v(S) = mean over a part of the background of f(x_S, b_rest), the
 * interventional game of Shapley attributions.
 * @returns one value a coalition, one asked after the other
 */
export async function coalitionValues(
  model: ComposedModel,
  row: number,
  asked: readonly Asked[],
  signal: Signal,
): Promise<Float64Array> {
  const values = new Float64Array(asked.reduce((sum, { coalitions }) => sum + coalitions.length, 0));
  const batches = new Batches(model.players.length, row, asked);
  while (batches.next()) {
    signal.throwIfAborted();
    batches.add(await model.evaluate(batches.picks, signal), values);
  }
  let place = 0;
  for (const { part, coalitions } of asked)
    for (let c = 0; c < coalitions.length; c++) values[place++]! /= part.rows.length;
  return values;
}

/** The composed rows of what is asked, batch by batch, each with the place of its coalition. */
class Batches {
  readonly #d: number;
  readonly #row: number;
  readonly #asked: readonly Asked[];
  readonly #picks: Int32Array;
  readonly #places: Int32Array;
  #rows = 0;
  /** Where the next batch begins: what was asked, which of its coalitions, which background row. */
  #at = { asked: 0, coalition: 0, other: 0, place: 0 };

  constructor(d: number, row: number, asked: readonly Asked[]) {
    const total = asked.reduce((sum, { part, coalitions }) => sum + coalitions.length * part.rows.length, 0);
    const size = Math.min(batchRows, total);
    this.#d = d;
    this.#row = row;
    this.#asked = asked;
    this.#picks = new Int32Array(size * d);
    this.#places = new Int32Array(size);
  }

  get picks(): Int32Array {
    return this.#picks.subarray(0, this.#rows * this.#d);
  }

  /** @returns false when nothing is left */
  next(): boolean {
    let { asked, coalition, other, place } = this.#at;
    const places = this.#places;
    let rows = 0;
    for (; asked < this.#asked.length; asked++, coalition = 0) {
      const { part, coalitions } = this.#asked[asked]!;
      for (; coalition < coalitions.length; coalition++, other = 0, place++) {
        for (; other < part.rows.length && rows < places.length; other++) {
          this.#compose(rows, part.rows[other]!, coalitions[coalition]!, part.players);
          places[rows++] = place;
        }
        if (rows === places.length) break;
      }
      if (rows === places.length) break;
    }
    this.#at = { asked, coalition, other, place };
    this.#rows = rows;
    return rows > 0;
  }

  /** Adds each prediction at its place. */
  add(predictions: Float64Array, values: Float64Array): void {
    const places = this.#places;
    const rows = this.#rows;
    for (let i = 0; i < rows; i++) values[places[i]!]! += predictions[i]!;
  }

  #compose(at: number, other: number, coalition: Coalition, players: Int32Array): void {
    const picks = this.#picks;
    const d = this.#d;
    const from = at * d;
    const k = coalition.length;
    // A loop: `fill` costs more than it saves on rows this short.
    if (k < d) for (let i = from; i < from + d; i++) picks[i] = other;
    // Which players take part is random: a choice would be guessed wrong half the time.
    const span = this.#row - other;
    for (let j = 0; j < k; j++) picks[from + players[j]!] = other + Math.imul(span, coalition[j]!);
  }
}

/** What names a coalition among those of as many players: its bits, in a number where they fit into a small one. */
export function keyOf(coalition: Coalition): number | string {
  const d = coalition.length;
  let [key, bits] = ['', 0];
  for (let j = 0; j < d; j++) {
    bits = (bits << 1) | coalition[j]!;
    if (d <= 30 || (j % 16 < 15 && j < d - 1)) continue;
    key += String.fromCharCode(bits);
    bits = 0;
  }
  return d <= 30 ? bits : key;
}

/** The model's own output for pool rows, unchanged. */
export async function predictRows(
  model: ComposedModel,
  rows: Int32Array,
  signal: Signal,
): Promise<Float64Array> {
  const d = model.players.length;
  const values = new Float64Array(rows.length * model.outputs);
  for (let from = 0; from < rows.length; from += batchRows) {
    signal.throwIfAborted();
    const some = rows.subarray(from, from + batchRows);
    const picks = new Int32Array(some.length * d);
    some.forEach((row, i) => picks.fill(row, i * d, (i + 1) * d));
    values.set(await model.evaluate(picks, signal), from * model.outputs);
  }
  return values;
}

/** Refuses a task that no method can answer. */
export function requireRows(rows: ArrayLike<number>, background: ArrayLike<number>): void {
  if (rows.length === 0)
    throw new BadInput('no-rows', 'There are no rows to explain. Choose data with at least one row.');
  if (background.length === 0)
    throw new BadInput(
      'empty-background',
      'The background has no rows, so there is nothing to compare with. Choose a background of at least one row.',
    );
}
