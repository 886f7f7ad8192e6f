import type { AdditivePlan } from '../../core/explain/tree/pipeline.ts';
import type { MatchPlan } from '../match/plan.ts';

/** What gets one attribution: one raw column, or several that the model does not keep apart. */
export interface Player {
  readonly name: string;
  /** The raw columns' names. */
  readonly columns: readonly string[];
  /** Their positions in the match's features. */
  readonly features: readonly number[];
}

/** One player a column. */
export function singlePlayers({ features }: MatchPlan): Player[] {
  return features.map(({ name }, feature) => ({ name, columns: [name], features: [feature] }));
}

/**
 * The players of a plan in the order of the data's columns; columns that one player of the plan is computed
 * from, and elements of inputs that one column fills, are together.
 * @returns null when the plan reads something that no column fills
 */
export function playersOf(
  plan: AdditivePlan,
  match: MatchPlan,
): { readonly players: readonly Player[]; readonly playerOf: Int32Array } | null {
  const first = Int32Array.from(match.features, (_, feature) => feature);
  const root = (feature: number): number => {
    let at = feature;
    while (first[at] !== at) at = first[at]!;
    return at;
  };
  const featureOf: number[] = [];
  for (const group of plan.players) {
    const features = group.map(at => {
      const { input, column } = plan.raw[at]!;
      return match.inputs.find(({ name }) => name === input)?.columns[column];
    });
    if (!features.every(feature => feature !== undefined)) return null;
    const roots = features.map(root);
    const least = Math.min(...roots);
    for (const each of roots) first[each] = least;
    featureOf.push(features[0]!);
  }
  const roots = [...new Set(match.features.map((_, feature) => root(feature)))];
  const players = roots.map((own): Player => {
    const features = match.features.flatMap((_, feature) => (root(feature) === own ? [feature] : []));
    const columns = features.map(feature => match.features[feature]!.name);
    return { name: columns.join(' + '), columns, features };
  });
  const playerOf = plan.playerOf.map(player => roots.indexOf(root(featureOf[player]!)));
  return { players, playerOf };
}
