import type { Interval } from '../../protocol/results/shared.ts';
import { asGiven, counted, digitsOf, number, pWords, whole } from '../words.ts';
import { roughly } from '../checks/needed.ts';
import type { RatioMismatch } from './ratioMismatch.ts';

export interface Question {
  /** What the arm that is tried is called. */
  readonly treatment: string;
  readonly outcome: string;
  readonly better: 'higher' | 'lower';
  /** The smallest effect worth having, in the outcome's unit; null: any. */
  readonly minEffect: number | null;
  /** How much worse it may be and still be shipped, in the outcome's unit. */
  readonly margin: number;
  /** Observations an arm at which it is judged once; null: at every look. */
  readonly horizon: number | null;
}

export interface Findings {
  readonly n: readonly [number, number];
  readonly difference: number;
  /** The interval that decides; null while there is too little. */
  readonly interval: Interval | null;
  /** null: not checked. */
  readonly mismatch: RatioMismatch | null;
  /** About so many observations more in each arm would tell `minEffect`; null when that is not known. */
  readonly missing: number | null;
}

export interface Decision {
  readonly kind: 'ship' | 'do-not-ship' | 'keep-running' | 'broken';
  readonly sentence: string;
}

/** One sentence: ship, don't, keep running, or look for what broke the split. */
export function decide(question: Question, found: Findings): Decision {
  const { treatment, outcome, better, minEffect, margin, horizon } = question;
  const { interval, mismatch, n } = found;
  const name = `\`${treatment}\``;
  if (mismatch?.mismatched === true)
    return {
      kind: 'broken',
      sentence: `Don't decide: the arms have ${whole(n[0])} and ${whole(n[1])} observations where ${number(mismatch.expected[0])} and ${number(mismatch.expected[1])} were planned (chi-square ${pWords(mismatch.pValue)}). Find out which observations are lost first.`,
    };
  if (horizon !== null && Math.min(...n) < horizon)
    return {
      kind: 'keep-running',
      sentence: `Keep running: the smaller arm has ${whole(Math.min(...n))} of the ${counted(horizon, 'observation')} it was to be judged at; an earlier look decides nothing.`,
    };
  if (interval === null)
    return { kind: 'keep-running', sentence: 'Keep running: there is too little to judge by.' };
  const words = digitsOf(found.difference, interval);
  const signed = (value: number): string => `${value > 0 ? '+' : ''}${words(value)}`;
  const range = `${signed(found.difference)} (${signed(interval.low)} to ${signed(interval.high)})`;
  const [low, high] = better === 'higher' ? [interval.low, interval.high] : [-interval.high, -interval.low];
  if (low > 0) return { kind: 'ship', sentence: `Ship ${name}: \`${outcome}\` is better by ${range}.` };
  if (margin > 0 && low > -margin)
    return {
      kind: 'ship',
      sentence: `Ship ${name}: \`${outcome}\` is not worse by more than ${asGiven(margin)}; the effect is ${range}.`,
    };
  if (high < -margin)
    return { kind: 'do-not-ship', sentence: `Don't ship ${name}: \`${outcome}\` is worse by ${range}.` };
  if (minEffect !== null && margin === 0 && high < minEffect)
    return {
      kind: 'do-not-ship',
      sentence: `Don't ship ${name}: the effect on \`${outcome}\` is ${range}, less than the ${asGiven(minEffect)} that would be worth it.`,
    };
  const more =
    found.missing === null || minEffect === null || found.missing <= 0
      ? ''
      : ` About ${roughly(found.missing)} observations more in each arm would tell an effect of ${asGiven(minEffect)}.`;
  return horizon === null
    ? {
        kind: 'keep-running',
        sentence: `Keep running: the effect on \`${outcome}\` is ${range}, which may be none.${more}`,
      }
    : {
        kind: 'do-not-ship',
        sentence: `Don't ship ${name}: at the planned size the effect on \`${outcome}\` is ${range}, which may be none.`,
      };
}
