import { cholesky, solveCholesky } from '../stats/cholesky.ts';

/**
 * The inverse of a symmetric positive definite matrix, by Cholesky.
 * @param matrix d x d, row-major
 * @throws RangeError when it is not positive definite
 */
export function invertSymmetric(matrix: Float64Array, d: number): Float64Array {
  const lower = cholesky(matrix, d);
  const inverse = new Float64Array(d * d);
  const unit = new Float64Array(d);
  for (let c = 0; c < d; c++) {
    unit.fill(0);
    unit[c] = 1;
    const column = solveCholesky(lower, unit);
    for (let i = 0; i < d; i++) inverse[i * d + c] = column[i]!;
  }
  return inverse;
}
