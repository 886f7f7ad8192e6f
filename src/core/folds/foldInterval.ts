import type { Interval } from '../../protocol/results/shared.ts';
import { tQuantile } from '../stats/studentT.ts';

export interface FoldValue {
  readonly repeat: number;
  readonly value: number;
  /** Rows trained on, and tested on. */
  readonly train: number;
  readonly test: number;
}

export interface FoldSummary {
  readonly mean: number;
  readonly deviation: number;
  readonly interval: Interval | null;
}

/**
 * A metric of models trained on each fold. Folds share most of what they are trained on, so the variance of their
 * mean is corrected by the share of rows tested to rows trained on (Nadeau and Bengio 2003, with one term for
 * each fold of each repeat: Bouckaert and Frank 2004).
 */
export function retrainedSummary(folds: readonly FoldValue[], level: number): FoldSummary {
  const { mean, deviation, n } = spread(folds.map(({ value }) => value));
  if (n < 2) return { mean, deviation, interval: null };
  const ratio = folds.reduce((sum, { train, test }) => sum + test / train, 0) / n;
  const half = tQuantile(0.5 + level / 2, n - 1) * deviation * Math.sqrt(1 / n + ratio);
  return {
    mean,
    deviation,
    interval: {
      low: mean - half,
      high: mean + half,
      level,
      method: "Student's t over folds, variance corrected (Nadeau and Bengio)",
    },
  };
}

/**
 * A metric of one model on disjoint parts of the same rows: how much it varies with the rows, not with the
 * training. Repeats look at the same rows, and add nothing: their variances are averaged.
 */
export function fixedSummary(folds: readonly FoldValue[], level: number): FoldSummary {
  const { mean, deviation, n } = spread(folds.map(({ value }) => value));
  const repeats = [...new Set(folds.map(({ repeat }) => repeat))].map(repeat =>
    spread(folds.filter(fold => fold.repeat === repeat).map(({ value }) => value)),
  );
  const parts = n / repeats.length;
  if (parts < 2) return { mean, deviation, interval: null };
  const variance = repeats.reduce((sum, one) => sum + one.deviation ** 2, 0) / repeats.length;
  const half = tQuantile(0.5 + level / 2, parts - 1) * Math.sqrt(variance / parts);
  return {
    mean,
    deviation,
    interval: {
      low: mean - half,
      high: mean + half,
      level,
      method: "Student's t over disjoint parts: sampling variability of a fixed model",
    },
  };
}

function spread(values: readonly number[]): { mean: number; deviation: number; n: number } {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: n > 1 ? Math.sqrt(squares / (n - 1)) : 0, n };
}
