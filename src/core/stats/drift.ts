import { chiSquareTail } from './distributions.ts';
import { quantileOfSorted } from './quantile.ts';

/** Kolmogorov and Smirnov's statistic of two samples, both ascending: the largest gap of their CDFs. */
export function ksStatistic(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let i = 0;
  let j = 0;
  let largest = 0;
  while (i < a.length && j < b.length) {
    const value = Math.min(a[i]!, b[j]!);
    while (i < a.length && a[i]! <= value) i++;
    while (j < b.length && b[j]! <= value) j++;
    largest = Math.max(largest, Math.abs(i / a.length - j / b.length));
  }
  return largest;
}

/** The asymptotic two-sided p-value of `ksStatistic` (Kolmogorov's series, as SciPy's method "asymp"). */
export function ksPValue(statistic: number, n: number, m: number): number {
  const size = Math.sqrt((n * m) / (n + m));
  const x = size * statistic;
  if (x < 0.2) return 1;
  let sum = 0;
  for (let k = 1; k <= 100; k++) {
    const term = Math.exp(-2 * k * k * x * x);
    sum += k % 2 === 1 ? term : -term;
    if (term < 1e-18) break;
  }
  return Math.min(1, Math.max(0, 2 * sum));
}

export interface ChiSquare {
  readonly statistic: number;
  readonly df: number;
  readonly pValue: number;
}

/** Pearson's chi-square of homogeneity of two rows of counts; levels that neither has are left out. */
export function chiSquare(a: readonly number[], b: readonly number[]): ChiSquare {
  const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);
  const [totalA, totalB] = [total(a), total(b)];
  let statistic = 0;
  let levels = 0;
  a.forEach((count, level) => {
    const both = count + b[level]!;
    if (both === 0) return;
    levels++;
    const expectedA = (both * totalA) / (totalA + totalB);
    const expectedB = both - expectedA;
    statistic += (count - expectedA) ** 2 / expectedA + (b[level]! - expectedB) ** 2 / expectedB;
  });
  const df = Math.max(0, levels - 1);
  return { statistic, df, pValue: df === 0 ? 1 : chiSquareTail(statistic, df) };
}

/**
 * Population stability index: sum of (q - p) ln(q / p) over bins, p and q the shares of the expected and
 * the actual counts. Half a row stands for an empty bin, so that it stays finite.
 */
export function psi(expected: readonly number[], actual: readonly number[]): number {
  const shares = (counts: readonly number[]): number[] => {
    const held = counts.map(count => (count === 0 ? 0.5 : count));
    const total = held.reduce((sum, count) => sum + count, 0);
    return held.map(count => count / total);
  };
  const [p, q] = [shares(expected), shares(actual)];
  return p.reduce((sum, share, bin) => sum + (q[bin]! - share) * Math.log(q[bin]! / share), 0);
}

/**
 * Inner edges of at most `bins` bins of equal share over ascending values; equal edges are merged.
 * Bin i holds the values in (edge[i - 1], edge[i]].
 */
export function quantileEdges(sorted: ArrayLike<number>, bins: number): number[] {
  const edges: number[] = [];
  for (let bin = 1; bin < bins; bin++) {
    const edge = quantileOfSorted(sorted, bin / bins);
    if (edge > (edges.at(-1) ?? -Infinity) && edge < sorted[sorted.length - 1]!) edges.push(edge);
  }
  return edges;
}

/** The bin of a value among inner edges: how many edges lie below it. */
export function binOf(edges: readonly number[], value: number): number {
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const mid = (low + high) >> 1;
    if (edges[mid]! < value) low = mid + 1;
    else high = mid;
  }
  return low;
}
