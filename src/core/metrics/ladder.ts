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

/** @param rows labelled rows, at least one */
export function ladderOf(scored: ClassScores, rows: Int32Array, index: number): Ladder {
  const { labels, scores, n } = scored;
  const k = scored.classes.length;
  const { order } = rankingOf(scored, index);
  const wanted = new Uint8Array(n);
  for (let i = 0; i < rows.length; i++) wanted[rows[i]!] = 1;
  const threshold = new Float64Array(rows.length);
  const tp = new Uint32Array(rows.length);
  const fp = new Uint32Array(rows.length);
  let rung = -1;
  for (let at = n - 1; at >= 0; at--) {
    const row = order[at]!;
    if (wanted[row] === 0) continue;
    const score = scores[row * k + index]!;
    if (rung < 0 || score !== threshold[rung]) {
      rung++;
      threshold[rung] = score;
      tp[rung] = rung === 0 ? 0 : tp[rung - 1]!;
      fp[rung] = rung === 0 ? 0 : fp[rung - 1]!;
    }
    if (labels[row] === index) tp[rung]!++;
    else fp[rung]!++;
  }
  return { length: rung + 1, threshold, tp, fp };
}
