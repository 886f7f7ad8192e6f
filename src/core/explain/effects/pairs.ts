import type { Signal } from '../../signal.ts';
import type { ComposedModel } from '../types.ts';
import { composedAnswers } from './composed.ts';

export interface Interaction {
  /** Friedman and Popescu's H (2008), 0 to 1; null when the pair's effect is too small to be shared out. */
  readonly h: number | null;
  /** Root mean square of the interaction, in output units. */
  readonly size: number;
}

/** Below this part of the answers' spread a pair's effect is rounding, and H of it is noise. */
const smallestEffect = 1e-3;

/**
 * The H statistic of two columns at the rows' own values: the part of the variance of their joint partial
 * dependence that the sum of each one's does not give. Costs n x n evaluations, and n x n for each column.
 * @param rows pool rows, n of them
 * @param spread standard deviation of the model's answers
 */
export async function interactionOf(
  model: ComposedModel,
  rows: Int32Array,
  [a, b]: readonly [number, number],
  spread: number,
  signal: Signal,
): Promise<Interaction> {
  const joint = await dependenceAtRows(model, rows, [a, b], signal);
  const first = await dependenceAtRows(model, rows, [a], signal);
  const second = await dependenceAtRows(model, rows, [b], signal);
  const [fab, fa, fb] = [centred(joint), centred(first), centred(second)];
  let [rest, whole] = [0, 0];
  fab.forEach((value, i) => {
    rest += (value - fa[i]! - fb[i]!) ** 2;
    whole += value ** 2;
  });
  const size = Math.sqrt(rest / rows.length);
  const effect = Math.sqrt(whole / rows.length);
  const tooSmall = !(effect > smallestEffect * spread) || effect === 0;
  return { h: tooSmall ? null : Math.min(1, Math.sqrt(rest / whole)), size };
}

/** Partial dependence on some columns, at each row's own values of them. */
async function dependenceAtRows(
  model: ComposedModel,
  rows: Int32Array,
  columns: readonly number[],
  signal: Signal,
): Promise<Float64Array> {
  const n = rows.length;
  const answers = await composedAnswers(
    model,
    n * n,
    i => rows[i % n]!,
    (picks, at, i) => {
      const source = rows[Math.floor(i / n)]!;
      for (const column of columns) picks[at + column] = source;
    },
    signal,
  );
  return Float64Array.from(
    rows,
    (_, k) => answers.subarray(k * n, (k + 1) * n).reduce((sum, value) => sum + value, 0) / n,
  );
}

function centred(values: Float64Array): Float64Array {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.map(value => value - mean);
}
