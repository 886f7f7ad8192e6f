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
  const logs = logFactorials(all);
  const logChoose = (from: number, k: number): number =>
    k < 0 || k > from ? -Infinity : logs[from]! - logs[k]! - logs[from - k]!;
  const scale = logChoose(all, n);
  const mode = ((n + 1) * (total + 1)) / (all + 2);
  let p = 0;
  for (let k = hits; k <= most; k++) {
    const term = Math.exp(logChoose(total, k) + logChoose(all - total, n - k) - scale);
    p += term;
    // Beyond the mode the terms only fall: those that are lost in the sum are not looked at.
    if (k > mode && term <= p * lost) break;
  }
  return Math.min(1, p);
}

/** Below half of the last digit of a double. */
const lost = 1e-17;

let known = new Float64Array(0);

/** ln k! for whole k up to n at least; kept, since tests come in hundreds. */
function logFactorials(n: number): Float64Array {
  if (known.length > n) return known;
  const longer = new Float64Array(Math.max(n + 1, 2 * known.length));
  longer.set(known);
  for (let k = known.length; k < longer.length; k++) longer[k] = logGamma(k + 1);
  known = longer;
  return known;
}
