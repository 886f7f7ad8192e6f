import { codesAt, numbersAt } from '../picked.ts';
import { sortOrder } from '../stats/ranks.ts';
import type { Scored } from './scored.ts';

/**
 * Places of some rows in the order that their ranked metrics need: by the positive class's score, or by the
 * absolute error. Draws of ascending rows then need no sorting, and read memory in one direction.
 */
export function rankOrder(scored: Scored, rows: Int32Array): Uint32Array {
  const values = new Float64Array(rows.length);
  if (scored.kind === 'regression')
    rows.forEach((row, i) => (values[i] = Math.abs(scored.predictions[row]! - scored.labels[row]!)));
  else if (scored.positive !== null) {
    const { scores, classes, positive } = scored;
    rows.forEach((row, i) => (values[i] = scores[row * classes.length + positive]!));
  }
  return sortOrder(values);
}

/** The rows in that order. */
export function inRankOrder(scored: Scored, rows: Int32Array): Int32Array {
  return codesAt(rows, rankOrder(scored, rows));
}

/** The answers on these rows only, in this order. */
export function taken(scored: Scored, rows: Int32Array): Scored {
  const n = rows.length;
  if (scored.kind === 'regression')
    return {
      ...scored,
      n,
      labels: numbersAt(scored.labels, rows),
      predictions: numbersAt(scored.predictions, rows),
    };
  const k = scored.classes.length;
  const scores = new Float64Array(n * k);
  for (let i = 0; i < n; i++)
    for (let index = 0; index < k; index++) scores[i * k + index] = scored.scores[rows[i]! * k + index]!;
  return {
    ...scored,
    n,
    scores,
    labels: codesAt(scored.labels, rows),
    predicted: codesAt(scored.predicted, rows),
  };
}
