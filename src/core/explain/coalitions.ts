import { BadInput } from '../failure.ts';
import type { Signal } from '../signal.ts';
import type { ComposedModel, Mix } from './types.ts';

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
  /** n x k for the k players of the part, row-major. */
  readonly coalitions: Uint8Array;
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
  const values = new Float64Array(asked.reduce((sum, each) => sum + countOf(each), 0));
  for (const batch of batchesOf(row, asked)) {
    signal.throwIfAborted();
    const predictions = await mixed(model, batch, signal);
    let at = 0;
    for (const { place, count } of batch)
      for (let to = place, end = place + count; to < end; to++) values[to]! += predictions[at++]!;
  }
  let place = 0;
  for (const each of asked) {
    const end = place + countOf(each);
    for (; place < end; place++) values[place]! /= each.part.rows.length;
  }
  return values;
}

/** How many coalitions are asked. Without players there are none: both rows are the same. */
export function countOf({ part, coalitions }: Asked): number {
  return coalitions.length / Math.max(1, part.players.length);
}

/** A mix, how many coalitions it has, and the place of the first one's value. */
interface Placed extends Mix {
  readonly count: number;
  readonly place: number;
}

/** All mixes of what is asked in batches of `batchRows` composed rows; the last may be smaller. */
function* batchesOf(row: number, asked: readonly Asked[]): Generator<Placed[]> {
  let batch: Placed[] = [];
  let room = batchRows;
  let place = 0;
  for (const each of asked) {
    const { players, rows } = each.part;
    const k = players.length;
    const all = countOf(each);
    for (const other of rows)
      for (let from = 0; from < all;) {
        const count = Math.min(room, all - from);
        const coalitions = each.coalitions.subarray(from * k, (from + count) * k);
        batch.push({ own: row, other, players, coalitions, count, place: place + from });
        from += count;
        room -= count;
        if (room > 0) continue;
        yield batch;
        [batch, room] = [[], batchRows];
      }
    place += all;
  }
  if (batch.length > 0) yield batch;
}

async function mixed(model: ComposedModel, batch: readonly Placed[], signal: Signal): Promise<Float64Array> {
  if (model.mixed !== undefined) return await model.mixed(batch, signal);
  const d = model.players.length;
  const picks = new Int32Array(batch.reduce((sum, { count }) => sum + count, 0) * d);
  let from = 0;
  for (const { own, other, players, coalitions, count } of batch)
    for (let c = 0, bit = 0; c < count; c++, from += d) {
      picks.fill(other, from, from + d);
      for (const player of players) if (coalitions[bit++] === 1) picks[from + player] = own;
    }
  return await model.evaluate(picks, signal);
}

/**
 * What names a coalition among those of as many players: its bits, in a number where they fit into a small one.
 * @param from where its d bytes begin in `members`
 */
export function keyOf(members: Uint8Array, from: number, d: number): number | string {
  let [key, bits] = ['', 0];
  for (let j = 0; j < d; j++) {
    bits = (bits << 1) | members[from + j]!;
    if (d <= 30 || (j % 16 < 15 && j < d - 1)) continue;
    key += String.fromCharCode(bits);
    bits = 0;
  }
  return d <= 30 ? bits : key;
}

/** Coalitions of d players one after the other: n x d, row-major. */
export function flat(coalitions: readonly Coalition[], d: number): Uint8Array {
  const members = new Uint8Array(coalitions.length * d);
  coalitions.forEach((coalition, c) => {
    members.set(coalition, c * d);
  });
  return members;
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
