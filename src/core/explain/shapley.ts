import { seeded } from '../random.ts';
import { additivityError } from './additivity.ts';
import { antitheticPermutations } from './antithetic.ts';
import { coalitionValues, predictRows, requireRows } from './coalitions.ts';
import type { Estimator } from './estimator.ts';
import { enumeration, exactPlayers } from './exact.ts';
import { pairedLeverage } from './leverage.ts';
import type { Attributions, ComposedModel, ExplainTask } from './types.ts';

/**
 * Interventional Shapley values of any model through its predictions: enumerated exactly up to 11 players,
 * else sampled with standard errors, all rows on the same coalitions.
 * @param options.budget coalitions a row when sampling (each is evaluated on the whole background)
 */
export async function shapley(
  model: ComposedModel,
  task: ExplainTask,
  options: { readonly budget: number },
): Promise<Attributions> {
  requireRows(task.rows, task.background);
  const d = model.players.length;
  const design = designFor(d, options.budget, task.seed);
  const predictions = await predictRows(model, task.rows, task.signal);
  const none = average(await predictRows(model, task.background, task.signal));

  const values = new Float64Array(task.rows.length * d);
  const errors = design.exact ? null : new Float64Array(task.rows.length * d);
  for (let i = 0; i < task.rows.length; i++) {
    task.progress(i, task.rows.length, 'rows explained');
    const game = await coalitionValues(model, task.rows[i]!, task.background, design.coalitions, task.signal);
    const { phi, errors: rowErrors } = design.estimate(game, none, predictions[i]!);
    values.set(phi, i * d);
    errors?.set(rowErrors, i * d);
  }
  task.progress(task.rows.length, task.rows.length, 'rows explained');

  return {
    method: design.method,
    exact: design.exact,
    players: model.players,
    values,
    errors,
    baseValue: none,
    predictions,
    additivityError: additivityError(values, none, predictions),
    evaluations:
      task.rows.length * (1 + design.coalitions.length * task.background.length) + task.background.length,
  };
}

interface Design extends Estimator {
  readonly method: string;
  readonly exact: boolean;
}

function designFor(d: number, budget: number, seed: number): Design {
  if (d <= exactPlayers) return { ...enumeration(d), method: 'shapley-exact', exact: true };
  const random = seeded(seed);
  if (budget < 4 * d) {
    const pairs = Math.max(2, Math.floor(budget / (2 * (d - 1))));
    return { ...antitheticPermutations(d, pairs, random), method: 'shapley-permutation', exact: false };
  }
  return { ...pairedLeverage(d, budget, random), method: 'shapley-leverage', exact: false };
}

function average(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
