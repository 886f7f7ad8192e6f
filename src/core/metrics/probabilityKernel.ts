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

const outcomes = new WeakMap<ClassScores, Outcomes>();

/** The positive class of a binary task; the most probable class otherwise. Made once for all that read it. */
export function outcomesOf(scored: ClassScores): Outcomes {
  let found = outcomes.get(scored);
  if (found === undefined) outcomes.set(scored, (found = outcomesIn(scored)));
  return found;
}

function outcomesIn({ n, scores, labels, positive, classes }: ClassScores): Outcomes {
  const k = classes.length;
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

/** Metrics of the probabilities. */
export function probabilities(scored: ClassScores): Kernel {
  const { n, scores, labels, positive } = scored;
  const k = scored.classes.length;
  const { probability, happened } = outcomesOf(scored);
  const [losses, squares, gaps] = [new Float64Array(n), new Float64Array(n), new Float64Array(n)];
  const bins = new Uint8Array(n);
  for (let row = 0; row < n; row++) {
    const label = labels[row]!;
    if (label < 0) continue;
    let square = 0;
    if (positive !== null) square = (scores[row * k + positive]! - (label === positive ? 1 : 0)) ** 2;
    else
      for (let index = 0; index < k; index++)
        square += (scores[row * k + index]! - (index === label ? 1 : 0)) ** 2;
    losses[row] = -Math.log(Math.min(1 - clip, Math.max(clip, scores[row * k + label]!)));
    squares[row] = square;
    bins[row] = calibrationBin(probability[row]!) || 0;
    gaps[row] = happened[row]! - probability[row]!;
  }
  const binGaps = new Float64Array(calibrationBins);
  return {
    metrics: [
      { name: 'log_loss', class: null },
      { name: 'brier_score', class: null },
      { name: 'expected_calibration_error', class: null },
    ],
    measure: (rows, into, at, times) => {
      let loss = 0;
      let square = 0;
      let count = 0;
      // Rows in the order of their probability leave a bin seldom: its sum is kept at hand.
      let bin = 0;
      let gap = 0;
      binGaps.fill(0);
      for (let i = 0; i < rows.length; i++) {
        const drawn = times === undefined ? 1 : times[i]!;
        const row = rows[i]!;
        if (bins[row] !== bin) {
          binGaps[bin]! += gap;
          bin = bins[row]!;
          gap = 0;
        }
        count += drawn;
        loss += drawn * losses[row]!;
        square += drawn * squares[row]!;
        gap += drawn * gaps[row]!;
      }
      binGaps[bin]! += gap;
      into[at] = loss / count;
      into[at + 1] = square / count;
      into[at + 2] = binGaps.reduce((total, one) => total + Math.abs(one), 0) / count;
    },
  };
}
