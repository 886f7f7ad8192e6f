import type { Kernel } from './kernel.ts';
import type { ClassScores } from './scored.ts';

/** Equal-width bins of the calibration error. */
export const calibrationBins = 10;
const clip = Number.EPSILON;

/** What calibration is about: the probability of one outcome a row, and whether it came true. */
export interface Outcomes {
  readonly probability: Float64Array;
  readonly happened: Uint8Array;
}

/** The positive class of a binary task; the most probable class otherwise. */
export function outcomesOf(scored: ClassScores): Outcomes {
  const { n, scores, labels, positive } = scored;
  const k = scored.classes.length;
  const probability = new Float64Array(n);
  const happened = new Uint8Array(n);
  for (let row = 0; row < n; row++) {
    let index = positive ?? 0;
    if (positive === null)
      for (let other = 1; other < k; other++)
        if (scores[row * k + other]! > scores[row * k + index]!) index = other;
    probability[row] = scores[row * k + index]!;
    happened[row] = labels[row] === index ? 1 : 0;
  }
  return { probability, happened };
}

/** The bin of a probability: [0, 0.1), [0.1, 0.2) ... [0.9, 1]. */
export function calibrationBin(probability: number): number {
  return Math.max(0, Math.min(calibrationBins - 1, Math.floor(probability * calibrationBins)));
}

/** Numbers a row below: they lie side by side, because rows that are drawn are far apart. */
const terms = 4;

/** Metrics of the probabilities. */
export function probabilities(scored: ClassScores): Kernel {
  const { n, scores, labels, positive } = scored;
  const k = scored.classes.length;
  const { probability, happened } = outcomesOf(scored);
  // Log loss, Brier score, and the bin and the gap of the calibration error.
  const rowTerms = new Float64Array(terms * n);
  for (let row = 0; row < n; row++) {
    const label = labels[row]!;
    if (label < 0) continue;
    let squares = 0;
    if (positive !== null) squares = (scores[row * k + positive]! - (label === positive ? 1 : 0)) ** 2;
    else
      for (let index = 0; index < k; index++)
        squares += (scores[row * k + index]! - (index === label ? 1 : 0)) ** 2;
    const at = terms * row;
    rowTerms[at] = -Math.log(Math.min(1 - clip, Math.max(clip, scores[row * k + label]!)));
    rowTerms[at + 1] = squares;
    rowTerms[at + 2] = calibrationBin(probability[row]!) || 0;
    rowTerms[at + 3] = happened[row]! - probability[row]!;
  }
  const gaps = new Float64Array(calibrationBins);
  return {
    metrics: [
      { name: 'log_loss', class: null },
      { name: 'brier_score', class: null },
      { name: 'expected_calibration_error', class: null },
    ],
    measure: (rows, into, at, times) => {
      let losses = 0;
      let squares = 0;
      let count = 0;
      gaps.fill(0);
      for (let i = 0; i < rows.length; i++) {
        const drawn = times === undefined ? 1 : times[i]!;
        const start = terms * rows[i]!;
        count += drawn;
        losses += drawn * rowTerms[start]!;
        squares += drawn * rowTerms[start + 1]!;
        gaps[rowTerms[start + 2]!]! += drawn * rowTerms[start + 3]!;
      }
      into[at] = losses / count;
      into[at + 1] = squares / count;
      into[at + 2] = gaps.reduce((total, one) => total + Math.abs(one), 0) / count;
    },
  };
}
