/**
 * Inference that holds however often one looks. The likelihood ratio of an effect drawn from N(0, tau^2) against
 * none is a martingale under no effect, so it passes 1 / alpha with a chance of at most alpha over all looks
 * together (Robbins 1970; Johari, Koomen, Pekelis and Walsh 2017, "Peeking at A/B tests": mixture SPRT). Turned
 * around, it is a confidence sequence; with an estimated variance it is asymptotic (Waudby-Smith, Arbour, Sinha,
 * Kennedy and Ramdas 2024, "Time-uniform central limit theory and asymptotic confidence sequences").
 */

/**
 * The mixture likelihood ratio.
 * @param variance of the difference, as estimated now
 * @param tau2 the variance of effects that the mixture assumes
 */
export function mixtureRatio(difference: number, variance: number, tau2: number): number {
  if (!(variance > 0)) return difference === 0 ? 1 : Infinity;
  return (
    Math.sqrt(variance / (variance + tau2)) *
    Math.exp((tau2 * difference * difference) / (2 * variance * (variance + tau2)))
  );
}

/** A p-value that holds at any look. */
export function alwaysValidP(difference: number, variance: number, tau2: number): number {
  return Math.min(1, 1 / mixtureRatio(difference, variance, tau2));
}

/** Half of the interval that holds the effect at all looks together with a chance of at least 1 - alpha. */
export function mixtureHalfWidth(variance: number, tau2: number, alpha: number): number {
  if (!(variance > 0)) return 0;
  return Math.sqrt(
    ((variance * (variance + tau2)) / tau2) * (Math.log1p(tau2 / variance) - 2 * Math.log(alpha)),
  );
}

/**
 * The tau^2 that makes the interval narrowest when the difference has this variance: r times it, where
 * r = ln(1 + r) - 2 ln alpha (Howard, Ramdas, McAuliffe and Sekhon 2021).
 */
export function tightestMixture(variance: number, alpha: number): number {
  const twice = -2 * Math.log(alpha);
  let r = twice;
  for (let i = 0; i < 60; i++) r = Math.log1p(r) + twice;
  return r * variance;
}
