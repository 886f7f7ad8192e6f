/** Largest |base value + sum of a row's attributions - its prediction|. @param values n x d, row-major */
export function additivityError(values: Float64Array, baseValue: number, predictions: Float64Array): number {
  const d = values.length / Math.max(1, predictions.length);
  let worst = 0;
  predictions.forEach((prediction, i) => {
    let sum = baseValue;
    for (let j = 0; j < d; j++) sum += values[i * d + j]!;
    worst = Math.max(worst, Math.abs(sum - prediction));
  });
  return worst;
}
