import { betaShare, logGamma, normalCdf, normalQuantile, tTwoSided } from './distributions.ts';

/** t with P(T <= t) = p, T Student's with `df` degrees of freedom. */
export function tQuantile(p: number, df: number): number {
  if (p === 0.5) return 0;
  if (p < 0.5) return -tQuantile(1 - p, df);
  if (p >= 1) return p === 1 ? Infinity : NaN;
  const tail = 2 * (1 - p);
  let low = 0;
  let high = Math.max(2, 2 * normalQuantile(p));
  while (tTwoSided(high, df) > tail) [low, high] = [high, high * 2];
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) return middle;
    if (tTwoSided(middle, df) > tail) low = middle;
    else high = middle;
  }
}

/** P(T <= t), T noncentral t with `df` degrees of freedom and noncentrality `shift` (Lenth 1989, AS 243). */
export function noncentralT(t: number, df: number, shift: number): number {
  if (t < 0) return 1 - noncentralT(-t, df, -shift);
  const x = (t * t) / (df + t * t);
  const half = (shift * shift) / 2;
  let sum = 0;
  let seen = 0;
  for (let j = 0; j < 10_000 && seen < 1 - 1e-15; j++) {
    const even = poisson(half, j, 1);
    const odd = poisson(half, j, 1.5) * (shift / Math.SQRT2);
    sum += even * betaShare(x, j + 0.5, df / 2) + odd * betaShare(x, j + 1, df / 2);
    seen += even;
    if (j > half && even < 1e-17) break;
  }
  return normalCdf(-shift) + sum / 2;
}

/** exp(-half) half^j / gamma(j + offset). */
function poisson(half: number, j: number, offset: number): number {
  if (half === 0) return j === 0 ? 1 / Math.exp(logGamma(offset)) : 0;
  return Math.exp(-half + j * Math.log(half) - logGamma(j + offset));
}
