import { chiSquareTail } from '../stats/distributions.ts';

/** Below it the split itself is broken, and with it every effect (Fabijan et al. 2019). */
export const mismatchLimit = 0.001;

export interface RatioMismatch {
  /** Observations expected in control and treatment. */
  readonly expected: readonly [number, number];
  readonly observed: readonly [number, number];
  readonly statistic: number;
  readonly pValue: number;
  readonly mismatched: boolean;
}

/** Pearson's chi-square of the arms' sizes against the planned split. @param share of the treatment, planned */
export function ratioMismatch(control: number, treatment: number, share: number): RatioMismatch {
  const total = control + treatment;
  const expected = [total * (1 - share), total * share] as const;
  const statistic = (control - expected[0]) ** 2 / expected[0] + (treatment - expected[1]) ** 2 / expected[1];
  const pValue = total === 0 ? 1 : chiSquareTail(statistic, 1);
  return { expected, observed: [control, treatment], statistic, pValue, mismatched: pValue < mismatchLimit };
}
