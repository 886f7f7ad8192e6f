import { permutation, seeded } from '../random.ts';
import type { Progress, Signal } from '../signal.ts';
import { normalQuantile } from '../stats/distributions.ts';
import { antitheticPermutations } from './antithetic.ts';
import { composedAnswers } from './effects/composed.ts';
import type { Estimator } from './estimator.ts';
import { enumeration } from './exact.ts';
import type { ComposedModel } from './types.ts';

/** Up to so many players every coalition is asked for each row. */
const enumeratedPlayers = 6;
/** Rows between two looks at the intervals. */
const batchRows = 64;
/** Fewer rows say too little of their own spread to stop on. */
const leastRows = 128;

export interface SageTask {
  /** Pool rows that the loss is over, n of them. */
  readonly rows: Int32Array;
  /** Pool rows that hidden players are filled from, m of them. */
  readonly background: Int32Array;
  /**
   * The loss of one row's answer.
   * @param answer `outputs` values
   * @param i place of the row in `rows`
   */
  readonly loss: (answer: Float64Array, i: number) => number;
  /** Stop when the largest half-width is this share of the range of the values; 0: never before the last row. */
  readonly precision: number;
  readonly seed: number;
  readonly signal: Signal;
  readonly progress: Progress;
}

export interface Sage {
  /** One a player: what knowing it takes off the loss, in the loss's units. */
  readonly values: Float64Array;
  /** Half-width of the normal 95 % interval over rows. */
  readonly halves: Float64Array;
  /** Every coalition of every row was asked: only the choice of rows is left to chance. */
  readonly exact: boolean;
  /** Rows used, in a random order. */
  readonly n: number;
  readonly stopped: 'budget' | 'precision';
  /** Mean loss of the mean answer, and of the model, over the rows used. */
  readonly without: number;
  readonly loss: number;
  readonly additivityError: number;
  readonly evaluations: number;
}

/**
 * SAGE values (Covert, Lundberg and Lee 2020) by marginal imputation: the Shapley values of
 * v(S) = loss of the background's mean answer - loss of the mean answer when S is known, averaged over rows.
 * The value is linear in the game, so it is the mean of each row's own Shapley values: up to 6 players these are
 * enumerated, else one order of the players is walked forwards and backwards for each row. Rows are then
 * independent, and their spread is the whole error.
 */
export async function sage(model: ComposedModel, task: SageTask): Promise<Sage> {
  const { rows, background, signal } = task;
  const d = model.players.length;
  const random = seeded(task.seed);
  const order = permutation(random, rows.length);
  const sums = new Float64Array(d);
  const squares = new Float64Array(d);
  const exact = d <= enumeratedPlayers;
  const everything = exact ? enumeration(d) : null;
  const nothing = await meanAnswer(model, background, signal);
  const own = await composedAnswers(
    model,
    rows.length,
    i => rows[i]!,
    () => undefined,
    signal,
  );
  const k = model.outputs;
  let [n, without, with_, evaluations] = [0, 0, 0, background.length + rows.length];
  let halves: Float64Array = new Float64Array(d).fill(Infinity);
  let stopped: Sage['stopped'] = 'budget';
  while (n < rows.length) {
    signal.throwIfAborted();
    task.progress(n, rows.length, 'rows explained');
    const batch = order.subarray(n, n + batchRows);
    const designs: Estimator[] = Array.from(
      batch,
      () => everything ?? antitheticPermutations([permutation(random, d)]),
    );
    const games = await lossGames(model, task, batch, designs);
    batch.forEach((i, b) => {
      const none = task.loss(nothing, i);
      const all = task.loss(own.subarray(i * k, (i + 1) * k), i);
      const { phi } = designs[b]!.estimate(games.values[b]!, -none, -all);
      phi.forEach((value, j) => {
        sums[j]! += value;
        squares[j]! += value * value;
      });
      without += none;
      with_ += all;
    });
    n += batch.length;
    evaluations += games.evaluations;
    halves = halfWidths(sums, squares, n);
    const values = sums.map(sum => sum / n);
    const range = Math.max(...values) - Math.min(0, ...values);
    if (n >= leastRows && Math.max(...halves) <= task.precision * range) {
      stopped = n < rows.length ? 'precision' : 'budget';
      break;
    }
  }
  task.progress(rows.length, rows.length, 'rows explained');
  const values = sums.map(sum => sum / n);
  const total = values.reduce((sum, value) => sum + value, 0);
  return {
    values,
    halves,
    exact,
    n,
    stopped,
    without: without / n,
    loss: with_ / n,
    additivityError: Math.abs(total - (without - with_) / n),
    evaluations,
  };
}

/** -loss of each row's coalitions: the mean answer over the background, then the loss. */
async function lossGames(
  model: ComposedModel,
  { rows, background, loss, signal }: SageTask,
  batch: Int32Array,
  designs: readonly Estimator[],
): Promise<{ readonly values: Float64Array[]; readonly evaluations: number }> {
  const k = model.outputs;
  const m = background.length;
  const d = model.players.length;
  const asked = designs.flatMap(({ coalitions }, b) =>
    Array.from({ length: coalitions.length / d }, (_, c) => ({
      coalition: coalitions.subarray(c * d, (c + 1) * d),
      b,
    })),
  );
  const answers = await composedAnswers(
    model,
    asked.length * m,
    i => background[i % m]!,
    (picks, at, i) => {
      const { coalition, b } = asked[Math.floor(i / m)]!;
      const row = rows[batch[b]!]!;
      for (let j = 0; j < coalition.length; j++) if (coalition[j] === 1) picks[at + j] = row;
    },
    signal,
  );
  const mean = new Float64Array(k);
  const values = designs.map(({ coalitions }) => new Float64Array(coalitions.length / d));
  const places = new Int32Array(designs.length);
  asked.forEach(({ b }, c) => {
    mean.fill(0);
    for (let at = c * m * k; at < (c + 1) * m * k; at += k)
      for (let o = 0; o < k; o++) mean[o]! += answers[at + o]! / m;
    values[b]![places[b]!++] = -loss(mean, batch[b]!);
  });
  return { values, evaluations: asked.length * m };
}

async function meanAnswer(model: ComposedModel, rows: Int32Array, signal: Signal): Promise<Float64Array> {
  const k = model.outputs;
  const answers = await composedAnswers(
    model,
    rows.length,
    i => rows[i]!,
    () => undefined,
    signal,
  );
  const mean = new Float64Array(k);
  answers.forEach((value, at) => (mean[at % k]! += value / rows.length));
  return mean;
}

function halfWidths(sums: Float64Array, squares: Float64Array, n: number): Float64Array {
  const z = normalQuantile(0.975);
  return sums.map((sum, j) => {
    const variance = n < 2 ? Infinity : Math.max(0, squares[j]! - (sum * sum) / n) / (n - 1);
    return z * Math.sqrt(variance / n);
  });
}
