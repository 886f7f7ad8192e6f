import { logGamma, tTwoSided } from './distributions.ts';

/** Mean and sample variance of n values. */
export interface Sample {
  readonly n: number;
  readonly mean: number;
  readonly variance: number;
}

/** P that a's mean is no larger than b's: Welch's t test (1947), one-sided, as SciPy's ttest_ind(equal_var=False). */
export function welchGreater(a: Sample, b: Sample): number {
  const [u, v] = [a.variance / a.n, b.variance / b.n];
  if (u + v === 0) return a.mean > b.mean ? 0 : 1;
  const t = (a.mean - b.mean) / Math.sqrt(u + v);
  const df = (u + v) ** 2 / (u ** 2 / (a.n - 1) + v ** 2 / (b.n - 1));
  const tail = tTwoSided(t, df) / 2;
  return t > 0 ? tail : 1 - tail;
}

/** P of at least `hits` of `n` when `total` of `all` are hits: Fisher's exact test, one-sided (hypergeometric). */
export function fisherGreater(hits: number, n: number, total: number, all: number): number {
  const most = Math.min(n, total);
  const scale = logChoose(all, n);
  let p = 0;
  for (let k = hits; k <= most; k++)
    p += Math.exp(logChoose(total, k) + logChoose(all - total, n - k) - scale);
  return Math.min(1, p);
}

function logChoose(n: number, k: number): number {
  if (k < 0 || k > n) return -Infinity;
  return logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
}
