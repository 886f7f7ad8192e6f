import { permutation, streamOf } from '../random.ts';
import { antitheticPermutations } from './antithetic.ts';
import type { Estimator } from './estimator.ts';
import { enumeration, exactPlayers } from './exact.ts';
import { pairedLeverage } from './leverage.ts';
import { consistentOrder, exactOwen } from './owen.ts';
import type { SampledOptions } from './shapley.ts';
import { doubling, stepsOf, type Step } from './steps.ts';

/** Numbers that the estimates of one row go through, at most, roughly: more background rows share coalitions then. */
const mostEstimated = 2 ** 21;

/** Members of coalitions that walks among as many players take, roughly: more games share theirs then. */
const mostWalked = 2 ** 20;

/** The coalitions that a game asks, as places among its players. */
export interface Design {
  /** Of growing budgets. */
  readonly steps: readonly Step[];
  /** Which of the game's players takes each place of the steps; null: as they come. */
  readonly order: Int32Array | null;
}

/** Which coalitions are asked of which background rows. */
export interface Designs {
  readonly method: string;
  readonly exact: boolean;
  /** Rows of the background that share coalitions have the same number. */
  readonly groups: number;
  /** Whether players in which a background row is the same as the explained one may be left out. */
  readonly reduces: boolean;
  /** @param number tells the games of one row apart that have as many players: each draws by itself */
  of(players: number, number: number): Design;
}

/**
 * The Shapley value is the mean of those of the games against single background rows, so each row, or each small
 * group of rows, draws coalitions of its own: what they miss is then independent from row to row and averages out.
 * Games in as many players have one set of coalitions in common, each with its players in an order of its own: a
 * random set whose players are renamed at random is one drawn anew, and what it takes to estimate is found once.
 * Of a few walks that does not hold, since how the second goes beside the first is left as it is: games have walks of
 * their own. A game in few players is enumerated.
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
  const groups = Math.min(rows, Math.max(1, Math.floor(mostEstimated / (d * Math.max(1, budget)))));
  const shortest = 2 * leastPairs * (d - 1);
  if (structure !== null) {
    const exact = exactOwen(structure, d, Math.max(budget, 2 ** exactPlayers));
    if (exact !== null) {
      const design = { steps: stepsOf([exact], d), order: null };
      return { method: 'owen-exact', exact: true, groups: 1, reduces: false, of: () => design };
    }
    // Players in groups cannot be renamed freely.
    const of = kept(number => {
      const random = streamOf(seed, d, number);
      const steps = walks(() => consistentOrder(structure, random), d, budgets(shortest));
      return { steps: stepsOf(steps, d, true), order: null };
    });
    return {
      method: 'owen-permutation',
      exact: false,
      groups,
      reduces: false,
      of: (_, number) => of(number),
    };
  }
  const enumerated = kept(players => stepsOf([enumeration(players)], players));
  if (d <= exactPlayers)
    return {
      method: 'shapley-exact',
      exact: true,
      groups: interactions ? 1 : rows,
      reduces: true,
      of: players => ({ steps: enumerated(players), order: null }),
    };
  const walked = budget < 4 * d;
  const steps = budgets(walked ? shortest : 4 * d);
  const sets = walked ? Math.min(groups, Math.max(1, Math.floor(mostWalked / (d * Math.max(1, budget))))) : 1;
  const drawn = kept(key => {
    const players = key % (d + 1);
    const few = steps.filter(step => 2 ** players - 2 > step);
    if (few.length === 0) return { steps: enumerated(players), renamed: false };
    const random = streamOf(seed, key);
    const sampled = walked
      ? walks(() => permutation(random, players), players, few)
      : pairedLeverage(players, few, random);
    const whole = steps.slice(few.length).map(() => enumeration(players));
    return { steps: stepsOf([...sampled, ...whole], players, walked), renamed: true };
  });
  return {
    method: walked ? 'shapley-permutation' : 'shapley-leverage',
    exact: false,
    groups,
    reduces: true,
    of(players, number) {
      const { steps: common, renamed } = drawn(players + (number % sets) * (d + 1));
      return {
        steps: common,
        order: renamed ? permutation(streamOf(seed, players, number), players) : null,
      };
    },
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
function kept<T>(make: (key: number) => T): (key: number) => T {
  const made = new Map<number, T>();
  return key => {
    const known = made.get(key) ?? make(key);
    made.set(key, known);
    return known;
  };
}
