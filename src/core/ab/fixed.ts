import type { Interval } from '../../protocol/results/shared.ts';
import { normalCdf, tTwoSided } from '../stats/distributions.ts';
import { tQuantile } from '../stats/studentT.ts';
import { shareDifference, shareRatio } from '../stats/proportion.ts';
import type { ArmEstimate } from './moments.ts';

/** The effect of the treatment, as judged once, at a number of rows that was fixed beforehand. */
export interface FixedEffect {
  readonly difference: Interval;
  /** Of treatment / control - 1; null where it has no bounds. */
  readonly relative: Interval | null;
  readonly test: string;
  readonly statistic: number;
  readonly pValue: number;
}

export interface Share {
  readonly hits: number;
  readonly n: number;
}

/** Two means of unequal variance (Welch 1947). */
export function welch(control: ArmEstimate, treatment: ArmEstimate, level: number): FixedEffect {
  const [a, b] = [control.variance / control.n, treatment.variance / treatment.n];
  const error = Math.sqrt(a + b);
  const df = (a + b) ** 2 / (a ** 2 / (control.n - 1) + b ** 2 / (treatment.n - 1));
  const difference = treatment.value - control.value;
  const statistic = error > 0 ? difference / error : 0;
  const quantile = error > 0 ? tQuantile(0.5 + level / 2, df) : 0;
  return {
    difference: {
      low: difference - quantile * error,
      high: difference + quantile * error,
      level,
      method: "Welch's t interval",
    },
    relative: fieller(control, treatment, quantile, level),
    test: "Welch's t test",
    statistic,
    pValue: error > 0 ? tTwoSided(statistic, df) : 1,
  };
}

/** The ratio of two means less 1 (Fieller 1954); null where the control may be 0. */
function fieller(
  control: ArmEstimate,
  treatment: ArmEstimate,
  quantile: number,
  level: number,
): Interval | null {
  const [a, b] = [control.variance / control.n, treatment.variance / treatment.n];
  const g = (quantile * quantile * a) / control.value ** 2;
  if (!(g < 1)) return null;
  const ratio = treatment.value / control.value;
  const half = (quantile / Math.abs(control.value)) * Math.sqrt(b + ratio * ratio * a - g * b);
  return {
    low: (ratio - half) / (1 - g) - 1,
    high: (ratio + half) / (1 - g) - 1,
    level,
    method: "Fieller's interval",
  };
}

/** Two shares: Newcombe's interval, and the test with one share for both. */
export function twoShares(control: Share, treatment: Share, level: number): FixedEffect {
  const pooled = (control.hits + treatment.hits) / (control.n + treatment.n);
  const error = Math.sqrt(pooled * (1 - pooled) * (1 / control.n + 1 / treatment.n));
  const statistic = error > 0 ? (treatment.hits / treatment.n - control.hits / control.n) / error : 0;
  const ratio = shareRatio(treatment, control, level);
  return {
    difference: shareDifference(treatment, control, level),
    relative: ratio === null ? null : { ...ratio, low: ratio.low - 1, high: ratio.high - 1 },
    test: 'two-proportion z test',
    statistic,
    pValue: 2 * normalCdf(-Math.abs(statistic)),
  };
}

/** A mean's interval by Student's t. */
export function meanInterval({ n, value, variance }: ArmEstimate, level: number): Interval {
  const half = n > 1 ? tQuantile(0.5 + level / 2, n - 1) * Math.sqrt(variance / n) : Infinity;
  return { low: value - half, high: value + half, level, method: "Student's t interval" };
}
