import type { AdditivePlan } from '../../core/explain/tree/pipeline.ts';
import type { Players } from '../../core/explain/groups.ts';
import type { MatchPlan } from '../match/plan.ts';

/** What gets one attribution: one raw column, or several that the model does not keep apart. */
export interface Player {
  readonly name: string;
  /** The raw columns' names. */
  readonly columns: readonly string[];
  /** Their positions in the match's features. */
  readonly features: readonly number[];
}

/** Columns that are to be one player, under a name. */
export type ColumnGroup = Pick<Player, 'name' | 'features'>;

/** One player a column. */
export function singlePlayers({ features }: MatchPlan): Player[] {
  return features.map(({ name }, feature) => ({ name, columns: [name], features: [feature] }));
}

/** The players of groups. @param groups places of columns in the match's features */
export function groupPlayers(groups: Players, { features }: MatchPlan): Player[] {
  return groups.names.map((name, g) => {
    const own = groups.columns[g]!;
    return { name, columns: own.map(feature => features[feature]!.name), features: own };
  });
}

/**
 * The players of a plan in the order of the data's columns; columns that one player of the plan is computed
 * from, and elements of inputs that one column fills, are together, and so are those of the groups asked for.
 * @returns null when the plan reads something that no column fills
 */
export function playersOf(
  plan: AdditivePlan,
  match: MatchPlan,
  groups: readonly ColumnGroup[] = [],
): { readonly players: readonly Player[]; readonly playerOf: Int32Array } | null {
  const first = Int32Array.from(match.features, (_, feature) => feature);
  const root = (feature: number): number => {
    let at = feature;
    while (first[at] !== at) at = first[at]!;
    return at;
  };
  const join = (features: readonly number[]): void => {
    const roots = features.map(root);
    const least = Math.min(...roots);
    for (const each of roots) first[each] = least;
  };
  for (const { features } of groups) join(features);
  const featureOf: number[] = [];
  for (const group of plan.players) {
    const features = group.map(at => {
      const { input, column } = plan.raw[at]!;
      return match.inputs.find(({ name }) => name === input)?.columns[column];
    });
    if (!features.every(feature => feature !== undefined)) return null;
    join(features);
    featureOf.push(features[0]!);
  }
  const roots = [...new Set(match.features.map((_, feature) => root(feature)))];
  const players = roots.map((own): Player => {
    const features = match.features.flatMap((_, feature) => (root(feature) === own ? [feature] : []));
    const columns = features.map(feature => match.features[feature]!.name);
    const named = groups.find(group => String(group.features) === String(features));
    return { name: named?.name ?? columns.join(' + '), columns, features };
  });
  const playerOf = plan.playerOf.map(player => roots.indexOf(root(featureOf[player]!)));
  return { players, playerOf };
}
