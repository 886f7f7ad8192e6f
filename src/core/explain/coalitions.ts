import { BadInput } from '../failure.ts';
import type { Signal } from '../signal.ts';
import type { ComposedModel } from './types.ts';

/** Composed rows handed to the model at once: enough to keep the runtime's threads busy. */
const batchRows = 32_768;

/** A set of players, as one byte a player (1: takes the explained row's value, 0: the background's). */
export type Coalition = Uint8Array;

/**
 * The value of coalitions for one row: v(S) = mean over the background of f(x_S, b_rest), the
 * interventional game of Shapley attributions.
 * @returns one value a coalition
 */
export async function coalitionValues(
  model: ComposedModel,
  row: number,
  background: Int32Array,
  coalitions: readonly Coalition[],
  signal: Signal,
): Promise<Float64Array> {
  const values = new Float64Array(coalitions.length);
  const perBatch = Math.max(1, Math.floor(batchRows / background.length));
  for (let from = 0; from < coalitions.length; from += perBatch) {
    signal.throwIfAborted();
    const batch = coalitions.slice(from, from + perBatch);
    const predictions = await model.evaluate(compose(model, row, background, batch), signal);
    for (let c = 0; c < batch.length; c++)
      values[from + c] = mean(predictions, c * background.length, background.length);
  }
  return values;
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

function compose(
  model: ComposedModel,
  row: number,
  background: Int32Array,
  coalitions: readonly Coalition[],
): Int32Array {
  const d = model.players.length;
  const picks = new Int32Array(coalitions.length * background.length * d);
  let at = 0;
  for (const coalition of coalitions)
    for (const other of background)
      for (let j = 0; j < d; j++) picks[at++] = coalition[j] === 1 ? row : other;
  return picks;
}

function mean(values: Float64Array, from: number, count: number): number {
  let sum = 0;
  for (let i = from; i < from + count; i++) sum += values[i]!;
  return sum / count;
}
