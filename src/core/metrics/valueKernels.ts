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
      { name: 'pinball_loss_p10', class: null },
      { name: 'pinball_loss_p90', class: null },
    ],
    measure: (rows, into, at, times) => {
      let [n, absolute, squares, shares, bias, mean] = [0, 0, 0, 0, 0, 0];
      for (let i = 0; i < rows.length; i++) {
        const drawn = times === undefined ? 1 : times[i]!;
        const row = rows[i]!;
        const size = Math.abs(error[row]!);
        n += drawn;
        absolute += drawn * size;
        squares += drawn * size * size;
        // A label of 0 gives Infinity or NaN: undefined, below.
        shares += (drawn * size) / Math.abs(labels[row]!);
        bias += drawn * error[row]!;
        mean += drawn * labels[row]!;
      }
      mean /= n;
      bias /= n;
      // Deviations from the means in a second pass: the difference of large sums would lose digits.
      let [spread, errorSpread] = [0, 0];
      for (let i = 0; i < rows.length; i++) {
        const drawn = times === undefined ? 1 : times[i]!;
        const row = rows[i]!;
        spread += drawn * (labels[row]! - mean) ** 2;
        errorSpread += drawn * (error[row]! - bias) ** 2;
      }
      into[at] = absolute / n;
      into[at + 1] = Math.sqrt(squares / n);
      into[at + 2] = squares / n;
      into[at + 3] = Number.isFinite(shares) ? shares / n : NaN;
      into[at + 4] = spread > 0 ? 1 - squares / spread : NaN;
      into[at + 5] = spread > 0 ? 1 - errorSpread / spread : NaN;
      into[at + 6] = bias;
      // |e| is e where the prediction is above, -e where it is below: each side has its share of the mean.
      into[at + 7] = (0.5 * absolute) / n + 0.4 * bias;
      into[at + 8] = (0.5 * absolute) / n - 0.4 * bias;
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
    measure: (rows, into, at, drawn) => {
      const { positions, times } = ranking.sorted(rows, drawn);
      const size = (place: number): number => sizes[ranking.order[positions[place]!]!]!;
      const count = (place: number): number => (times === undefined ? 1 : times[place]!);
      let n = 0;
      let last = 0;
      for (let place = 0; place < positions.length; place++) {
        n += count(place);
        if (count(place) > 0) last = place;
      }
      // The place of the k-th of the drawn rows, from 0.
      const placeOf = (k: number): number => {
        let place = 0;
        for (let before = count(0); before <= k; before += count(place)) place++;
        return place;
      };
      const defined = n > 0 && !broken;
      into[at] = defined ? (size(placeOf((n - 1) >> 1)) + size(placeOf(n >> 1))) / 2 : NaN;
      into[at + 1] = defined ? size(last) : NaN;
    },
  };
}
