/** Means and sums of squared deviations of pairs (y, x), from which every effect is worked out. */
export interface Moments {
  readonly n: number;
  /** Mean of the outcome. */
  readonly y: number;
  /** Mean of the second number: a covariate, or how many rows a unit has; 0 without one. */
  readonly x: number;
  /** Sums over the observations of (y - mean)^2, (x - mean)^2 and their product. */
  readonly yy: number;
  readonly xx: number;
  readonly xy: number;
}

export const noMoments: Moments = { n: 0, y: 0, x: 0, yy: 0, xx: 0, xy: 0 };

/** Of both together (Chan, Golub and LeVeque 1979): no digit is lost however many parts there are. */
export function merged(a: Moments, b: Moments): Moments {
  if (a.n === 0) return b;
  if (b.n === 0) return a;
  const n = a.n + b.n;
  const [dy, dx] = [b.y - a.y, b.x - a.x];
  const weight = (a.n * b.n) / n;
  return {
    n,
    y: a.y + (dy * b.n) / n,
    x: a.x + (dx * b.n) / n,
    yy: a.yy + b.yy + dy * dy * weight,
    xx: a.xx + b.xx + dx * dx * weight,
    xy: a.xy + b.xy + dy * dx * weight,
  };
}

export function momentsOf(y: ArrayLike<number>, x?: ArrayLike<number>): Moments {
  let sum = noMoments;
  for (let i = 0; i < y.length; i++)
    sum = merged(sum, { n: 1, y: y[i]!, x: x?.[i] ?? 0, yy: 0, xx: 0, xy: 0 });
  return sum;
}

/** What one arm comes to: an estimate and the spread of one observation around it. */
export interface ArmEstimate {
  readonly n: number;
  readonly value: number;
  /** Of one observation (n - 1 in the denominator): the estimate's own is `variance / n`. */
  readonly variance: number;
}

/** The mean of the outcome. */
export function meanOf({ n, y, yy }: Moments): ArmEstimate {
  return { n, value: y, variance: yy / (n - 1) };
}

/**
 * The sum of y over the sum of x, where an observation is a unit of several rows: its variance by the delta
 * method (Deng, Knoblich and Lu 2018, "Applying the delta method in metric analytics").
 */
export function ratioOf({ n, y, x, yy, xx, xy }: Moments): ArmEstimate {
  const ratio = y / x;
  return {
    n,
    value: ratio,
    variance: Math.max(0, yy - 2 * ratio * xy + ratio * ratio * xx) / (n - 1) / (x * x),
  };
}

export interface Adjustment {
  /** The slope of the outcome on the covariate, over both arms. */
  readonly slope: number;
  /** The share of the variance that the covariate takes away. */
  readonly explained: number;
}

/** CUPED's slope (Deng, Xu, Kohavi and Walker 2013), within the arms, so that the effect itself is no part of it. */
export function adjustmentOf(control: Moments, treatment: Moments): Adjustment {
  const sum = (key: 'xx' | 'xy' | 'yy'): number => control[key] + treatment[key];
  const slope = sum('xx') > 0 ? sum('xy') / sum('xx') : 0;
  return { slope, explained: sum('yy') > 0 ? (slope * sum('xy')) / sum('yy') : 0 };
}

/** The mean of the outcome less what the covariate explains. @param centre the covariate's mean over both arms */
export function adjustedMean({ n, y, x, yy, xx, xy }: Moments, slope: number, centre: number): ArmEstimate {
  return {
    n,
    value: y - slope * (x - centre),
    variance: Math.max(0, yy - 2 * slope * xy + slope * slope * xx) / (n - 1),
  };
}
