/**
 * The inverse of a symmetric positive definite matrix, by Cholesky.
 * @param matrix d x d, row-major
 * @throws RangeError when it is not positive definite
 */
export function invertSymmetric(matrix: Float64Array, d: number): Float64Array {
  const lower = cholesky(matrix, d);
  const inverse = new Float64Array(d * d);
  const column = new Float64Array(d);
  for (let c = 0; c < d; c++) {
    column.fill(0);
    column[c] = 1;
    for (let i = 0; i < d; i++) {
      for (let k = 0; k < i; k++) column[i]! -= lower[i * d + k]! * column[k]!;
      column[i]! /= lower[i * d + i]!;
    }
    for (let i = d - 1; i >= 0; i--) {
      for (let k = i + 1; k < d; k++) column[i]! -= lower[k * d + i]! * column[k]!;
      column[i]! /= lower[i * d + i]!;
    }
    for (let i = 0; i < d; i++) inverse[i * d + c] = column[i]!;
  }
  return inverse;
}

function cholesky(matrix: Float64Array, d: number): Float64Array {
  const lower = new Float64Array(d * d);
  for (let i = 0; i < d; i++)
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * d + j]!;
      for (let k = 0; k < j; k++) sum -= lower[i * d + k]! * lower[j * d + k]!;
      if (i !== j) lower[i * d + j] = sum / lower[j * d + j]!;
      else if (sum > 0) lower[i * d + i] = Math.sqrt(sum);
      else throw new RangeError('The matrix is not positive definite.');
    }
  return lower;
}
