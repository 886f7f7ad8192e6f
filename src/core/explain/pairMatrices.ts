/** One row's matrix of interaction values. @param pairs n x d x d */
export function matrixOf(pairs: Float64Array, row: number, d: number): number[][] {
  return Array.from({ length: d }, (_, j) => {
    const from = (row * d + j) * d;
    return Array.from(pairs.subarray(from, from + d));
  });
}

/** Mean |interaction value| over the rows. @param pairs n x d x d */
export function meanMatrix(pairs: Float64Array, rows: number, d: number): number[][] {
  const sums = new Float64Array(d * d);
  pairs.forEach((value, at) => (sums[at % (d * d)]! += Math.abs(value) / rows));
  return matrixOf(sums, 0, d);
}
