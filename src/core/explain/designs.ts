import { permutation, streamOf } from '../random.ts';
import { antitheticPermutations } from './antithetic.ts';
import type { Estimator } from './estimator.ts';
import { enumeration, exactPlayers } from './exact.ts';
import { pairedLeverage } from './leverage.ts';
import { consistentOrder, exactOwen } from './owen.ts';
import type { SampledOptions } from './shapley.ts';
import { doubling, stepsOf, type Step } from './steps.ts';

/** Numbers that the designs for all groups hold at once, at most, roughly: more background rows share a design then. */
const mostHeld = 2 ** 21;

/** Which coalitions are asked of which background rows. */
export interface Designs {
  readonly method: string;
  readonly exact: boolean;
  /** Rows of the background that share coalitions have the same number. */
  readonly groups: number;
  /** Whether players in which a background row is the same as the explained one may be left out. */
  readonly reduces: boolean;
  /**
   * Designs of growing budgets for a number of players, as many for each number. Groups that one row meets with as
   * many players are told apart by a number, and have designs of their own.
   */
  of(players: number, number: number): readonly Step[];
}

/**
 * The Shapley value is the mean of those of the games against single background rows, so each row, or each small
 * group of rows, draws coalitions of its own: what they miss is then independent from row to row and averages out.
 * A game in few players is enumerated.
 * @param rows of the background
 * @throws RangeError when interactions are asked of more players than are enumerated
 */
export function designsFor(d: number, rows: number, options: SampledOptions, seed: number): Designs {
  const { budget, stop, structure = null, interactions = false } = options;
  if (interactions && d > exactPlayers)
    throw new RangeError(`interactions of ${d} players, which are not enumerated`);
  const inSteps = stop !== undefined && (stop.share > 0 || stop.absolute > 0);
  const budgets = (first: number): number[] =>
    inSteps ? doubling(Math.min(first, budget), budget) : [budget];
  const groups = Math.min(rows, Math.max(1, Math.floor(mostHeld / (d * Math.max(1, budget)))));
  const shortest = 2 * leastPairs * (d - 1);
  if (structure !== null) {
    const exact = exactOwen(structure, d, Math.max(budget, 2 ** exactPlayers));
    if (exact !== null)
      return { method: 'owen-exact', exact: true, groups: 1, reduces: false, of: kept(() => [exact]) };
    const of = kept((players, number) => {
      const random = streamOf(seed, players, number);
      return walks(() => consistentOrder(structure, random), players, budgets(shortest));
    });
    return { method: 'owen-permutation', exact: false, groups, reduces: false, of };
  }
  if (d <= exactPlayers) {
    const of = kept(players => [enumeration(players)]);
    return { method: 'shapley-exact', exact: true, groups: interactions ? 1 : rows, reduces: true, of };
  }
  const walked = budget < 4 * d;
  const steps = budgets(walked ? shortest : 4 * d);
  const of = kept((players, number) => {
    const random = streamOf(seed, players, number);
    const few = steps.filter(step => 2 ** players - 2 > step);
    return [
      ...(walked
        ? walks(() => permutation(random, players), players, few)
        : pairedLeverage(players, few, random)),
      ...steps.slice(few.length).map(() => enumeration(players)),
    ];
  });
  return {
    method: walked ? 'shapley-permutation' : 'shapley-leverage',
    exact: false,
    groups,
    reduces: true,
    of,
  };
}

/** Fewer orders say too little of their own spread to stop on. */
const leastPairs = 4;

function walks(order: () => Int32Array, players: number, budgets: readonly number[]): Estimator[] {
  const pairs = budgets.map(budget => Math.max(2, Math.floor(budget / (2 * (players - 1)))));
  const orders = Array.from({ length: pairs.at(-1) ?? 0 }, order);
  return pairs.map(count => antitheticPermutations(orders.slice(0, count)));
}

/** Each made once: all explained rows share them. */
function kept(make: (players: number, number: number) => Estimator[]): Designs['of'] {
  const made = new Map<number, (readonly Step[])[]>();
  return (players, number) => {
    const alike = made.get(players) ?? [];
    made.set(players, alike);
    return (alike[number] ??= stepsOf(make(players, number)));
  };
}
