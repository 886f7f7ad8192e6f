/**
 * Wasserstein's first distance of two samples, both ascending: the area between their distribution functions,
 * in the unit of the values (scipy.stats.wasserstein_distance). NaN when one is empty.
 */
export function wasserstein(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length === 0 || b.length === 0) return NaN;
  let [i, j, area] = [0, 0, 0];
  let last = Math.min(a[0]!, b[0]!);
  while (i < a.length || j < b.length) {
    const next = Math.min(a[i] ?? Infinity, b[j] ?? Infinity);
    area += Math.abs(i / a.length - j / b.length) * (next - last);
    last = next;
    while (i < a.length && a[i] === next) i++;
    while (j < b.length && b[j] === next) j++;
  }
  return area;
}

/** The shares of counts. */
export function sharesOf(counts: readonly number[]): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.map(count => count / total);
}

/** Jensen and Shannon's distance, the root of their divergence, with logarithms to base 2: 0 to 1. */
export function jensenShannon(p: readonly number[], q: readonly number[]): number {
  const entropy = (share: number, mean: number): number => (share > 0 ? share * Math.log2(share / mean) : 0);
  const divergence = p.reduce((sum, share, i) => {
    const mean = (share + q[i]!) / 2;
    return sum + (entropy(share, mean) + entropy(q[i]!, mean)) / 2;
  }, 0);
  return Math.sqrt(Math.max(0, divergence));
}

/** Hellinger's distance of two distributions: 0 to 1. */
export function hellinger(p: readonly number[], q: readonly number[]): number {
  return Math.sqrt(p.reduce((sum, share, i) => sum + (Math.sqrt(share) - Math.sqrt(q[i]!)) ** 2, 0) / 2);
}
