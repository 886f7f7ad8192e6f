import type { CategoryColumn, Table } from '../../data/table.ts';
import { quantileEdges, sortedNumbers } from './grid.ts';

/**
 * An order of a category's levels in which neighbours are alike in the other columns, so that a step from one to
 * the next makes no strange rows (Apley and Zhu 2020, section 5.5.4): distances are summed over the other
 * columns (Kolmogorov-Smirnov for numbers, total variation for words) and laid on a line by classical scaling.
 * @param table all columns of the rows
 * @param levels codes of the levels that occur
 * @returns `levels` in order
 */
export function levelOrder(table: Table, column: CategoryColumn, levels: readonly number[]): number[] {
  const k = levels.length;
  if (k < 3) return [...levels];
  const place = new Int32Array(column.levels.length).fill(-1);
  levels.forEach((code, at) => (place[code] = at));
  const group = Int32Array.from(column.codes, code => (code < 0 ? -1 : place[code]!));
  const sizes = new Float64Array(k);
  for (const at of group) if (at >= 0) sizes[at]!++;
  const distances = new Float64Array(k * k);
  for (const other of table.columns) {
    if (other === column) continue;
    const { codes, count, cumulative } = coded(other);
    if (count < 2) continue;
    const shares = new Float64Array(k * count);
    group.forEach((at, row) => {
      const code = codes[row]!;
      if (at >= 0 && code >= 0) shares[at * count + code]! += 1 / sizes[at]!;
    });
    if (cumulative)
      for (let at = 0; at < k; at++)
        for (let c = 1; c < count; c++) shares[at * count + c]! += shares[at * count + c - 1]!;
    for (let a = 0; a < k; a++)
      for (let b = a + 1; b < k; b++) {
        let [most, sum] = [0, 0];
        for (let c = 0; c < count; c++) {
          const gap = Math.abs(shares[a * count + c]! - shares[b * count + c]!);
          most = Math.max(most, gap);
          sum += gap / 2;
        }
        distances[a * k + b]! += cumulative ? most : sum;
        distances[b * k + a] = distances[a * k + b]!;
      }
  }
  const line = firstCoordinate(distances, k);
  return levels
    .map((code, at) => ({ code, x: line[at]! }))
    .sort((a, b) => a.x - b.x || a.code - b.code)
    .map(({ code }) => code);
}

interface Coded {
  readonly codes: Int32Array;
  readonly count: number;
  readonly cumulative: boolean;
}

function coded(column: Table['columns'][number]): Coded {
  if (column.kind === 'category')
    return { codes: column.codes, count: column.levels.length, cumulative: false };
  const sorted = sortedNumbers(column);
  if (sorted.length === 0) return { codes: new Int32Array(0), count: 0, cumulative: true };
  const edges = quantileEdges(sorted, 50);
  const codes = Int32Array.from(column.values, value => {
    if (!Number.isFinite(value)) return -1;
    let low = 0;
    let high = edges.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (edges[middle]! < value) low = middle + 1;
      else high = middle;
    }
    return low;
  });
  return { codes, count: edges.length, cumulative: true };
}

/** Classical scaling to one dimension: the leading eigenvector of the doubly centred squared distances. */
function firstCoordinate(distances: Float64Array, k: number): Float64Array {
  const squares = distances.map(distance => -0.5 * distance * distance);
  const rowMeans = Float64Array.from(
    { length: k },
    (_, a) => squares.subarray(a * k, (a + 1) * k).reduce((sum, value) => sum + value, 0) / k,
  );
  const mean = rowMeans.reduce((sum, value) => sum + value, 0) / k;
  const centred = squares.map(
    (value, at) => value - rowMeans[Math.floor(at / k)]! - rowMeans[at % k]! + mean,
  );
  // A shift makes all eigenvalues positive, so that the power method finds the largest, not the most negative.
  const shift = Math.max(
    ...Array.from({ length: k }, (_, a) =>
      centred.subarray(a * k, (a + 1) * k).reduce((sum, value) => sum + Math.abs(value), 0),
    ),
  );
  let vector = Float64Array.from({ length: k }, (_, a) => a - (k - 1) / 2 + 0.01 * ((a * 7) % 3));
  for (let round = 0; round < 500; round++) {
    const next = Float64Array.from(vector, (value, a) => {
      let sum = shift * value;
      for (let b = 0; b < k; b++) sum += centred[a * k + b]! * vector[b]!;
      return sum;
    });
    const size = Math.sqrt(next.reduce((sum, value) => sum + value * value, 0));
    if (size === 0) break;
    vector = next.map(value => value / size);
  }
  return vector;
}
