import type { Scored } from '../metrics/scored.ts';

/** The same answers with the labels of these rows alone; row numbers stay. */
export function onlyRows(scored: Scored, rows: readonly number[]): Scored {
  if (scored.kind === 'regression') {
    const labels = new Float64Array(scored.n).fill(NaN);
    for (const row of rows) labels[row] = scored.labels[row]!;
    return { ...scored, labels };
  }
  const labels = new Int32Array(scored.n).fill(-1);
  for (const row of rows) labels[row] = scored.labels[row]!;
  return { ...scored, labels };
}
