import { chiSquareTail } from './distributions.ts';

/** A statistic of a regressor's errors with its p-value. */
export interface ResidualTest {
  readonly statistic: number;
  readonly pValue: number;
}

/**
 * Breusch and Pagan's test (1979, Koenker's form) of a spread of the errors that changes with the prediction:
 * n times the R² of the squared errors on it. `share` is that R².
 */
export function breuschPagan(
  errors: Float64Array,
  fitted: Float64Array,
): ResidualTest & { readonly share: number } {
  const squared = errors.map(error => error * error);
  const [mx, my] = [mean(fitted), mean(squared)];
  let [xy, xx, yy] = [0, 0, 0];
  for (let i = 0; i < errors.length; i++) {
    const [dx, dy] = [fitted[i]! - mx, squared[i]! - my];
    xy += dx * dy;
    xx += dx * dx;
    yy += dy * dy;
  }
  const share = xx > 0 && yy > 0 ? (xy * xy) / (xx * yy) : 0;
  const statistic = errors.length * share;
  return { statistic, share, pValue: chiSquareTail(statistic, 1) };
}

/** Jarque and Bera's test (1987) of normal errors, with their skewness and kurtosis (3 for normal ones). */
export function jarqueBera(
  errors: Float64Array,
): ResidualTest & { readonly skewness: number; readonly kurtosis: number } {
  const n = errors.length;
  const centre = mean(errors);
  let [m2, m3, m4] = [0, 0, 0];
  for (const error of errors) {
    const d = error - centre;
    m2 += d ** 2;
    m3 += d ** 3;
    m4 += d ** 4;
  }
  [m2, m3, m4] = [m2 / n, m3 / n, m4 / n];
  const [skewness, kurtosis] = [m3 / m2 ** 1.5, m4 / m2 ** 2];
  const statistic = (n / 6) * (skewness ** 2 + (kurtosis - 3) ** 2 / 4);
  return { statistic, skewness, kurtosis, pValue: chiSquareTail(statistic, 2) };
}

/** Durbin and Watson's statistic (1950) of errors in the order of the rows: 2 without correlation, 0 to 4. */
export function durbinWatson(errors: Float64Array): number {
  let [steps, squares] = [0, 0];
  for (let i = 0; i < errors.length; i++) {
    if (i > 0) steps += (errors[i]! - errors[i - 1]!) ** 2;
    squares += errors[i]! ** 2;
  }
  return steps / squares;
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
