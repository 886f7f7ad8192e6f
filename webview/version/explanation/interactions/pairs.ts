import type { Interactions } from '../../../../src/protocol/pages.ts';
import type { Effects } from '../../../../src/protocol/results/effects.ts';

/** What two columns do together. */
export interface PairStrength {
  readonly a: string;
  readonly b: string;
  readonly value: number;
}

/** Strongest first. Both halves of a pair are one interaction. */
export function pairsOf({ features, interactions }: Interactions): readonly PairStrength[] {
  return (interactions?.values ?? [])
    .flatMap((line, i) =>
      line.slice(0, i).map((value, j) => ({
        a: features[j]?.name ?? '',
        b: features[i]?.name ?? '',
        value: 2 * value,
      })),
    )
    .sort((x, y) => y.value - x.value);
}

/** The same of pairs whose joint partial dependence was measured. */
export function measuredPairs(effects: Effects): readonly PairStrength[] {
  return effects.pairs
    .map(({ features: [a, b], interaction }) => ({ a, b, value: interaction.size }))
    .sort((x, y) => y.value - x.value);
}

/** The columns that do most with others, at most so many. */
export function busiest(pairs: readonly PairStrength[], most: number): readonly string[] {
  const sums = new Map<string, number>();
  for (const { a, b, value } of pairs)
    for (const name of [a, b]) sums.set(name, (sums.get(name) ?? 0) + value);
  return [...sums]
    .sort((x, y) => y[1] - x[1])
    .slice(0, most)
    .map(([name]) => name);
}

/** names x names; null on the diagonal and for pairs that were not measured. */
export function matrixOf(
  pairs: readonly PairStrength[],
  names: readonly string[],
): readonly (readonly (number | null)[])[] {
  const place = new Map(names.map((name, at) => [name, at]));
  const matrix = names.map(() => names.map((): number | null => null));
  for (const { a, b, value } of pairs) {
    const [i, j] = [place.get(a), place.get(b)];
    if (i === undefined || j === undefined) continue;
    matrix[i]![j] = value;
    matrix[j]![i] = value;
  }
  return matrix;
}

/** The column that does most with this one; null when none is known. */
export function partnerOf(pairs: readonly PairStrength[], name: string): string | null {
  const first = pairs.find(({ a, b, value }) => value > 0 && (a === name || b === name));
  return first === undefined ? null : first.a === name ? first.b : first.a;
}
