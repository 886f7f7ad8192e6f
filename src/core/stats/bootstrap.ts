import { whole } from '../words.ts';
import type { Interval } from '../../protocol/results/shared.ts';
import type { Scheme } from './resamples.ts';
import { normalCdf, normalQuantile } from './distributions.ts';
import { quantileOfSorted, sortedValues } from './quantile.ts';

export interface IntervalSettings {
  /** The statistic on all rows. */
  readonly estimate: number;
  /** Of each resample; NaN where undefined. */
  readonly replicates: Float64Array;
  readonly level: number;
  /** Rows, and rows a draw. */
  readonly n: number;
  readonly drawn: number;
  /** Rows that are drawn from; all unless said. */
  readonly pool?: number;
  /** Moves the replicates' mean onto the estimate: for statistics whose resamples are biased upwards. */
  readonly centred?: boolean;
  /** Values of the statistic with parts of the rows left out: gives the BCa interval (drawn = n only). */
  readonly jackknife?: Float64Array | null;
  /** What was drawn; rows unless said. */
  readonly scheme?: Scheme;
}

/** The bootstrap interval, or null when the statistic is undefined on half of the resamples. */
export function bootstrapInterval(settings: IntervalSettings): Interval | null {
  const { estimate, replicates, level, n, drawn, jackknife } = settings;
  const sorted = sortedValues(replicates.filter(value => Number.isFinite(value)));
  const undefinedCount = replicates.length - sorted.length;
  if (!Number.isFinite(estimate) || sorted.length < 2 || undefinedCount * 2 >= replicates.length) return null;
  let shares = [(1 - level) / 2, (1 + level) / 2] as const;
  const corrected = jackknife && drawn === n ? bcaShares(estimate, sorted, jackknife, shares) : null;
  if (corrected) shares = corrected;
  let [low, high] = [quantileOfSorted(sorted, shares[0]), quantileOfSorted(sorted, shares[1])];
  const moved = drawn < n || settings.centred === true;
  if (moved) {
    const mean = sorted.reduce((sum, value) => sum + value, 0) / sorted.length;
    const scale = Math.sqrt(drawn / n);
    low = estimate + (low - mean) * scale;
    high = estimate + (high - mean) * scale;
  }
  const words = [
    `${corrected ? 'BCa' : settings.centred ? 'centred percentile' : 'percentile'} bootstrap`,
    `${whole(replicates.length)} resamples`,
  ];
  const { scheme } = settings;
  if (scheme?.kind === 'stratified') words.push(`stratified by ${scheme.by}`);
  if (scheme?.kind === 'clustered') words.push(`clusters of ${scheme.by}`);
  if (drawn < n)
    words.push(
      `${whole(drawn)} rows each out of ${settings.pool === undefined ? '' : `a sample of ${whole(settings.pool)} of `}` +
        `${whole(n)}, rescaled by the root of their ratio`,
    );
  if (undefinedCount > 0) words.push(`undefined on ${whole(undefinedCount)}`);
  return { low, high, level, method: words.join(', ') };
}

/** Efron's bias-corrected and accelerated shares (1987); null when the acceleration is degenerate. */
function bcaShares(
  estimate: number,
  sorted: Float64Array,
  jackknife: Float64Array,
  shares: readonly [number, number],
): readonly [number, number] | null {
  const parts = jackknife.filter(value => !Number.isNaN(value));
  const mean = parts.reduce((sum, value) => sum + value, 0) / parts.length;
  let [squares, cubes] = [0, 0];
  for (const value of parts) {
    squares += (mean - value) ** 2;
    cubes += (mean - value) ** 3;
  }
  const below = sorted.reduce((sum, v) => sum + (v < estimate ? 1 : v === estimate ? 0.5 : 0), 0);
  const bias = normalQuantile(below / sorted.length);
  if (squares === 0 || !Number.isFinite(bias)) return null;
  const acceleration = cubes / (6 * squares ** 1.5);
  const moved = (share: number): number => {
    const z = bias + normalQuantile(share);
    return normalCdf(bias + z / (1 - acceleration * z));
  };
  return [moved(shares[0]), moved(shares[1])];
}
