import type { Signal } from '../../signal.ts';
import type { Gower } from '../gower.ts';

/** What a model says of composed rows, seen from the answer that is wanted. */
export interface Answered {
  /** Higher is nearer to what is wanted: the wanted class's score, or minus the way to the wanted range. */
  readonly score: Float64Array;
  /** 1 where the model gives what is wanted. */
  readonly met: Uint8Array;
}

/** A model as the answer to composed rows: row i takes column j from pool row picks[i * d + j]. */
export interface WantedModel {
  readonly columns: number;
  evaluate(picks: Int32Array, signal: Signal): Promise<Answered>;
}

/** A composed row that gives what is wanted: column j comes from pool row picks[j]. */
export interface Composed {
  readonly picks: Int32Array;
  /** Gower's distance from the row it was made for. */
  readonly distance: number;
  /** The pool row it goes towards. */
  readonly toward: number;
}

/** What the greedy search looks at: the gain in score, or the gain for the way gone (Brughmans et al. 2023). */
export type Reward = 'sparsity' | 'proximity';

const batchRows = 32_768;

/** Evaluates in batches that the runtime's threads are busy with. */
export async function evaluated(model: WantedModel, picks: Int32Array, signal: Signal): Promise<Answered> {
  const d = model.columns;
  const n = picks.length / Math.max(1, d);
  const score = new Float64Array(n);
  const met = new Uint8Array(n);
  for (let from = 0; from < n; from += batchRows) {
    signal.throwIfAborted();
    const part = await model.evaluate(picks.subarray(from * d, Math.min(n, from + batchRows) * d), signal);
    score.set(part.score, from);
    met.set(part.met, from);
  }
  return { score, met };
}

interface Walk {
  readonly target: Int32Array;
  readonly toward: number;
  readonly picks: Int32Array;
  score: number;
  met: boolean;
}

/**
 * Best-first search from a row towards rows that give what is wanted: one column at a time takes the target's
 * value, the one of the highest reward, until the model gives what is wanted. All walks share their batches.
 * @param targets composed rows that give what is wanted
 */
export async function bestFirst(
  model: WantedModel,
  distance: Gower,
  row: number,
  targets: readonly Composed[],
  reward: Reward,
  signal: Signal,
): Promise<Composed[]> {
  const d = model.columns;
  const start = new Int32Array(d).fill(row);
  const first = await model.evaluate(start, signal);
  const walks: Walk[] = targets.map(({ picks, toward }) => ({
    target: picks,
    toward,
    picks: start.slice(),
    score: first.score[0]!,
    met: first.met[0] === 1,
  }));
  for (;;) {
    const going = walks.filter(({ met }) => !met);
    if (going.length === 0) break;
    const steps = going.map(walk => stepsOf(walk, distance, row));
    const answers = await evaluated(model, rowsOf(going, steps, d), signal);
    let at = 0;
    going.forEach((walk, w) => {
      const columns = steps[w]!;
      if (columns.length === 0) {
        walk.met = true;
        return;
      }
      const best = bestStep(walk, columns, answers.score, at, reward, distance, row);
      walk.picks[columns[best]!] = walk.target[columns[best]!]!;
      walk.score = answers.score[at + best]!;
      // The last column taken makes the target itself.
      walk.met = answers.met[at + best] === 1 || columns.length === 1;
      at += columns.length;
    });
  }
  return walks.map(({ picks, toward }) => ({ picks, toward, distance: distance.composed(picks, 0, row) }));
}

/** Columns in which a walk has not yet its target's value. */
function stepsOf({ picks, target }: Walk, distance: Gower, row: number): number[] {
  const columns: number[] = [];
  picks.forEach((pick, j) => {
    if (pick === row && distance.column(j, row, target[j]!) > 0) columns.push(j);
  });
  return columns;
}

function rowsOf(walks: readonly Walk[], steps: readonly (readonly number[])[], d: number): Int32Array {
  const picks = new Int32Array(steps.reduce((sum, columns) => sum + columns.length, 0) * d);
  let at = 0;
  walks.forEach((walk, w) => {
    for (const j of steps[w]!) {
      picks.set(walk.picks, at);
      picks[at + j] = walk.target[j]!;
      at += d;
    }
  });
  return picks;
}

function bestStep(
  walk: Walk,
  columns: readonly number[],
  scores: Float64Array,
  from: number,
  reward: Reward,
  distance: Gower,
  row: number,
): number {
  let best = 0;
  let most = -Infinity;
  columns.forEach((j, i) => {
    const gain = scores[from + i]! - walk.score;
    const value = reward === 'sparsity' ? gain : gain / distance.column(j, row, walk.target[j]!);
    if (value > most) {
      most = value;
      best = i;
    }
  });
  return best;
}

/**
 * Takes back every change that is not needed, the farthest first: afterwards, taking back any single one loses
 * what is wanted.
 */
export async function withoutNeedless(
  model: WantedModel,
  distance: Gower,
  row: number,
  found: readonly Composed[],
  signal: Signal,
): Promise<Composed[]> {
  const d = model.columns;
  const walks = found.map(({ picks, toward }) => ({ picks: picks.slice(), toward, open: true }));
  for (;;) {
    const going = walks.filter(({ open }) => open);
    if (going.length === 0) break;
    const changed = going.map(({ picks }) => [...picks.keys()].filter(j => picks[j] !== row));
    const rows = new Int32Array(changed.reduce((sum, columns) => sum + columns.length, 0) * d);
    let at = 0;
    going.forEach(({ picks }, w) => {
      for (const j of changed[w]!) {
        rows.set(picks, at);
        rows[at + j] = row;
        at += d;
      }
    });
    const { met } = await evaluated(model, rows, signal);
    at = 0;
    going.forEach((walk, w) => {
      let farthest = -1;
      let most = -1;
      for (const j of changed[w]!) {
        const away = distance.column(j, row, walk.picks[j]!);
        if (met[at++] === 1 && away > most) {
          farthest = j;
          most = away;
        }
      }
      if (farthest < 0) walk.open = false;
      else walk.picks[farthest] = row;
    });
  }
  return walks.map(({ picks, toward }) => ({ picks, toward, distance: distance.composed(picks, 0, row) }));
}

/** Each composed row once, nearest first. */
export function distinct(found: readonly Composed[], distance: Gower): Composed[] {
  const kept: Composed[] = [];
  for (const one of found.toSorted((a, b) => a.distance - b.distance || a.toward - b.toward))
    if (!kept.some(other => same(other.picks, one.picks, distance))) kept.push(one);
  return kept;
}

function same(a: Int32Array, b: Int32Array, distance: Gower): boolean {
  return a.every((pick, j) => distance.column(j, pick, b[j]!) === 0);
}
