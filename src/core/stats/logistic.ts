import { cholesky, solveCholesky } from './cholesky.ts';

/** Rows of categories: one code a column, each column with its own weights (one-hot). */
export interface CodedRows {
  readonly rows: number;
  /** rows x columns, row-major; in [0, levels[column]). */
  readonly codes: Int32Array;
  readonly levels: readonly number[];
}

export interface LogisticModel {
  /** One weight a level, column after column. */
  readonly weights: Float64Array;
  readonly intercept: number;
}

const mostSteps = 50;
/** Largest slope at the end. */
const enough = 1e-11;

/**
 * Logistic regression on one-hot columns by Newton's method: least sum of log losses and half the squared
 * weights, the intercept left out (scikit-learn's `LogisticRegression(C=1)`).
 * @param rows those that it learns from
 */
export function fitLogistic(data: CodedRows, label: Uint8Array, rows: Int32Array): LogisticModel {
  const { codes, levels } = data;
  const columns = levels.length;
  const starts = startsOf(levels);
  const d = starts[columns]! + 1;
  const weights = new Float64Array(d);
  const places = new Int32Array(columns);
  const margin = (row: number): number => {
    let sum = weights[d - 1]!;
    for (let c = 0; c < columns; c++) sum += weights[(places[c] = starts[c]! + codes[row * columns + c]!)]!;
    return sum;
  };
  const loss = (): number => {
    let sum = 0;
    for (let j = 0; j < d - 1; j++) sum += weights[j]! ** 2 / 2;
    for (const row of rows) {
      const signed = label[row] === 1 ? margin(row) : -margin(row);
      sum += signed > 0 ? Math.log1p(Math.exp(-signed)) : -signed + Math.log1p(Math.exp(signed));
    }
    return sum;
  };
  let current = loss();
  for (let step = 0; step < mostSteps; step++) {
    const gradient = new Float64Array(d);
    const hessian = new Float64Array(d * d);
    for (let j = 0; j < d - 1; j++) {
      gradient[j] = weights[j]!;
      hessian[j * d + j] = 1;
    }
    for (const row of rows) {
      const p = 1 / (1 + Math.exp(-margin(row)));
      const error = p - label[row]!;
      const curve = p * (1 - p);
      gradient[d - 1]! += error;
      hessian[d * d - 1]! += curve;
      // Places ascend with the columns: the lower triangle is enough.
      for (let a = 0; a < columns; a++) {
        const at = places[a]!;
        gradient[at]! += error;
        hessian[(d - 1) * d + at]! += curve;
        for (let b = 0; b <= a; b++) hessian[at * d + places[b]!]! += curve;
      }
    }
    if (gradient.every(value => Math.abs(value) < enough)) break;
    const change = solveCholesky(cholesky(hessian, d), gradient);
    const before = Float64Array.from(weights);
    for (let scale = 1; scale > 1e-6; scale /= 2) {
      for (let j = 0; j < d; j++) weights[j] = before[j]! - scale * change[j]!;
      const next = loss();
      // Near the end the loss changes by less than its rounding.
      if (next <= current * (1 + 1e-12)) {
        current = next;
        break;
      }
    }
    if (change.every(value => Math.abs(value) < 1e-13)) break;
  }
  return { weights: weights.slice(0, d - 1), intercept: weights[d - 1]! };
}

/** The log odds of a row. */
export function logisticMargin({ weights, intercept }: LogisticModel, data: CodedRows, row: number): number {
  const { codes, levels } = data;
  const columns = levels.length;
  let start = 0;
  let sum = intercept;
  for (let c = 0; c < columns; c++) {
    sum += weights[start + codes[row * columns + c]!]!;
    start += levels[c]!;
  }
  return sum;
}

function startsOf(levels: readonly number[]): Int32Array {
  const starts = new Int32Array(levels.length + 1);
  levels.forEach((count, c) => (starts[c + 1] = starts[c]! + count));
  return starts;
}
