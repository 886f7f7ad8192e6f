import type { Interval } from '../../protocol/results/shared.ts';
import { tQuantile } from './studentT.ts';

const level = 0.95;

/** Student's interval of a mean; null for fewer than two values. @param over what the values are, in words */
export function meanInterval(values: Float64Array, over: string): Interval | null {
  const n = values.length;
  if (n < 2) return null;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  return intervalOf(mean, variance, n, over);
}

/** As `meanInterval`, of what was summed up before. */
export function intervalOf(mean: number, variance: number, n: number, over: string): Interval | null {
  if (n < 2) return null;
  const half = tQuantile((1 + level) / 2, n - 1) * Math.sqrt(variance / n);
  return { low: mean - half, high: mean + half, level, method: `t, over ${n} ${over}` };
}
