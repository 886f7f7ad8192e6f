import { normalCdf, normalQuantile } from '../stats/distributions.ts';
import { noncentralT, tQuantile } from '../stats/studentT.ts';
import { mixtureHalfWidth, tightestMixture } from './sequential.ts';

export interface Plan {
  readonly alpha: number;
  readonly power: number;
  /** Share of the observations that the treatment gets. */
  readonly share: number;
}

/** What the outcome is expected to be. */
export type Outcome =
  | { readonly kind: 'proportion'; readonly share: number }
  | { readonly kind: 'mean'; readonly deviation: number };

/** Observations in control and treatment, rounded up. */
export interface SampleSize {
  readonly control: number;
  readonly treatment: number;
}

/** The share that sizes are planned with where none is given. */
export const evenSplit = 0.5;

/** Beyond it nobody runs an experiment. */
const mostRows = 1e12;

/**
 * Observations of the control that a test of a fixed size needs to find `effect` (unrounded): for shares the
 * normal approximation with one share under no effect and two under it (Fleiss 1981), for means the power of the
 * t test by the noncentral t distribution.
 */
export function fixedControl(outcome: Outcome, effect: number, plan: Plan): number {
  const odds = plan.share / (1 - plan.share);
  if (outcome.kind === 'mean') return tTestControl(Math.abs(effect) / outcome.deviation, odds, plan);
  const [p, q] = [outcome.share, outcome.share + effect];
  const pooled = (p + q * odds) / (1 + odds);
  const none = Math.sqrt(pooled * (1 - pooled) * (1 + 1 / odds));
  const some = Math.sqrt(p * (1 - p) + (q * (1 - q)) / odds);
  return ((normalQuantile(1 - plan.alpha / 2) * none + normalQuantile(plan.power) * some) / effect) ** 2;
}

/** Power of the two-sided t test at `control` observations. @param size the effect in standard deviations */
export function tTestPower(size: number, control: number, odds: number, alpha: number): number {
  const treatment = control * odds;
  const df = control + treatment - 2;
  const shift = size / Math.sqrt(1 / control + 1 / treatment);
  // Past a few thousand the t distribution is the normal one to more digits than a row is worth.
  if (df > 1e5) {
    const limit = normalQuantile(1 - alpha / 2);
    return normalCdf(shift - limit) + normalCdf(-shift - limit);
  }
  const limit = tQuantile(1 - alpha / 2, df);
  return 1 - noncentralT(limit, df, shift) + noncentralT(-limit, df, shift);
}

function tTestControl(size: number, odds: number, { alpha, power }: Plan): number {
  let [low, high] = [Math.max(2, 3 / (1 + odds)), 4];
  while (tTestPower(size, high, odds, alpha) < power && high < mostRows) [low, high] = [high, high * 2];
  for (let i = 0; i < 100 && high - low > 1e-9 * high; i++) {
    const middle = (low + high) / 2;
    if (tTestPower(size, middle, odds, alpha) < power) low = middle;
    else high = middle;
  }
  return high;
}

/**
 * The same when one may look at any time: the size at which the confidence sequence, narrowest at the fixed size,
 * leaves out 0 with this power even if no earlier look did.
 */
export function sequentialControl(outcome: Outcome, effect: number, plan: Plan): number {
  const fixed = fixedControl(outcome, effect, plan);
  const odds = plan.share / (1 - plan.share);
  const variance = varianceOf(outcome, effect, odds);
  const tau2 = tightestMixture(plannedVariance(effect, plan), plan.alpha);
  const size = Math.abs(effect);
  const enough = (control: number): boolean => {
    const own = variance / control;
    return mixtureHalfWidth(own, tau2, plan.alpha) + normalQuantile(plan.power) * Math.sqrt(own) <= size;
  };
  let [low, high] = [fixed, fixed];
  while (!enough(high) && high < mostRows) high *= 2;
  for (let i = 0; i < 100 && high - low > 1e-9 * high; i++) {
    const middle = (low + high) / 2;
    if (enough(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** The variance of the difference at the size a fixed test of this effect is planned with. */
export function plannedVariance(effect: number, { alpha, power }: Plan): number {
  return (effect / (normalQuantile(1 - alpha / 2) + normalQuantile(power))) ** 2;
}

/** Of the difference, times the observations of the control. */
function varianceOf(outcome: Outcome, effect: number, odds: number): number {
  if (outcome.kind === 'mean') return outcome.deviation ** 2 * (1 + 1 / odds);
  const [p, q] = [outcome.share, outcome.share + effect];
  return p * (1 - p) + (q * (1 - q)) / odds;
}

/** Whole rows, the split kept. */
export function wholeRows(control: number, share: number): SampleSize {
  // What is whole up to rounding error stays as it is.
  const up = (value: number): number => Math.ceil(value - 1e-6);
  return { control: up(control), treatment: up((control * share) / (1 - share)) };
}
