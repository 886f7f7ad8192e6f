import type { Signal } from '../../signal.ts';
import type { Gower } from '../gower.ts';
import {
  bestFirst,
  distinct,
  evaluated,
  withoutNeedless,
  type Composed,
  type WantedModel,
} from './search.ts';

export interface NiceTask {
  readonly model: WantedModel;
  /** Pool row to explain. */
  readonly row: number;
  /** Pool rows of instances to start from. */
  readonly reference: Int32Array;
  readonly distance: Gower;
  /** Whether the row may take column j from a pool row. */
  readonly permits: (j: number, other: number) => boolean;
  /** Counterfactuals wanted, at most. */
  readonly count: number;
  readonly signal: Signal;
}

/**
 * Counterfactuals by nearest instances (NICE: Brughmans, Leyman and Martens 2023, Data Mining and Knowledge
 * Discovery): the nearest reference rows that give what is wanted, once as much of the row is kept as the
 * constraints demand; then a best-first search from the row towards each, by sparsity and by proximity; then
 * changes that are not needed are taken back. Any model; batched.
 * @returns distinct ones, nearest first; none only when no reference row gives what is wanted
 */
export async function nice(task: NiceTask): Promise<Composed[]> {
  const { model, row, distance, count, signal } = task;
  const targets = (await nearestUnlike(task)).slice(0, 2 * count);
  const found: Composed[] = [];
  for (const reward of ['sparsity', 'proximity'] as const)
    found.push(...(await bestFirst(model, distance, row, targets, reward, signal)));
  const needed = await withoutNeedless(model, distance, row, distinct(found, distance), signal);
  return distinct(needed, distance).slice(0, count);
}

/** Reference rows, with what must stay taken from the row itself, that give what is wanted: nearest first. */
export async function nearestUnlike(task: Omit<NiceTask, 'count'>): Promise<Composed[]> {
  const { model, row, reference, distance, permits, signal } = task;
  const d = model.columns;
  const picks = new Int32Array(reference.length * d);
  reference.forEach((other, i) => {
    for (let j = 0; j < d; j++) picks[i * d + j] = permits(j, other) ? other : row;
  });
  const { met } = await evaluated(model, picks, signal);
  const found: Composed[] = [];
  reference.forEach((toward, i) => {
    if (met[i] === 1)
      found.push({
        picks: picks.slice(i * d, (i + 1) * d),
        toward,
        distance: distance.composed(picks, i * d, row),
      });
  });
  return found.sort((a, b) => a.distance - b.distance || a.toward - b.toward);
}
