import type { Interval } from '../../protocol/results/shared.ts';
import { normalQuantile } from './distributions.ts';

/** Wilson's score interval of `hits` in `n` (Wilson 1927). */
export function wilson(hits: number, n: number, level = 0.95): Interval {
  const method = 'Wilson score interval';
  if (n === 0) return { low: 0, high: 1, level, method };
  return { ...scoreEnds(hits / n, n, normalQuantile(0.5 + level / 2)), level, method };
}

/** Wilson's ends of a share of `n` rows, which need be no whole number. @param z how many standard errors wide */
export function scoreEnds(
  share: number,
  n: number,
  z: number,
): { readonly low: number; readonly high: number } {
  const centre = share + (z * z) / (2 * n);
  const half = z * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n));
  const scale = 1 + (z * z) / n;
  return {
    low: share === 0 ? 0 : Math.max(0, (centre - half) / scale),
    high: share === 1 ? 1 : Math.min(1, (centre + half) / scale),
  };
}

/** Newcombe's hybrid score interval of the difference of two independent shares (1998, method 10): a - b. */
export function shareDifference(
  a: { readonly hits: number; readonly n: number },
  b: { readonly hits: number; readonly n: number },
  level = 0.95,
): Interval {
  const [wa, wb] = [wilson(a.hits, a.n, level), wilson(b.hits, b.n, level)];
  const [pa, pb] = [a.hits / a.n, b.hits / b.n];
  return {
    low: pa - pb - Math.hypot(pa - wa.low, wb.high - pb),
    high: pa - pb + Math.hypot(wa.high - pa, pb - wb.low),
    level,
    method: "Newcombe's hybrid score interval",
  };
}

/** The ratio a / b of two independent shares: normal on the log scale (Katz et al. 1978). */
export function shareRatio(
  a: { readonly hits: number; readonly n: number },
  b: { readonly hits: number; readonly n: number },
  level = 0.95,
): Interval | null {
  if (a.hits === 0 || b.hits === 0) return null;
  const ratio = a.hits / a.n / (b.hits / b.n);
  const error = Math.sqrt(1 / a.hits - 1 / a.n + 1 / b.hits - 1 / b.n);
  const factor = Math.exp(normalQuantile(0.5 + level / 2) * error);
  return { low: ratio / factor, high: ratio * factor, level, method: 'Katz log interval' };
}
