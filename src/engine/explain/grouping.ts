import type { Table } from '../../core/data/table.ts';
import type { Players } from '../../core/explain/groups.ts';
import { structureOfGroups, structureOfMerges, type Structure } from '../../core/explain/structure.ts';
import { BadInput } from '../../core/failure.ts';
import { associations } from '../../core/stats/association.ts';
import { averageLinkage, clustersWithin } from '../../core/stats/clusters.ts';
import type { ExplainJob, FeatureGroup } from '../../protocol/engine.ts';
import { playerNamed } from './sampled.ts';
import { firstRows } from './warnings.ts';

/**
 * The user's groups, and every other column by itself, in the order of the columns.
 * @throws BadInput for a column that the model does not read, in two groups, or a name used twice
 */
export function groupedPlayers(features: readonly string[], groups: readonly FeatureGroup[]): Players {
  const groupOf = new Map<number, string>();
  for (const { name, columns } of groups) {
    if (columns.length === 0)
      throw new BadInput('empty-group', `The group \`${name}\` has no columns. Name at least one.`);
    for (const column of columns) {
      const at = playerNamed(features, column);
      const other = groupOf.get(at);
      if (other !== undefined)
        throw new BadInput(
          'grouped-twice',
          `\`${column}\` is in the groups \`${other}\` and \`${name}\`. Leave it in one.`,
        );
      groupOf.set(at, name);
    }
  }
  const clash = groups.find(
    ({ name }, i) =>
      groups.findIndex(other => other.name === name) !== i ||
      (features.includes(name) && !groupOf.has(features.indexOf(name))),
  );
  if (clash !== undefined)
    throw new BadInput('group-name', `Two players would be called \`${clash.name}\`. Choose another name.`);
  const players = new Map<string, number[]>();
  features.forEach((feature, column) => {
    const name = groupOf.get(column) ?? feature;
    players.set(name, [...(players.get(name) ?? []), column]);
  });
  return { names: [...players.keys()], columns: [...players.values()] };
}

/** @throws BadInput for groups of both kinds, and an association that is none */
export function requireGrouping(groups: readonly FeatureGroup[], correlated: number | null): void {
  if (correlated !== null && !(correlated > 0 && correlated <= 1))
    throw new BadInput(
      'threshold',
      `The association from which columns are grouped is between 0 and 1; ${correlated} was given.`,
    );
  if (correlated !== null && groups.length > 0)
    throw new BadInput(
      'two-groupings',
      'Columns are grouped either by name or by how they move together. Choose one.',
    );
}

/** How an explanation groups columns. */
export interface Grouping {
  readonly by: 'user' | 'correlation';
  readonly threshold: number | null;
  /** All players, with those of one column; each column by itself when none is given up for its group. */
  readonly players: Players;
  /** Owen values: players come group by group. null: a group is a player. */
  readonly structure: Structure | null;
  /** Groups of two columns and more. */
  readonly members: readonly FeatureGroup[];
}

/**
 * @param table rows enough to see which columns move together
 * @returns null when each column is by itself
 * @throws BadInput as `groupedPlayers` and `requireGrouping`
 */
export function groupingOf(
  job: Pick<ExplainJob, 'groups' | 'correlated' | 'owen'>,
  table: Table,
): Grouping | null {
  const { groups = [], correlated = null, owen = false } = job;
  requireGrouping(groups, correlated);
  const names = table.columns.map(({ name }) => name);
  const d = names.length;
  if (correlated === null && groups.length === 0) {
    if (!owen) return null;
    const structure = structureOfMerges(averageLinkage(gapsOf(table), d), d);
    return { by: 'correlation', threshold: null, players: singlePlayers(names), structure, members: [] };
  }
  const grouped = correlated === null ? groupedPlayers(names, groups) : correlatedPlayers(table, correlated);
  return {
    by: correlated === null ? 'user' : 'correlation',
    threshold: correlated,
    players: owen ? singlePlayers(names) : grouped,
    structure: owen ? structureOfGroups(grouped.columns) : null,
    members: grouped.names
      .map((name, g) => ({ name, columns: grouped.columns[g]!.map(column => names[column]!) }))
      .filter(({ columns }) => columns.length > 1),
  };
}

/** Columns that are associated at least so strongly, on average linkage, are one player. */
export function correlatedPlayers(table: Table, threshold: number): Players {
  const d = table.columns.length;
  const columns = clustersWithin(averageLinkage(gapsOf(table), d), d, 1 - threshold);
  const names = columns.map(group => group.map(column => table.columns[column]!.name).join(' + '));
  return { names, columns };
}

/** How far columns are from moving together, d x d. */
function gapsOf(table: Table): Float64Array {
  return associations(firstRows(table)).map(value => 1 - Math.abs(value));
}

/** Each column by itself. */
export function singlePlayers(features: readonly string[]): Players {
  return { names: features, columns: features.map((_, column) => [column]) };
}
