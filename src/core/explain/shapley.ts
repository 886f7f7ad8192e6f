import { permutation, seeded } from '../random.ts';
import { normalQuantile } from '../stats/distributions.ts';
import { additivityError } from './additivity.ts';
import { antitheticPermutations } from './antithetic.ts';
import { coalitionValues, predictRows, requireRows } from './coalitions.ts';
import type { Estimator } from './estimator.ts';
import { enumeration, exactPlayers, gameOf } from './exact.ts';
import { interactionMatrix } from './interactionIndex.ts';
import { pairedLeverage } from './leverage.ts';
import { consistentOrder, exactOwen } from './owen.ts';
import { doubling, stepsOf, type Step } from './steps.ts';
import type { Structure } from './structure.ts';
import type { Attributions, ComposedModel, ExplainTask } from './types.ts';

/** When a row is sampled enough: its widest 95 % half-width is one or the other. 0: not before the budget is used. */
export interface StopRule {
  /** Of the row's largest |value|. */
  readonly share: number;
  /** In the units of the output. */
  readonly absolute: number;
}

export interface SampledOptions {
  /** Coalitions a row when sampling, at most (each is evaluated on the whole background). */
  readonly budget: number;
  readonly stop?: StopRule;
  /** Players come group by group: Owen values. */
  readonly structure?: Structure | null;
  /** Interaction values too: they need every coalition. */
  readonly interactions?: boolean;
}

/** How far sampling went. */
export interface Sampling {
  /** Widest 95 % half-width of any value of any row. */
  readonly widest: number;
  /** Rows that were narrow enough before the budget was used. */
  readonly stopped: number;
  /** Coalitions asked a row, on average. */
  readonly coalitions: number;
}

export interface SampledAttributions extends Attributions {
  /** n x d x d, row-major; null unless asked for. */
  readonly interactions: Float64Array | null;
  /** null for exact values. */
  readonly sampling: Sampling | null;
}

/**
 * Interventional Shapley values of any model through its predictions: enumerated exactly up to 11 players,
 * else sampled with standard errors, in steps of growing budgets until each row is narrow enough.
 * With a structure, Owen values: exact where their coalitions are few.
 * @throws RangeError when interactions are asked of more players than are enumerated
 */
export async function shapley(
  model: ComposedModel,
  task: ExplainTask,
  options: SampledOptions,
): Promise<SampledAttributions> {
  requireRows(task.rows, task.background);
  const d = model.players.length;
  const n = task.rows.length;
  const design = designFor(d, options, task.seed);
  const steps = stepsOf(design.estimators);
  const predictions = await predictRows(model, task.rows, task.signal);
  const none = average(await predictRows(model, task.background, task.signal));
  const asked = steps.reduce((sum, { added }) => sum + added.length, 0);

  const values = new Float64Array(n * d);
  const errors = design.exact ? null : new Float64Array(n * d);
  const interactions = options.interactions === true ? new Float64Array(n * d * d) : null;
  let [coalitions, stopped, widest] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    task.progress(i, n, 'rows explained');
    const game = new Float64Array(asked);
    let known = 0;
    for (const [at, step] of steps.entries()) {
      const more = await coalitionValues(model, task.rows[i]!, task.background, step.added, task.signal);
      game.set(more, known);
      known += more.length;
      const { phi, errors: own } = estimateOf(step, game, none, predictions[i]!);
      const half = halfWidth(own);
      const enough = at < steps.length - 1 && isEnough(half, phi, options.stop);
      if (at < steps.length - 1 && !enough) continue;
      values.set(phi, i * d);
      errors?.set(own, i * d);
      widest = Math.max(widest, half);
      if (enough) stopped++;
      break;
    }
    coalitions += known;
    interactions?.set(interactionMatrix(gameOf(game, none, predictions[i]!, d), d), i * d * d);
  }
  task.progress(n, n, 'rows explained');

  return {
    method: design.method,
    exact: design.exact,
    players: model.players,
    values,
    errors,
    baseValue: none,
    predictions,
    additivityError: additivityError(values, none, predictions),
    evaluations: n + task.background.length * (coalitions + 1),
    interactions,
    sampling: design.exact ? null : { widest, stopped, coalitions: coalitions / n },
  };
}

interface Design {
  readonly method: string;
  readonly exact: boolean;
  /** Of growing budgets; the last has the whole one. */
  readonly estimators: readonly Estimator[];
}

function designFor(d: number, options: SampledOptions, seed: number): Design {
  const { budget, stop, structure = null, interactions = false } = options;
  if (interactions && d > exactPlayers)
    throw new RangeError(`interactions of ${d} players, which are not enumerated`);
  const random = seeded(seed);
  const inSteps = stop !== undefined && (stop.share > 0 || stop.absolute > 0);
  const pairsOf = (coalitions: number): number => Math.max(2, Math.floor(coalitions / (2 * (d - 1))));
  const walks = (order: () => Int32Array): Estimator[] => {
    const most = pairsOf(budget);
    const orders = Array.from({ length: most }, order);
    return (inSteps ? doubling(Math.min(leastPairs, most), most) : [most]).map(pairs =>
      antitheticPermutations(orders.slice(0, pairs)),
    );
  };
  if (structure !== null) {
    const exact = exactOwen(structure, d, Math.max(budget, 2 ** exactPlayers));
    if (exact !== null) return { method: 'owen-exact', exact: true, estimators: [exact] };
    const estimators = walks(() => consistentOrder(structure, random));
    return { method: 'owen-permutation', exact: false, estimators };
  }
  if (d <= exactPlayers) return { method: 'shapley-exact', exact: true, estimators: [enumeration(d)] };
  if (budget < 4 * d)
    return {
      method: 'shapley-permutation',
      exact: false,
      estimators: walks(() => permutation(random, d)),
    };
  const budgets = inSteps ? doubling(4 * d, budget) : [budget];
  return { method: 'shapley-leverage', exact: false, estimators: pairedLeverage(d, budgets, random) };
}

/** Fewer orders say too little of their own spread to stop on. */
const leastPairs = 4;

function estimateOf(
  { estimator, places }: Step,
  game: Float64Array,
  none: number,
  all: number,
): ReturnType<Estimator['estimate']> {
  return estimator.estimate(
    Float64Array.from(places, place => game[place]!),
    none,
    all,
  );
}

function isEnough(half: number, phi: Float64Array, stop: StopRule | undefined): boolean {
  if (stop === undefined) return false;
  const largest = phi.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return half <= Math.max(stop.absolute, stop.share * largest);
}

/** Of the 95 % interval of the value that is known least; Infinity where errors are not known. */
function halfWidth(errors: Float64Array): number {
  const z = normalQuantile(0.975);
  return errors.reduce((most, error) => Math.max(most, Number.isNaN(error) ? Infinity : z * error), 0);
}

function average(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
