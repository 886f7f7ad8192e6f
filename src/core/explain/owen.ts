import { permutation, type Random } from '../random.ts';
import { flat, keyOf, type Coalition } from './coalitions.ts';
import type { Estimator } from './estimator.ts';
import { membersOf, type Structure } from './structure.ts';

/** More marginal contributions than these are sampled, without a look at how many coalitions they share. */
const mostTerms = 65_536;

/** One marginal contribution: its weight, and places of the coalitions without and with the player. */
interface Term {
  readonly player: number;
  readonly weight: number;
  readonly without: number;
  readonly with: number;
}

/**
 * Owen values (1977; nested: Winter 1989): Shapley values in which players come group by group, so that columns
 * that move together are hidden and shown together. At every node of the structure the members outside the
 * player's own branch are in a coalition whole or not at all, with Shapley's weights; on a binary tree these are
 * the values of shap's partition and exact explainers.
 * @param most coalitions that may be asked
 * @returns null when there are more; they are then sampled (`consistentOrder`)
 */
export function exactOwen(structure: Structure, d: number, most: number): Estimator | null {
  if (termsOf(structure) > mostTerms) return null;
  const places = new Map<number | string, number>();
  const coalitions: Coalition[] = [];
  const placeOf = (coalition: Coalition): number => {
    const key = keyOf(coalition, 0, d);
    let place = places.get(key);
    if (place === undefined) {
      const size = coalition.reduce((sum, member) => sum + member, 0);
      place = size === 0 ? nothing : size === d ? everything : coalitions.push(coalition) - 1;
      places.set(key, place);
    }
    return place;
  };
  const terms: Term[] = [];
  eachTerm(structure, d, (player, coalition, weight) => {
    const joined = coalition.slice();
    joined[player] = 1;
    terms.push({ player, weight, without: placeOf(coalition), with: placeOf(joined) });
  });
  if (coalitions.length > most) return null;
  return {
    coalitions: flat(coalitions, d),
    estimate(values, none, all) {
      const phi = new Float64Array(d);
      const at = (place: number): number =>
        place === nothing ? none : place === everything ? all : values[place]!;
      for (const term of terms) phi[term.player]! += term.weight * (at(term.with) - at(term.without));
      return { phi, errors: new Float64Array(d) };
    },
  };
}

const nothing = -1;
const everything = -2;

/** A random order of the players in which the members of each group follow one another. */
export function consistentOrder(structure: Structure, random: Random): Int32Array {
  const walk = (node: Structure): number[] =>
    typeof node === 'number'
      ? [node]
      : Array.from(permutation(random, node.length)).flatMap(at => walk(node[at]!));
  return Int32Array.from(walk(structure));
}

/** Marginal contributions of all players: for each the product of 2^(siblings) over the nodes above it. */
function termsOf(structure: Structure, above = 1): number {
  if (typeof structure === 'number') return above;
  const here = above * 2 ** (structure.length - 1);
  return structure.reduce<number>((sum, member) => sum + termsOf(member, here), 0);
}

/** Every player with every coalition that it may join, and the probability of that. */
function eachTerm(
  structure: Structure,
  d: number,
  visit: (player: number, coalition: Coalition, weight: number) => void,
): void {
  const descend = (node: Structure, coalition: Coalition, weight: number): void => {
    if (typeof node === 'number') {
      visit(node, coalition, weight);
      return;
    }
    const members = node.map(membersOf);
    node.forEach((own, at) => {
      const siblings = members.filter((_, other) => other !== at);
      for (let bits = 0; bits < 2 ** siblings.length; bits++) {
        const joined = coalition.slice();
        let count = 0;
        siblings.forEach((players, s) => {
          if (((bits >> s) & 1) === 0) return;
          count++;
          for (const player of players) joined[player] = 1;
        });
        descend(own, joined, weight * shapleyWeight(count, node.length));
      }
    });
  };
  descend(structure, new Uint8Array(d), 1);
}

/** s! (n - s - 1)! / n! */
function shapleyWeight(s: number, n: number): number {
  let weight = 1 / n;
  for (let i = 1; i <= s; i++) weight *= i / (n - i);
  return weight;
}
