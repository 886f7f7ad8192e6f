import { rankingOf } from './ranking.ts';
import type { ClassScores } from './scored.ts';

/** One rung for each distinct score of a class, from the highest down, as columns. */
export interface Ladder {
  readonly length: number;
  readonly threshold: Float64Array;
  /** Rows at or above the threshold: how many are of the class, how many not. */
  readonly tp: Uint32Array;
  readonly fp: Uint32Array;
}

interface Kept {
  readonly rows: Int32Array;
  readonly index: number;
  readonly ladder: Ladder;
}

/** The last of each: charts, thresholds and costs ask for the same one. */
const kept = new WeakMap<ClassScores, Kept>();

/** @param rows labelled rows, at least one, which do not change */
export function ladderOf(scored: ClassScores, rows: Int32Array, index: number): Ladder {
  const known = kept.get(scored);
  if (known?.rows === rows && known.index === index) return known.ladder;
  const ladder = ladderIn(scored, rows, index);
  kept.set(scored, { rows, index, ladder });
  return ladder;
}

function ladderIn(scored: ClassScores, rows: Int32Array, index: number): Ladder {
  const { ranking, hits } = rankingOf(scored, index);
  const { order, values } = ranking;
  const asked = rows.length === scored.n ? null : membersOf(rows, scored.n);
  const threshold = new Float64Array(rows.length);
  const tp = new Uint32Array(rows.length);
  const fp = new Uint32Array(rows.length);
  let rung = -1;
  let [found, seen] = [0, 0];
  for (let at = order.length - 1; at >= 0; at--) {
    if (asked !== null && asked[order[at]!] === 0) continue;
    if (rung < 0 || values[at] !== threshold[rung]) threshold[++rung] = values[at]!;
    found += hits[at]!;
    tp[rung] = found;
    fp[rung] = ++seen - found;
  }
  return { length: rung + 1, threshold, tp, fp };
}

/** 1 for each of some rows, among n. */
function membersOf(rows: Int32Array, n: number): Uint8Array {
  const members = new Uint8Array(n);
  for (let i = 0; i < rows.length; i++) members[rows[i]!] = 1;
  return members;
}
