import { cellAt } from '../../../core/data/table.ts';
import { individualCurves, summarise } from '../../../core/explain/effects/curves.ts';
import { supportBin } from '../../../core/explain/effects/support.ts';
import { permutation, seeded } from '../../../core/random.ts';
import type { EffectsJob } from '../../../protocol/engine.ts';
import type { PartialDependence, Support } from '../../../protocol/results/effects.ts';
import { neverAborted } from '../../tasks/signal.ts';
import type { Setting } from './feature.ts';
import type { Positions } from './pool.ts';

const level = 0.95;

/** What a curve is drawn from. */
interface Drawn extends Pick<PartialDependence, 'method' | 'shape' | 'positions' | 'merged'> {
  /** Where each value is looked for in the reference. */
  readonly places: readonly (number | string)[];
  /** values x n */
  readonly curves: Float64Array;
}

/** Partial dependence of one column: every step of a tree ensemble, else the runtime asked at each position. */
export async function partialOf(
  setting: Setting,
  player: number,
  positions: Positions,
  support: Support,
): Promise<PartialDependence> {
  const { subject, job } = setting;
  const column = subject.table.columns[player]!;
  const n = subject.table.rows;
  const drawn = (await stepped(setting, player, positions)) ?? (await asked(setting, player, positions));
  const { method, shape, places, curves, merged } = drawn;
  const thin = places.map(place => thinAt(support, place));
  const centre = Math.max(0, thin.indexOf(false));
  const { mean, low, high, spread } = summarise(curves, n, centre);
  return {
    method,
    shape,
    positions: drawn.positions,
    values: Array.from(mean),
    band: { low: Array.from(low), high: Array.from(high), level, method: `normal, over ${n} rows` },
    thin,
    missing: await missingOf(setting, player),
    merged,
    ice: {
      centre: places[centre]!,
      curves: individuals(n, job).map(i => ({
        row: subject.rows[i]!,
        at: cellAt(column, i),
        base: curves[centre * n + i]!,
        values: places.map((_, k) => curves[k * n + i]! - curves[centre * n + i]!),
      })),
      spread: Array.from(spread),
    },
    range: rangeOf(mean, thin),
  };
}

async function stepped(
  { exact, model }: Setting,
  player: number,
  positions: Positions,
): Promise<Drawn | null> {
  const steps = (await exact?.steps(model, player, positions)) ?? null;
  if (steps === null) return null;
  const { edges, curves, merged } = steps;
  const places = edges.slice(1).map((edge, k) => (edges[k]! + edge) / 2);
  return { method: 'exact', shape: 'steps', positions: [...edges], places, curves, merged };
}

async function asked(
  { model, subject }: Setting,
  player: number,
  { grid, gridRows }: Positions,
): Promise<Drawn> {
  const sources = Array.from(gridRows, source => Int32Array.of(source));
  const curves = await individualCurves(model, all(subject.table.rows), [player], sources, neverAborted);
  const shape = subject.table.columns[player]!.kind === 'number' ? 'points' : 'levels';
  return { method: 'grid', shape, positions: [...grid], places: grid, curves, merged: 0 };
}

/** The mean answer with the column missing; null when it is missing in no row. */
async function missingOf({ model, subject }: Setting, player: number): Promise<number | null> {
  const { rows, columns } = subject.table;
  const missing = all(rows).find(row => cellAt(columns[player]!, row) === null);
  if (missing === undefined) return null;
  const answers = await individualCurves(model, all(rows), [player], [Int32Array.of(missing)], neverAborted);
  return answers.reduce((sum, value) => sum + value, 0) / rows;
}

function all(rows: number): Int32Array {
  return Int32Array.from({ length: rows }, (_, i) => i);
}

/** Whether the reference is thin at a position of a curve. */
function thinAt(support: Support, position: number | string): boolean {
  const bin =
    typeof position === 'number'
      ? supportBin(Float64Array.from(support.positions as number[]), position)
      : support.positions.indexOf(position);
  return support.thin[bin] ?? true;
}

/** A seeded sample of the averaged rows, ascending. */
function individuals(n: number, { individuals: count, seed }: EffectsJob): number[] {
  return Array.from(permutation(seeded(seed), n).subarray(0, count)).sort((a, b) => a - b);
}

/** Highest less lowest value where data is; of all values where it is thin everywhere. */
function rangeOf(values: ArrayLike<number>, thin: readonly boolean[]): number {
  const all = Array.from(values);
  const seen = all.filter((_, k) => thin[k] === false);
  const shown = seen.length > 1 ? seen : all;
  return Math.max(...shown) - Math.min(...shown);
}
