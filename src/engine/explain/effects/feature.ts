import type { Column, Table } from '../../../core/data/table.ts';
import {
  accumulatedEffects,
  accumulatedLevels,
  binsOf,
  type Accumulated,
} from '../../../core/explain/effects/accumulated.ts';
import { sortedNumbers } from '../../../core/explain/effects/grid.ts';
import { isThin, levelSupport, numberSupport } from '../../../core/explain/effects/support.ts';
import type { ComposedModel } from '../../../core/explain/types.ts';
import type { EffectsJob } from '../../../protocol/engine.ts';
import type { AccumulatedEffects, FeatureEffect, Support } from '../../../protocol/results/effects.ts';
import { neverAborted } from '../../tasks/signal.ts';
import type { Sampled } from '../sampled.ts';
import type { ExactCurves } from './exactCurves.ts';
import { partialOf } from './partial.ts';
import type { EffectPool, Positions } from './pool.ts';

export interface Setting {
  readonly model: ComposedModel;
  readonly pool: EffectPool;
  readonly reference: Table;
  readonly subject: Sampled;
  readonly job: EffectsJob;
  readonly predictions: Float64Array;
  /** null: the model is no tree ensemble that was proven. */
  readonly exact: ExactCurves | null;
}

const level = 0.95;

/** Both curves of one column, and where it has data. */
export async function featureEffect(setting: Setting, player: number): Promise<FeatureEffect> {
  const { subject, pool, job } = setting;
  const column = subject.table.columns[player]!;
  const positions = pool.of(player);
  const support = supportOf(setting, player, positions);
  const base = { feature: column.name, kind: column.kind, why: positions.why, support };
  if (positions.why !== null) return { ...base, partial: null, accumulated: null };
  return {
    ...base,
    partial: job.curves === 'accumulated' ? null : await partialOf(setting, player, positions, support),
    accumulated: job.curves === 'partial' ? null : await accumulated(setting, player, positions),
  };
}

async function accumulated(
  { model, subject }: Setting,
  player: number,
  { edges, edgeRows }: Positions,
): Promise<AccumulatedEffects> {
  const column = subject.table.columns[player]!;
  const rows = Int32Array.from({ length: subject.table.rows }, (_, i) => i);
  let found: Accumulated;
  let counts: number[];
  if (column.kind === 'number') {
    const finite = column.values.map(value => (Number.isFinite(value) ? value : NaN));
    const bins = binsOf(finite, Float64Array.from(edges as number[]));
    counts = counted(bins, edges.length - 1);
    found = await accumulatedEffects(model, rows, player, bins, edgeRows, neverAborted);
  } else {
    const place = new Map(edges.map((word, at) => [word, at]));
    const places = Int32Array.from(column.codes, code => place.get(column.levels[code] ?? '') ?? -1);
    counts = counted(places, edges.length);
    found = await accumulatedLevels(model, rows, player, places, edgeRows, neverAborted);
  }
  const total = counts.reduce((sum, count) => sum + count, 0);
  const thin = counts.map(count => isThin(count, total, counts.length));
  return {
    shape: column.kind === 'number' ? 'points' : 'levels',
    positions: [...edges],
    values: Array.from(found.values),
    band: {
      low: Array.from(found.low),
      high: Array.from(found.high),
      level,
      method: 'normal, over the rows of each bin',
    },
    counts,
    thin,
    range: Math.max(...found.values) - Math.min(...found.values),
  };
}

function supportOf({ subject, reference, job }: Setting, player: number, positions: Positions): Support {
  const own = subject.table.columns[player]!;
  const column = reference.columns[player]!;
  const base = {
    role: job.reference === null ? ('data' as const) : ('reference' as const),
    rows: reference.rows,
  };
  if (own.kind === 'category' && column.kind === 'category') {
    const { levels, counts, thin, missing } = levelSupport(column, positions.grid.map(String));
    return { ...base, positions: [...levels], counts: [...counts], thin: [...thin], missing };
  }
  const numbers = column as Extract<Column, { kind: 'number' }>;
  const grid = Float64Array.from(
    positions.grid.length > 0 ? (positions.grid as readonly number[]) : sortedNumbers(numbers).subarray(0, 1),
  );
  if (grid.length === 0) return { ...base, positions: [], counts: [], thin: [], missing: reference.rows };
  const { edges, counts, thin, missing } = numberSupport(numbers, grid, positions.discrete);
  return { ...base, positions: Array.from(edges), counts: [...counts], thin: [...thin], missing };
}

function counted(bins: Int32Array, size: number): number[] {
  const counts = new Array<number>(size).fill(0);
  for (const bin of bins) if (bin >= 0) counts[bin]!++;
  return counts;
}
