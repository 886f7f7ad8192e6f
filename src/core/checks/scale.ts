import type { CheckFacts } from './facts.ts';

/**
 * What a difference of answers is measured in: 1 for scores; for values the standard deviation of the
 * predictions, so that one threshold fits every unit.
 */
export function answerScale({ scored }: CheckFacts): { readonly divisor: number; readonly words: string } {
  if (scored?.kind !== 'regression') return { divisor: 1, words: 'of a score' };
  const { predictions } = scored;
  const mean = predictions.reduce((sum, value) => sum + value, 0) / predictions.length;
  const squares = predictions.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const std = Math.sqrt(squares / Math.max(1, predictions.length - 1));
  return { divisor: std > 0 ? std : 1, words: 'standard deviations of the predictions' };
}
