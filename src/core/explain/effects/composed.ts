import type { Signal } from '../../signal.ts';
import type { ComposedModel } from '../types.ts';

/** Composed rows handed to the model at once: they bound the memory that picks take. */
const batchRows = 32_768;

/**
 * The model's answers to `count` composed rows: row i is pool row `base(i)`, except what `swap` takes from others.
 * @param swap writes into the picks of row i, which start at `at`: picks[at + player] = pool row
 * @returns count x outputs
 */
export async function composedAnswers(
  model: ComposedModel,
  count: number,
  base: (i: number) => number,
  swap: (picks: Int32Array, at: number, i: number) => void,
  signal: Signal,
): Promise<Float64Array> {
  const d = model.players.length;
  const answers = new Float64Array(count * model.outputs);
  const picks = new Int32Array(Math.min(batchRows, count) * d);
  for (let from = 0; from < count; from += batchRows) {
    signal.throwIfAborted();
    const to = Math.min(count, from + batchRows);
    for (let i = from, at = 0; i < to; i++, at += d) {
      picks.fill(base(i), at, at + d);
      swap(picks, at, i);
    }
    answers.set(await model.evaluate(picks.subarray(0, (to - from) * d), signal), from * model.outputs);
  }
  return answers;
}
