import type { Table } from '../../core/data/table.ts';
import type { Players } from '../../core/explain/groups.ts';
import { BadInput } from '../../core/failure.ts';
import { associations } from '../../core/stats/association.ts';
import { averageLinkage, clustersWithin } from '../../core/stats/clusters.ts';
import type { FeatureGroup } from '../../protocol/engine.ts';
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

/** Columns that are associated at least so strongly, on average linkage, are one player. */
export function correlatedPlayers(table: Table, threshold: number): Players {
  const d = table.columns.length;
  const gaps = associations(firstRows(table)).map(value => 1 - Math.abs(value));
  const columns = clustersWithin(averageLinkage(gaps, d), d, 1 - threshold);
  const names = columns.map(group => group.map(column => table.columns[column]!.name).join(' + '));
  return { names, columns };
}

/** Each column by itself. */
export function singlePlayers(features: readonly string[]): Players {
  return { names: features, columns: features.map((_, column) => [column]) };
}
