/** Benjamini and Hochberg's adjustment (1995): p-values that may be held against a false discovery rate. */
export function benjaminiHochberg(pValues: readonly number[]): number[] {
  const n = pValues.length;
  const adjusted = new Array<number>(n).fill(1);
  const order = ascending(pValues);
  let smallest = 1;
  for (let rank = n; rank >= 1; rank--) {
    const index = order[rank - 1]!;
    smallest = Math.min(smallest, (pValues[index]! * n) / rank);
    adjusted[index] = smallest;
  }
  return adjusted;
}

/** Holm's adjustment (1979): p-values that may be held against a family-wise error rate. */
export function holm(pValues: readonly number[]): number[] {
  const n = pValues.length;
  const adjusted = new Array<number>(n).fill(1);
  let largest = 0;
  ascending(pValues).forEach((index, rank) => {
    largest = Math.max(largest, Math.min(1, pValues[index]! * (n - rank)));
    adjusted[index] = largest;
  });
  return adjusted;
}

function ascending(values: readonly number[]): number[] {
  return values.map((_, index) => index).sort((i, j) => values[i]! - values[j]!);
}
