import { BadInput } from '../failure.ts';
import { permutation, seeded } from '../random.ts';
import type { Progress, Signal } from '../signal.ts';
import { predictRows } from './coalitions.ts';
import type { ComposedModel } from './types.ts';

export interface PermutationTask {
  /** Pool rows the metric is over, n of them, in the order of the labels that `metric` knows. */
  readonly rows: Int32Array;
  /** The metric of n x outputs predictions. */
  readonly metric: (predictions: Float64Array) => number;
  readonly better: 'higher' | 'lower';
  readonly repeats: number;
  readonly seed: number;
  /** Overrides the seeded orders: which row's value row i takes in this repeat. */
  readonly order?: (repeat: number, player: number) => Int32Array;
  readonly signal: Signal;
  readonly progress: Progress;
}

export interface PermutationImportance {
  /** The metric on the rows as they are. */
  readonly baseline: number;
  /** players x repeats, row-major: how much worse the metric gets (positive: the feature matters). */
  readonly drops: Float64Array;
  readonly repeats: number;
  readonly players: readonly string[];
}

/**
 * Permutation importance (Breiman 2001; sklearn.inspection.permutation_importance): the fall of a metric when
 * one column's values are shuffled over the rows.
 */
export async function permutationImportance(
  model: ComposedModel,
  task: PermutationTask,
): Promise<PermutationImportance> {
  const n = task.rows.length;
  if (n < 2)
    throw new BadInput(
      'no-rows',
      `Permutation importance needs at least 2 labelled rows; there are ${n}. Choose a larger holdout.`,
    );
  const players = model.players.length;
  const random = seeded(task.seed);
  const order = task.order ?? ((): Int32Array => permutation(random, n));
  const sign = task.better === 'higher' ? 1 : -1;
  const baseline = task.metric(await predictRows(model, task.rows, task.signal));
  const drops = new Float64Array(players * task.repeats);

  for (let player = 0; player < players; player++) {
    task.progress(player, players, 'features permuted');
    for (let repeat = 0; repeat < task.repeats; repeat++) {
      task.signal.throwIfAborted();
      const predictions = await model.evaluate(
        shuffled(task.rows, players, player, order(repeat, player)),
        task.signal,
      );
      drops[player * task.repeats + repeat] = sign * (baseline - task.metric(predictions));
    }
  }
  task.progress(players, players, 'features permuted');
  return { baseline, drops, repeats: task.repeats, players: model.players };
}

function shuffled(rows: Int32Array, players: number, player: number, order: Int32Array): Int32Array {
  const picks = new Int32Array(rows.length * players);
  rows.forEach((row, i) => {
    picks.fill(row, i * players, (i + 1) * players);
    picks[i * players + player] = rows[order[i]!]!;
  });
  return picks;
}
