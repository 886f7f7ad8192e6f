import type { Explanation } from '../../../../src/protocol/results/explanation.ts';
import type { Importance } from '../../../../src/protocol/results/importance.ts';

type Measured = Importance['global'][number];

/** One column, or columns that are one player, in each of the measures that have it. */
export interface Entry {
  readonly feature: string;
  readonly columns: readonly string[];
  /** Mean |attribution|, summed over the columns; null where the explanation has not all of them. */
  readonly attribution: number | null;
  readonly permutation: Measured | null;
  readonly sage: Measured | null;
}

/** Measures beside each other: players with the same columns are one line. */
export function entriesOf(
  explanation: Explanation | null,
  permutation: Importance | null,
  sage: Importance | null,
): readonly Entry[] {
  const strengths = new Map(explanation?.global.map(({ feature, value }) => [feature, value]));
  const byColumn = new Map(
    explanation?.features.flatMap(({ name, columns }) =>
      columns.map(column => [column, columns.length === 1 ? (strengths.get(name) ?? null) : null] as const),
    ),
  );
  const attributionOf = (columns: readonly string[]): number | null => {
    const own = explanation?.features.find(feature => keyOf(feature.columns) === keyOf(columns));
    if (own !== undefined) return strengths.get(own.name) ?? null;
    const parts = columns.map(column => byColumn.get(column) ?? null);
    return parts.reduce((sum, part) => (sum === null || part === null ? null : sum + part), 0);
  };
  const players = new Map<string, { feature: string; columns: readonly string[] }>();
  for (const { feature, columns } of [...(permutation?.global ?? []), ...(sage?.global ?? [])])
    if (!players.has(keyOf(columns))) players.set(keyOf(columns), { feature, columns });
  const found = (importance: Importance | null, key: string): Measured | null =>
    importance?.global.find(({ columns }) => keyOf(columns) === key) ?? null;
  return [...players].map(([key, { feature, columns }]) => ({
    feature,
    columns,
    attribution: attributionOf(columns),
    permutation: found(permutation, key),
    sage: found(sage, key),
  }));
}

function keyOf(columns: readonly string[]): string {
  return [...columns].sort().join('\n');
}
