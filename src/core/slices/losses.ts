import { rowLoss } from '../checks/rowLoss.ts';
import { isLabelled, type Scored } from '../metrics/scored.ts';
import { permutation, seeded } from '../random.ts';
import { fisherGreater, welchGreater, type Sample } from '../stats/oneSided.ts';

/** What rows cost, in two halves drawn at random: one to look for slices in, the other to confirm them on. */
export interface HalvedLosses {
  /** A loss for each row of the table; NaN without label. */
  readonly loss: Float64Array;
  /** True when losses are 0 (right) and 1 (wrong). */
  readonly binary: boolean;
  /** Labelled rows, ascending. */
  readonly discovery: Int32Array;
  readonly confirmation: Int32Array;
}

/** @param rows the answer of each row of the table; null: the same row */
export function halvedLosses(
  scored: Scored,
  count: number,
  rows: Int32Array | null,
  seed: number,
): HalvedLosses {
  const loss = new Float64Array(count);
  for (let at = 0; at < count; at++) {
    const row = rows === null ? at : rows[at]!;
    loss[at] = isLabelled(scored, row) ? rowLoss(scored, row) : NaN;
  }
  const labelled = Int32Array.from(loss.keys()).filter(at => !Number.isNaN(loss[at]!));
  const order = permutation(seeded(seed), labelled.length);
  const first = order
    .subarray(0, labelled.length >> 1)
    .slice()
    .sort();
  const second = order
    .subarray(labelled.length >> 1)
    .slice()
    .sort();
  return {
    loss,
    binary: scored.kind === 'classification',
    discovery: first.map(at => labelled[at]!),
    confirmation: second.map(at => labelled[at]!),
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
  for (const row of rows) {
    sum += loss[row]!;
    squares += loss[row]! ** 2;
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

/** The same by the exact test where losses are 0 and 1. */
export function exactP(a: Moments, b: Moments, { binary }: HalvedLosses): number {
  return binary ? fisherGreater(a.sum, a.n, a.sum + b.sum, a.n + b.n) : welchP(a, b);
}
