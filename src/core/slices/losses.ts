import { rowLoss } from '../checks/rowLoss.ts';
import { isLabelled, type Scored } from '../metrics/scored.ts';
import { codesAt } from '../picked.ts';
import { permutation, seeded } from '../random.ts';
import { clusteredGreater, isClustered } from '../stats/clusteredMean.ts';
import { fisherGreater, welchGreater, type Sample } from '../stats/oneSided.ts';
import { partsOf, type Scheme } from '../stats/resamples.ts';

/** What rows cost, in two halves drawn at random: one to look for slices in, the other to confirm them on. */
export interface HalvedLosses {
  /** A loss for each row of the table; NaN without label. */
  readonly loss: Float64Array;
  /** True when losses are 0 (right) and 1 (wrong). */
  readonly binary: boolean;
  /** Which rows of the table are independent observations; a half holds whole clusters. */
  readonly scheme: Scheme;
  /** Labelled rows, ascending. */
  readonly discovery: Int32Array;
  readonly confirmation: Int32Array;
}

/**
 * @param rows the answer of each row of the table; null: the same row
 * @param scheme of the answers
 */
export function halvedLosses(
  scored: Scored,
  count: number,
  rows: Int32Array | null,
  scheme: Scheme,
  seed: number,
): HalvedLosses {
  const loss = new Float64Array(count);
  for (let at = 0; at < count; at++) {
    const row = rows === null ? at : rows[at]!;
    loss[at] = isLabelled(scored, row) ? rowLoss(scored, row) : NaN;
  }
  const own =
    rows === null || scheme.kind === 'rows' ? scheme : { ...scheme, parts: codesAt(scheme.parts, rows) };
  return { loss, binary: scored.kind === 'classification', scheme: own, ...halves(loss, own, seed) };
}

/**
 * Labelled rows in two halves, of as many rows or as many clusters.
 * @param loss NaN: no label
 * @param most the first half has no more rows, or clusters, than this
 */
export function halves(
  loss: Float64Array,
  scheme: Scheme,
  seed: number,
  most = Infinity,
): Pick<HalvedLosses, 'discovery' | 'confirmation'> {
  const labelled = new Int32Array(loss.length).map((_, at) => at).filter(at => !Number.isNaN(loss[at]!));
  const clusters = isClustered(scheme) ? partsOf(labelled, scheme.parts) : null;
  const units = clusters?.length ?? labelled.length;
  const first = Math.min(units >> 1, most);
  const order = permutation(seeded(seed), units);
  const rowsOf = (chosen: Int32Array): Int32Array =>
    (clusters === null ? chosen.slice() : Int32Array.from([...chosen].flatMap(at => [...clusters[at]!])))
      .sort()
      .map(at => labelled[at]!);
  return {
    discovery: rowsOf(order.subarray(0, first)),
    confirmation: rowsOf(order.subarray(first)),
  };
}

/** Count, sum and sum of squares: what is left when some rows go needs no second pass. */
export interface Moments {
  readonly n: number;
  readonly sum: number;
  readonly squares: number;
}

export function momentsOf(loss: Float64Array, rows: Int32Array): Moments {
  let [sum, squares] = [0, 0];
  for (let i = 0; i < rows.length; i++) {
    const value = loss[rows[i]!]!;
    sum += value;
    squares += value * value;
  }
  return { n: rows.length, sum, squares };
}

export function without(all: Moments, some: Moments): Moments {
  return { n: all.n - some.n, sum: all.sum - some.sum, squares: all.squares - some.squares };
}

export function meanOf({ n, sum }: Moments): number {
  return sum / n;
}

/** Sample variance; 0 for one row. */
export function varianceOf({ n, sum, squares }: Moments): number {
  return n > 1 ? Math.max(0, squares - sum ** 2 / n) / (n - 1) : 0;
}

/** One-sided p of `a` being worse than `b` (Welch). */
export function welchP(a: Moments, b: Moments): number {
  const sample = (part: Moments): Sample => ({ n: part.n, mean: meanOf(part), variance: varianceOf(part) });
  return welchGreater(sample(a), sample(b));
}

/**
 * One-sided p that `inside` is worse than the other rows: exact where losses are 0 and 1 (Fisher), of errors Welch's,
 * of clusters by their sums.
 */
export function worseP(inside: Int32Array, others: Int32Array, losses: HalvedLosses): number {
  const { loss, scheme, binary } = losses;
  if (isClustered(scheme)) return clusteredGreater(inside, others, row => loss[row]!, scheme);
  const [a, b] = [momentsOf(loss, inside), momentsOf(loss, others)];
  return binary ? fisherGreater(a.sum, a.n, a.sum + b.sum, a.n + b.n) : welchP(a, b);
}
