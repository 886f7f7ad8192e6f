/** Where values are called outliers, and by whose rule. */
export interface Fences {
  readonly rule: string;
  readonly low: number;
  readonly high: number;
}

/** Tukey's inner fences (1977): 1.5 interquartile ranges beyond the quartiles. */
export function tukeyFences(lower: number, upper: number): Fences {
  const reach = 1.5 * (upper - lower);
  return {
    rule: '1.5 interquartile ranges beyond the quartiles (Tukey)',
    low: lower - reach,
    high: upper + reach,
  };
}

/**
 * A modified z-score of 3.5 (Iglewicz and Hoaglin 1993): the deviation from the median over 1.4826 times the
 * median absolute deviation. null when more than half of the values are the same.
 */
export function madFences(median: number, mad: number): Fences | null {
  if (!(mad > 0)) return null;
  // 1 / 0.75-quantile of the normal distribution: the scale that makes it a standard deviation there.
  const reach = 3.5 * 1.482602218505602 * mad;
  return {
    rule: 'modified z-score above 3.5 (Iglewicz and Hoaglin)',
    low: median - reach,
    high: median + reach,
  };
}
