import type { Merge } from '../stats/clusters.ts';

/** Players in nested groups: a number is a player, a list the members of a group. Every player is in it once. */
export type Structure = number | readonly Structure[];

/** One level of groups; a group of one is that player. */
export function structureOfGroups(groups: readonly (readonly number[])[]): Structure {
  return groups.map(group => (group.length === 1 ? group[0]! : group));
}

/** The binary tree of a hierarchical clustering of n players, as shap's partition of correlated columns. */
export function structureOfMerges(merges: readonly Merge[], n: number): Structure {
  const made: Structure[] = Array.from({ length: n }, (_, player) => player);
  for (const { a, b } of merges) made.push([made[a]!, made[b]!]);
  return made.at(-1)!;
}

/** The players in a structure, left to right. */
export function membersOf(structure: Structure): number[] {
  return typeof structure === 'number' ? [structure] : structure.flatMap(membersOf);
}
