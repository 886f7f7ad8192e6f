import { individualCurves } from '../../../core/explain/effects/curves.ts';
import { interactionOf } from '../../../core/explain/effects/pairs.ts';
import { BadInput } from '../../../core/failure.ts';
import { cellAt, type Column } from '../../../core/data/table.ts';
import { permutation, seeded } from '../../../core/random.ts';
import type { PairEffect } from '../../../protocol/results/effects.ts';
import { neverAborted } from '../../tasks/signal.ts';
import type { Setting } from './feature.ts';

/** Rows that the surface is averaged over, and positions of each column: their product is asked of the model. */
const surfaceRows = 200;
const surfacePositions = 16;
/** H asks the model for the square of this, three times. */
const interactionRows = 100;
const fewRows = 5;

/** The joint partial dependence of two columns, and how far it is from the sum of each alone. */
export async function pairEffect(
  { model, pool, subject, reference, job, predictions }: Setting,
  pair: readonly [number, number],
): Promise<PairEffect> {
  const [a, b] = pair.map(player => subject.table.columns[player]!) as [Column, Column];
  if (a === b)
    throw new BadInput('pair', `A pair is of two columns; \`${a.name}\` was named twice. Name another.`);
  const shown = pair.map(player => {
    const { why, grid, gridRows } = pool.of(player);
    if (why !== null) throw new BadInput('constant-column', `${why} Choose another pair.`);
    const kept = thinned(grid.length);
    return { grid: kept.map(k => grid[k]!), rows: kept.map(k => gridRows[k]!) };
  });
  const [first, second] = shown as [(typeof shown)[0], (typeof shown)[0]];
  const order = permutation(seeded(job.seed), subject.table.rows);
  const rows = order.subarray(0, surfaceRows).toSorted();
  const positions = first.rows.flatMap(x => second.rows.map(y => Int32Array.of(x, y)));
  const curves = await individualCurves(model, rows, pair, positions, neverAborted);
  const n = rows.length;
  const mean = (k: number): number =>
    curves.subarray(k * n, (k + 1) * n).reduce((sum, value) => sum + value, 0) / n;
  const counts = nearest(reference.columns[pair[0]]!, first.grid, reference.columns[pair[1]]!, second.grid);
  const sample = order.subarray(0, interactionRows).toSorted();
  const spread = deviation(predictions);
  const { h, size } = await interactionOf(model, sample, pair, spread, neverAborted);
  return {
    features: [a.name, b.name],
    positions: [first.grid, second.grid],
    values: first.grid.map((_, i) => second.grid.map((__, j) => mean(i * second.grid.length + j))),
    counts,
    thin: counts.map(line => line.map(count => count < fewRows)),
    interaction: { h, size, rows: sample.length },
  };
}

/** At most `surfacePositions` of so many places, evenly, both ends kept. */
function thinned(length: number): number[] {
  if (length <= surfacePositions) return Array.from({ length }, (_, k) => k);
  return Array.from({ length: surfacePositions }, (_, k) =>
    Math.round((k * (length - 1)) / (surfacePositions - 1)),
  );
}

/** Rows nearest to each pair of positions; words count only where they are the position. */
function nearest(
  a: Column,
  first: readonly (number | string)[],
  b: Column,
  second: readonly (number | string)[],
): number[][] {
  const counts = first.map(() => second.map(() => 0));
  const rows = a.kind === 'number' ? a.values.length : a.codes.length;
  for (let row = 0; row < rows; row++) {
    const [i, j] = [placeOf(a, row, first), placeOf(b, row, second)];
    if (i >= 0 && j >= 0) counts[i]![j]!++;
  }
  return counts;
}

function placeOf(column: Column, row: number, positions: readonly (number | string)[]): number {
  const value = cellAt(column, row);
  if (typeof value !== 'number') return positions.indexOf(String(value));
  const numbers = positions as readonly number[];
  let best = -1;
  numbers.forEach((position, k) => {
    if (best < 0 || Math.abs(position - value) < Math.abs(numbers[best]! - value)) best = k;
  });
  return best;
}

function deviation(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}
