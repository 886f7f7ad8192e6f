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
  const { labels, n } = scored;
  const { order, values } = rankingOf(scored, index);
  // 0: not among the rows; 1: of another class; 2: of the class.
  const codes = new Uint8Array(n);
  for (let i = 0; i < rows.length; i++) codes[rows[i]!] = labels[rows[i]!] === index ? 2 : 1;
  const threshold = new Float64Array(rows.length);
  const tp = new Uint32Array(rows.length);
  const fp = new Uint32Array(rows.length);
  let rung = -1;
  let [hits, misses] = [0, 0];
  for (let at = n - 1; at >= 0; at--) {
    const code = codes[order[at]!]!;
    if (code === 0) continue;
    if (rung < 0 || values[at] !== threshold[rung]) threshold[++rung] = values[at]!;
    if (code === 2) hits++;
    else misses++;
    tp[rung] = hits;
    fp[rung] = misses;
  }
  return { length: rung + 1, threshold, tp, fp };
}
