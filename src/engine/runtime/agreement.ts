import type { Agreement } from '../../core/checks/facts.ts';
import type { Scored } from '../../core/metrics/scored.ts';
import { Counted } from '../profile/counted.ts';

/**
 * How far two answers to the same rows are apart.
 * @param rows the data row of each scored row
 */
export function agreement(a: Scored, b: Scored, rows: Int32Array): Agreement {
  const x = a.kind === 'regression' ? a.predictions : a.scores;
  const y = b.kind === 'regression' ? b.predictions : b.scores;
  let maxDifference = 0;
  for (let i = 0; i < x.length; i++) {
    if (Object.is(x[i], y[i])) continue;
    const difference = Math.abs(x[i]! - y[i]!);
    maxDifference = Math.max(maxDifference, Number.isNaN(difference) ? Infinity : difference);
  }
  return {
    rows: a.n,
    maxDifference: Math.min(maxDifference, Number.MAX_VALUE),
    flips: flips(a, b, rows).count(),
  };
}

/** Rows whose predicted label differs. */
export function flips(a: Scored, b: Scored, rows: Int32Array): Counted {
  const counted = new Counted();
  if (a.kind === 'classification' && b.kind === 'classification')
    for (let i = 0; i < a.n; i++) if (a.predicted[i] !== b.predicted[i]) counted.add(rows[i] ?? i);
  return counted;
}

/** The number that changes are measured on: the value, or the score of the positive (else the last) class. */
export function mainScore(scored: Scored, row: number): number {
  if (scored.kind === 'regression') return scored.predictions[row]!;
  const k = scored.classes.length;
  return scored.scores[row * k + (scored.positive ?? k - 1)]!;
}

/** Mean and largest absolute change of the main score; not finite when an answer is not. */
export function changes(a: Scored, b: Scored): { readonly mean: number; readonly max: number } {
  let sum = 0;
  let max = 0;
  for (let row = 0; row < a.n; row++) {
    const change = Math.abs(mainScore(a, row) - mainScore(b, row));
    sum += change;
    if (!(change <= max)) max = change;
  }
  return { mean: sum / Math.max(1, a.n), max };
}
