import { normalQuantile } from '../stats/distributions.ts';
import { tQuantile } from '../stats/studentT.ts';
import { additivityError } from './additivity.ts';
import { coalitionValues, countOf, predictRows, requireRows, type Part } from './coalitions.ts';
import { designsFor, type Designs } from './designs.ts';
import { gameOf } from './exact.ts';
import { interactionMatrix } from './interactionIndex.ts';
import type { Signal } from '../signal.ts';
import type { Step } from './steps.ts';
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
  const designs = designsFor(d, task.background.length, options, task.seed);
  const predictions = await predictRows(model, task.rows, task.signal);
  const answers = await predictRows(model, task.background, task.signal);
  const groups = groupsOf(task.background, answers, designs.groups);

  const values = new Float64Array(n * d);
  const errors = designs.exact ? null : new Float64Array(n * d);
  const interactions = options.interactions === true ? new Float64Array(n * d * d) : null;
  let [evaluations, stopped, widest] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    task.progress(i, n, 'rows explained');
    const row = task.rows[i]!;
    const games = gamesOf(model, row, groups, designs);
    const steps = games[0]!.steps.length;
    for (let at = 0; at < steps; at++) {
      evaluations += await play(model, row, games, at, task.signal);
      const found = estimateOf(games, at, predictions[i]!, d);
      const half = halfWidth(found.errors);
      const enough = at < steps - 1 && isEnough(half, found.phi, options.stop);
      if (at < steps - 1 && !enough) continue;
      values.set(found.phi, i * d);
      errors?.set(found.errors, i * d);
      widest = Math.max(widest, half);
      if (enough) stopped++;
      break;
    }
    if (interactions !== null) addPairs(interactions.subarray(i * d * d), games, predictions[i]!, d);
  }
  task.progress(n, n, 'rows explained');

  const baseValue = average(answers);
  return {
    method: designs.method,
    exact: designs.exact,
    players: model.players,
    values,
    errors,
    baseValue,
    predictions,
    additivityError: additivityError(values, baseValue, predictions),
    evaluations: n + task.background.length + evaluations,
    interactions,
    sampling: designs.exact
      ? null
      : { widest, stopped, coalitions: evaluations / task.background.length / n },
  };
}

/** Background rows that share coalitions. */
interface Group {
  readonly rows: Int32Array;
  /** Their mean prediction. */
  readonly none: number;
  /** Of all background rows, 0 to 1. */
  readonly share: number;
}

function groupsOf(background: Int32Array, answers: Float64Array, count: number): Group[] {
  const bound = (g: number): number => Math.floor((g * background.length) / count);
  return Array.from({ length: count }, (_, g) => ({
    rows: background.subarray(bound(g), bound(g + 1)),
    none: average(answers.subarray(bound(g), bound(g + 1))),
    share: (bound(g + 1) - bound(g)) / background.length,
  }));
}

/** The game of an explained row against a group, as far as it was played. */
interface Game extends Part, Omit<Group, 'rows'> {
  readonly steps: readonly Step[];
  /** Values of the coalitions asked so far. */
  known: Float64Array;
}

function gamesOf(
  { players, same }: ComposedModel,
  row: number,
  groups: readonly Group[],
  designs: Designs,
): Game[] {
  const all = Int32Array.from(players, (_, j) => j);
  const met = new Map<number, number>();
  return groups.map(group => {
    const own = designs.reduces && same !== undefined ? differing(all, row, group.rows, same) : all;
    const number = met.get(own.length) ?? 0;
    met.set(own.length, number + 1);
    const { steps, order } = designs.of(own.length, number);
    const players = order?.map(at => own[at]!) ?? own;
    return { ...group, players, steps, known: new Float64Array(0) };
  });
}

/** The players that a row and some of the others do not have alike. */
function differing(
  players: Int32Array,
  row: number,
  others: Int32Array,
  same: NonNullable<ComposedModel['same']>,
): Int32Array {
  const found = new Int32Array(players.length);
  let count = 0;
  for (const j of players)
    for (const other of others) {
      if (same(j, row, other)) continue;
      found[count++] = j;
      break;
    }
  return found.subarray(0, count);
}

/** Asks what a step adds, of all games at once. @returns how many composed rows were evaluated */
async function play(
  model: ComposedModel,
  row: number,
  games: readonly Game[],
  at: number,
  signal: Signal,
): Promise<number> {
  const asked = games.map(part => ({ part, coalitions: part.steps[at]!.added }));
  const values = await coalitionValues(model, row, asked, signal);
  let from = 0;
  let evaluations = 0;
  for (const each of asked) {
    const count = countOf(each);
    each.part.known = joined(each.part.known, values.subarray(from, from + count));
    from += count;
    evaluations += each.part.rows.length * count;
  }
  return evaluations;
}

function joined(known: Float64Array, more: Float64Array): Float64Array {
  if (known.length === 0) return more;
  const all = new Float64Array(known.length + more.length);
  all.set(known);
  all.set(more, known.length);
  return all;
}

/** The mean over the games, by their shares; what they miss is independent. Errors are widened where few walks say them. */
function estimateOf(
  games: readonly Game[],
  at: number,
  prediction: number,
  d: number,
): { phi: Float64Array; errors: Float64Array } {
  const phi = new Float64Array(d);
  const variance = new Float64Array(d);
  const doubt = new Float64Array(d);
  let values = new Float64Array(0);
  for (const { steps, known, none, share, players } of games) {
    const { estimator, places } = steps[at]!;
    if (values.length !== places.length) values = new Float64Array(places.length);
    const own = estimator.estimate(valuesAt(known, places, values), none, prediction);
    for (let j = 0; j < players.length; j++) {
      phi[players[j]!]! += share * own.phi[j]!;
      const part = (share * own.errors[j]!) ** 2;
      variance[players[j]!]! += part;
      if (estimator.degrees !== undefined) doubt[players[j]!]! += (part * part) / (estimator.degrees + 2);
    }
  }
  return { phi, errors: variance.map((sum, j) => Math.sqrt(sum) * widening(sum, doubt[j]!)) };
}

/**
 * What a standard error is to be multiplied by so that 1.96 of them hold 95 %: Student's t with the degrees of freedom
 * of a sum of variances (Satterthwaite 1946). Of a variance s2 with n degrees s2 s2 / (n + 2) is known without bias what
 * its square over n is, and the square of the sum is too large by twice that.
 * @param doubt the sum of these over the variances; 0: they are known
 */
function widening(variance: number, doubt: number): number {
  if (!(doubt > 0)) return 1;
  return tQuantile(0.975, Math.max(1, (variance * variance) / doubt - 2)) / normalQuantile(0.975);
}

/** @param values written over */
function valuesAt(known: Float64Array, places: Int32Array, values: Float64Array): Float64Array {
  for (let i = 0; i < places.length; i++) values[i] = known[places[i]!]!;
  return values;
}

/** Adds the interaction values of enumerated games to a d x d matrix. */
function addPairs(matrix: Float64Array, games: readonly Game[], prediction: number, d: number): void {
  for (const { steps, known, none, share, players } of games) {
    const k = players.length;
    const { places } = steps.at(-1)!;
    const values = valuesAt(known, places, new Float64Array(places.length));
    const pairs = interactionMatrix(gameOf(values, none, prediction, k), k);
    for (let a = 0; a < k; a++)
      for (let b = 0; b < k; b++) matrix[players[a]! * d + players[b]!]! += share * pairs[a * k + b]!;
  }
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
