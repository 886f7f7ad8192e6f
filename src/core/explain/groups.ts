import type { ComposedModel, Mix } from './types.ts';

/** Columns as players: each group is hidden, shuffled and credited as one. */
export interface Players {
  readonly names: readonly string[];
  /** Places of each player's columns in the model's own players; every column in one player. */
  readonly columns: readonly (readonly number[])[];
}

/** A model whose players are groups of another's. */
export function groupedModel(model: ComposedModel, players: Players): ComposedModel {
  const d = model.players.length;
  const groupOf = new Int32Array(d);
  players.columns.forEach((columns, group) => columns.forEach(column => (groupOf[column] = group)));
  const g = players.names.length;
  const { same } = model;
  return {
    ...model,
    players: players.names,
    ...(same === undefined
      ? {}
      : { same: (group, a, b) => players.columns[group]!.every(column => same(column, a, b)) }),
    async evaluate(picks, signal) {
      const rows = picks.length / g;
      const wide = new Int32Array(rows * d);
      for (let i = 0, at = 0; i < rows; i++)
        for (let column = 0; column < d; column++) wide[at++] = picks[i * g + groupOf[column]!]!;
      return await model.evaluate(wide, signal);
    },
    ...(model.mixed === undefined
      ? {}
      : {
          mixed: (mixes, signal) =>
            model.mixed!(
              mixes.map(mix => widened(mix, players)),
              signal,
            ),
        }),
  };
}

/** The mix of the columns that the groups hold: the columns of a group are in a coalition with it. */
function widened({ own, other, players, coalitions }: Mix, groups: Players): Mix {
  const columns = Array.from(players, group => groups.columns[group]!);
  const k = players.length;
  const n = coalitions.length / Math.max(1, k);
  const wide = Int32Array.from(columns.flat());
  const members = new Uint8Array(n * wide.length);
  for (let c = 0, at = 0; c < n; c++)
    columns.forEach((each, j) => {
      members.fill(coalitions[c * k + j]!, at, (at += each.length));
    });
  return { own, other, players: wide, coalitions: members };
}
