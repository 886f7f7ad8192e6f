import { codesAt } from '../picked.ts';
import type { Progress, Signal } from '../signal.ts';
import { partsOf, Resamples, type Draws, type Scheme } from '../stats/resamples.ts';
import { rankOrder, taken } from './arranged.ts';
import type { Kernel, KernelMetric } from './kernel.ts';
import { kernelsOf, together } from './kernels.ts';
import type { Scored } from './scored.ts';

export interface ResampleOptions {
  readonly resamples: number;
  readonly seed: number;
  readonly scheme: Scheme;
  readonly signal: Signal;
  readonly progress: Progress;
  /** Resamples of answers that were measured already with these options, over the same rows. */
  readonly memo?: Map<Scored, Replicates>;
}

/** The metrics of one model's answers on each resample. */
export interface Replicates {
  readonly metrics: readonly KernelMetric[];
  /** One array of `resamples` values a metric; NaN where undefined. */
  readonly values: readonly Float64Array[];
  /** Rows that they are of. */
  readonly n: number;
  readonly drawn: number;
  readonly pool: number;
}

/** Several models' metrics on the same draws of the same rows; what was drawn once is not drawn again. */
export function replicatesOf(
  models: readonly Scored[],
  rows: Int32Array,
  options: ResampleOptions,
): Replicates[] {
  const known = (scored: Scored): Replicates | undefined => {
    const found = options.memo?.get(scored);
    return found?.n === rows.length ? found : undefined;
  };
  const missing = models.filter(scored => known(scored) === undefined);
  const made = new Map(
    missing.length === 0
      ? []
      : measuredOn(missing, new Resamples(rows, options.seed, options.scheme), rows.length, options).map(
          (found, i) => [missing[i]!, found],
        ),
  );
  for (const [scored, found] of made) options.memo?.set(scored, found);
  return models.map(scored => made.get(scored) ?? known(scored)!);
}

/** Each model's rows are brought into the order that its ranked metrics need, and the draws with them. */
export function measuredOn(
  models: readonly Scored[],
  draws: Draws,
  n: number,
  { resamples, signal, progress }: Pick<ResampleOptions, 'resamples' | 'signal' | 'progress'>,
): Replicates[] {
  const sides = models.map(scored => {
    const order = rankOrder(scored, draws.pool);
    const kernel = together(kernelsOf(taken(scored, codesAt(draws.pool, order))));
    return {
      drawn:
        scored.kind === 'classification' && scored.positive === null
          ? inTurn(order, draws.places)
          : ranked(order),
      kernel,
      values: new Float64Array(kernel.metrics.length),
      replicates: kernel.metrics.map(() => new Float64Array(resamples)),
    };
  });
  for (let draw = 0; draw < resamples; draw++) {
    signal.throwIfAborted();
    const next = draws.next();
    for (const { drawn, kernel, values, replicates } of sides) {
      const { rows, times } = drawn(next);
      kernel.measure(rows, values, 0, times);
      for (let at = 0; at < values.length; at++) replicates[at]![draw] = values[at]!;
    }
    progress(
      draw + 1,
      resamples,
      models.length === 1 ? 'resampling the metrics' : 'resampling both versions',
    );
  }
  return sides.map(({ kernel, replicates }) => ({
    metrics: kernel.metrics,
    values: replicates,
    n,
    drawn: draws.size,
    pool: draws.pool.length,
  }));
}

/** The rows of a draw in a model's own order, and how often each counts. The arrays are used again by the next draw. */
type Drawing = (drawn: Uint16Array) => { readonly rows: Int32Array; readonly times: Uint16Array };

/** Only the rows that were drawn: out of a sample that is two thirds fewer. */
function ranked(order: Uint32Array): Drawing {
  const rows = new Int32Array(order.length);
  const times = new Uint16Array(order.length);
  return drawn => {
    const n = kept(order, drawn, rows, times);
    return { rows: rows.subarray(0, n), times: times.subarray(0, n) };
  };
}

/** The places that were drawn, and how often, to the front of two arrays; without a branch that would be guessed wrongly. */
function kept(order: Uint32Array, drawn: Uint16Array, rows: Int32Array, times: Uint16Array): number {
  let n = 0;
  for (let i = 0; i < order.length; i++) {
    const count = drawn[order[i]!]!;
    rows[n] = i;
    times[n] = count;
    n += (0 - count) >>> 31;
  }
  return n;
}

/** All rows: the sums of several classes' probabilities are grouped by neighbours that were not drawn, too. */
function inTurn(order: Uint32Array, rows: Int32Array): Drawing {
  const times = new Uint16Array(order.length);
  return drawn => {
    for (let i = 0; i < order.length; i++) times[i] = drawn[order[i]!]!;
    return { rows, times };
  };
}

/** Parts that are left out for the acceleration of a BCa interval, at most. */
const mostParts = 500;

/**
 * The metrics with each part of the rows left out in turn: every row, 500 parts of neighbouring rows, or the
 * clusters (at most 500 parts of them).
 */
export function leaveOut(kernel: Kernel, rows: Int32Array, scheme: Scheme): Float64Array[] {
  const units = scheme.kind === 'clustered' ? partsOf(rows, scheme.parts) : null;
  const count = units?.length ?? rows.length;
  const parts = Math.min(count, mostParts);
  const found = kernel.metrics.map(() => new Float64Array(parts));
  const values = new Float64Array(kernel.metrics.length);
  for (let part = 0; part < parts; part++) {
    const [start, end] = [Math.floor((part * count) / parts), Math.floor(((part + 1) * count) / parts)];
    const out = new Set<number>();
    for (let unit = start; unit < end; unit++)
      if (units === null) out.add(unit);
      else for (const place of units[unit]!) out.add(place);
    kernel.measure(
      rows.filter((_, place) => !out.has(place)),
      values,
      0,
    );
    for (let at = 0; at < values.length; at++) found[at]![part] = values[at]!;
  }
  return found;
}
