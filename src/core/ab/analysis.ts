import type { Interval } from '../../protocol/results/shared.ts';
import { wilson } from '../stats/proportion.ts';
import { meanInterval, twoShares, welch, type FixedEffect } from './fixed.ts';
import {
  adjustedMean,
  adjustmentOf,
  meanOf,
  merged,
  noMoments,
  ratioOf,
  type Adjustment,
  type ArmEstimate,
  type Moments,
} from './moments.ts';
import { alwaysValidP, mixtureHalfWidth, tightestMixture } from './sequential.ts';

/** How an outcome is summed up: shares of hits, means, or sums over the rows of each unit. */
export type Kind = 'proportion' | 'mean' | 'ratio';

/** What came in between two looks. */
export interface Part {
  readonly control: Moments;
  readonly treatment: Moments;
}

export interface AbSettings {
  readonly kind: Kind;
  /** The second number of the moments is a covariate to adjust by. */
  readonly adjusted: boolean;
  /** Confidence level, such as 0.95. */
  readonly level: number;
  /** Variance of the difference at which the sequence is narrowest, of the one now; see `mixtureOf`. */
  readonly tuning: Tuning;
}

/** Where the confidence sequence is narrowest: at a variance of the difference, or at so many observations. */
export type Tuning =
  | { readonly kind: 'variance'; readonly variance: number }
  | { readonly kind: 'observations'; readonly n: number };

export interface Look {
  /** Observations of control and treatment up to here. */
  readonly n: readonly [number, number];
  readonly difference: number;
  readonly low: number;
  readonly high: number;
  readonly pValue: number;
}

/** The effect at all looks together. */
export interface SequentialEffect {
  readonly difference: Interval;
  readonly relative: Interval | null;
  readonly pValue: number;
}

export interface Effect {
  readonly difference: number;
  readonly relative: number | null;
  readonly fixed: FixedEffect;
  /** null before each arm has the observations that its normal approximation needs. */
  readonly always: SequentialEffect | null;
}

export interface Analysis {
  readonly control: ArmEstimate & { readonly interval: Interval };
  readonly treatment: ArmEstimate & { readonly interval: Interval };
  readonly effect: Effect;
  readonly adjustment: Adjustment | null;
  readonly looks: readonly Look[];
}

/** Observations of each arm before the first look: the sequence is asymptotic. */
export const firstLook = 50;
/** Hits and misses of both arms together before the first look at shares. */
const firstHits = 10;
const sequenceMethod = 'asymptotic confidence sequence (normal mixture)';

/**
 * Two arms judged once, and at every look.
 * @param parts what came in between looks, in order; each arm has two observations at least
 */
export function analyse(parts: readonly Part[], settings: AbSettings): Analysis {
  const looks: Look[] = [];
  let [control, treatment] = [noMoments, noMoments];
  for (const part of parts) {
    control = merged(control, part.control);
    treatment = merged(treatment, part.treatment);
    const look = lookAt(control, treatment, settings);
    if (look !== null) looks.push(look);
  }
  const { arms, adjustment } = estimates(control, treatment, settings);
  const [a, b] = arms;
  const interval = (moments: Moments, arm: ArmEstimate): Interval =>
    settings.kind === 'proportion' && adjustment === null
      ? wilson(hitsOf(moments), moments.n, settings.level)
      : meanInterval(arm, settings.level);
  return {
    control: { ...a, interval: interval(control, a) },
    treatment: { ...b, interval: interval(treatment, b) },
    effect: {
      difference: b.value - a.value,
      relative: a.value === 0 ? null : b.value / a.value - 1,
      fixed:
        settings.kind === 'proportion' && adjustment === null
          ? twoShares(
              { hits: hitsOf(control), n: control.n },
              { hits: hitsOf(treatment), n: treatment.n },
              settings.level,
            )
          : welch(a, b, settings.level),
      always: isEnough(control, treatment, settings) ? sequential(a, b, settings) : null,
    },
    adjustment,
    looks,
  };
}

function estimates(
  control: Moments,
  treatment: Moments,
  { kind, adjusted }: AbSettings,
): { readonly arms: readonly [ArmEstimate, ArmEstimate]; readonly adjustment: Adjustment | null } {
  if (kind === 'ratio') return { arms: [ratioOf(control), ratioOf(treatment)], adjustment: null };
  if (!adjusted) return { arms: [meanOf(control), meanOf(treatment)], adjustment: null };
  const adjustment = adjustmentOf(control, treatment);
  const centre = merged(control, treatment).x;
  return {
    arms: [
      adjustedMean(control, adjustment.slope, centre),
      adjustedMean(treatment, adjustment.slope, centre),
    ],
    adjustment,
  };
}

function lookAt(control: Moments, treatment: Moments, settings: AbSettings): Look | null {
  if (!isEnough(control, treatment, settings)) return null;
  const [a, b] = estimates(control, treatment, settings).arms;
  const { difference, pValue } = sequential(a, b, settings);
  const { low, high } = difference;
  return { n: [control.n, treatment.n], difference: b.value - a.value, low, high, pValue };
}

function isEnough(control: Moments, treatment: Moments, { kind }: AbSettings): boolean {
  if (Math.min(control.n, treatment.n) < firstLook) return false;
  if (kind !== 'proportion') return control.yy + treatment.yy > 0;
  const hits = hitsOf(control) + hitsOf(treatment);
  return Math.min(hits, control.n + treatment.n - hits) >= firstHits;
}

function sequential(a: ArmEstimate, b: ArmEstimate, { level, tuning }: AbSettings): SequentialEffect {
  const alpha = 1 - level;
  const [own, other] = [a.variance / a.n, b.variance / b.n];
  const variance = own + other;
  const tau2 = tightestMixture(
    tuning.kind === 'variance' ? tuning.variance : (variance * (a.n + b.n)) / tuning.n,
    alpha,
  );
  const difference = b.value - a.value;
  const around = (value: number, half: number): Interval => ({
    low: value - half,
    high: value + half,
    level,
    method: sequenceMethod,
  });
  // By the delta method: the same mixture, in units of the control.
  const relativeVariance = other / a.value ** 2 + (own * b.value ** 2) / a.value ** 4;
  return {
    difference: around(difference, mixtureHalfWidth(variance, tau2, alpha)),
    relative:
      a.value === 0
        ? null
        : around(
            difference / a.value,
            mixtureHalfWidth(relativeVariance, (tau2 * relativeVariance) / variance, alpha),
          ),
    pValue: alwaysValidP(difference, variance, tau2),
  };
}

function hitsOf({ n, y }: Moments): number {
  return Math.round(n * y);
}
