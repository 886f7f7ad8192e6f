import type { Kernel } from './kernel.ts';
import { Ranking } from './ranking.ts';
import type { ValueScores } from './scored.ts';

/** Metrics that are sums over rows. */
export function errors({ labels, predictions }: ValueScores): Kernel {
  const error = predictions.map((prediction, row) => prediction - labels[row]!);
  return {
    metrics: [
      { name: 'mean_absolute_error', class: null },
      { name: 'root_mean_squared_error', class: null },
      { name: 'mean_squared_error', class: null },
      { name: 'mean_absolute_percentage_error', class: null },
      { name: 'r2', class: null },
      { name: 'explained_variance', class: null },
      { name: 'mean_error', class: null },
    ],
    measure: (rows, into, at) => {
      const n = rows.length;
      let [absolute, squares, shares, bias, mean] = [0, 0, 0, 0, 0];
      for (let i = 0; i < n; i++) {
        const row = rows[i]!;
        const size = Math.abs(error[row]!);
        absolute += size;
        squares += size * size;
        // A label of 0 gives Infinity or NaN: undefined, below.
        shares += size / Math.abs(labels[row]!);
        bias += error[row]!;
        mean += labels[row]!;
      }
      mean /= n;
      bias /= n;
      // Deviations from the means in a second pass: the difference of large sums would lose digits.
      let [spread, errorSpread] = [0, 0];
      for (let i = 0; i < n; i++) {
        const row = rows[i]!;
        spread += (labels[row]! - mean) ** 2;
        errorSpread += (error[row]! - bias) ** 2;
      }
      into[at] = absolute / n;
      into[at + 1] = Math.sqrt(squares / n);
      into[at + 2] = squares / n;
      into[at + 3] = Number.isFinite(shares) ? shares / n : NaN;
      into[at + 4] = spread > 0 ? 1 - squares / spread : NaN;
      into[at + 5] = spread > 0 ? 1 - errorSpread / spread : NaN;
      into[at + 6] = bias;
    },
  };
}

/** Metrics of the order of the absolute errors. */
export function orderedErrors({ labels, predictions }: ValueScores): Kernel {
  const sizes = predictions.map((prediction, row) => Math.abs(prediction - labels[row]!));
  const broken = predictions.some(
    (prediction, row) => Number.isNaN(prediction) && !Number.isNaN(labels[row]!),
  );
  const ranking = new Ranking(sizes.map(size => (Number.isNaN(size) ? Infinity : size)));
  return {
    metrics: [
      { name: 'median_absolute_error', class: null },
      { name: 'max_error', class: null },
    ],
    measure: (rows, into, at) => {
      const positions = ranking.sorted(rows);
      const n = broken ? 0 : positions.length;
      const size = (index: number): number => sizes[ranking.order[positions[index]!]!]!;
      into[at] = n === 0 ? NaN : (size((n - 1) >> 1) + size(n >> 1)) / 2;
      into[at + 1] = n === 0 ? NaN : size(n - 1);
    },
  };
}
