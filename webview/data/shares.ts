import type { DataDescription } from '../../src/protocol/results/data.ts';

export type Column = DataDescription['columns'][number];

/** Shares of the values in each bin or word, and the reference's; null where there is nothing to draw. */
export function sharesOf({ numbers, levels, n }: Column): {
  readonly shares: readonly number[];
  readonly reference: readonly number[] | null;
} | null {
  if (n === 0) return null;
  if (numbers !== null) {
    const { counts, reference } = numbers.histogram;
    return { shares: counts.map(count => count / n), reference };
  }
  if (levels === null || levels.levels.length === 0) return null;
  const reference = levels.levels.map(level => level.reference);
  return {
    shares: levels.levels.map(({ count }) => count / n),
    reference: reference.every(one => one !== null) ? reference : null,
  };
}

/** "24 to 42, median 33", or the commonest words. */
export function middle({ numbers, levels, range }: Column, words: (value: number) => string): string {
  if (range !== null) return `${range[0]} to ${range[1]}`;
  if (numbers !== null) {
    const at = (share: number): string =>
      words(numbers.quantiles.find(([own]) => own === share)?.[1] ?? Number.NaN);
    return `${at(0.25)} to ${at(0.75)}, median ${at(0.5)}`;
  }
  return (levels?.levels ?? [])
    .slice(0, 3)
    .map(({ name }) => name)
    .join(', ');
}
