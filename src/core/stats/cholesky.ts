/**
 * Cholesky's factor of a symmetric positive definite matrix: lower L with L Lᵀ = A.
 * @param matrix d x d, row-major; only the lower triangle is read
 * @throws RangeError when it is not positive definite
 */
export function cholesky(matrix: Float64Array, d: number): Float64Array {
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

/** x with L Lᵀ x = b. @param lower as `cholesky` gives it */
export function solveCholesky(lower: Float64Array, b: Float64Array): Float64Array {
  const d = b.length;
  const x = Float64Array.from(b);
  for (let i = 0; i < d; i++) {
    for (let k = 0; k < i; k++) x[i]! -= lower[i * d + k]! * x[k]!;
    x[i]! /= lower[i * d + i]!;
  }
  for (let i = d - 1; i >= 0; i--) {
    for (let k = i + 1; k < d; k++) x[i]! -= lower[k * d + i]! * x[k]!;
    x[i]! /= lower[i * d + i]!;
  }
  return x;
}
