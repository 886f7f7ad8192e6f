import type { Interval } from '../../../protocol/results/shared.ts';
import { bootstrapInterval } from '../../stats/bootstrap.ts';
import { Resamples } from '../../stats/resamples.ts';

export interface Estimate {
  /** null where undefined. */
  readonly value: number | null;
  readonly interval: Interval | null;
}

export interface Fidelity {
  /** Share of the variance of the model's answers that the tree's account for (R squared). */
  readonly r2: Estimate;
  /** Share of rows on the same side of the threshold; null without one. */
  readonly agreement: Estimate | null;
}

/**
 * How well a surrogate says what the model says, on rows it was not fitted on.
 * @param truth the model's answers
 * @param said the surrogate's
 * @param threshold of the decision, null for none
 */
export function fidelityOf(
  truth: Float64Array,
  said: Float64Array,
  threshold: number | null,
  settings: { readonly resamples: number; readonly seed: number },
): Fidelity {
  const n = truth.length;
  const rows = Int32Array.from({ length: n }, (_, i) => i);
  const draws = new Resamples(rows, settings.seed);
  const replicates = [new Float64Array(settings.resamples), new Float64Array(settings.resamples)] as const;
  for (let b = 0; b < settings.resamples; b++) {
    const times = draws.next();
    replicates[0][b] = rSquared(truth, said, draws.pool, times);
    if (threshold !== null) replicates[1][b] = agreementOf(truth, said, draws.pool, threshold, times);
  }
  const estimate = (value: number, all: Float64Array): Estimate => ({
    value: Number.isFinite(value) ? value : null,
    interval: bootstrapInterval({ estimate: value, replicates: all, level: 0.95, n, drawn: draws.size }),
  });
  return {
    r2: estimate(rSquared(truth, said, rows), replicates[0]),
    agreement: threshold === null ? null : estimate(agreementOf(truth, said, rows, threshold), replicates[1]),
  };
}

/** @param times how often each row counts; once each without it */
function rSquared(
  truth: Float64Array,
  said: Float64Array,
  rows: Int32Array,
  times: Uint16Array | null = null,
): number {
  let [n, mean] = [0, 0];
  rows.forEach((row, i) => {
    const count = times?.[i] ?? 1;
    n += count;
    mean += count * truth[row]!;
  });
  mean /= n;
  let [left, all] = [0, 0];
  rows.forEach((row, i) => {
    const count = times?.[i] ?? 1;
    left += count * (truth[row]! - said[row]!) ** 2;
    all += count * (truth[row]! - mean) ** 2;
  });
  return all > 0 ? 1 - left / all : NaN;
}

function agreementOf(
  truth: Float64Array,
  said: Float64Array,
  rows: Int32Array,
  threshold: number,
  times: Uint16Array | null = null,
): number {
  let [n, same] = [0, 0];
  rows.forEach((row, i) => {
    const count = times?.[i] ?? 1;
    n += count;
    if (truth[row]! >= threshold === said[row]! >= threshold) same += count;
  });
  return n > 0 ? same / n : NaN;
}
