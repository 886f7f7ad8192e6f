import type { Kernel, KernelMetric, Times } from './kernel.ts';
import { rankingOf, type Ranking } from './ranking.ts';
import type { ClassScores } from './scored.ts';

/** ROC AUC and average precision of one score against one class. */
class ClassRanking {
  readonly #ranking: Ranking;
  /** At each position: twice the number of its group of equal scores, and 1 more for a row of the class. */
  readonly #cells: Uint32Array;
  /** A labelled row has no score: there is no order. */
  readonly #broken: boolean;

  constructor(scored: ClassScores, index: number) {
    const { n, scores, labels } = scored;
    const k = scored.classes.length;
    const { ranking, hits } = rankingOf(scored, index);
    const { order, values } = ranking;
    const cells = new Uint32Array(n);
    let group = 0;
    for (let at = 0; at < n; at++) {
      if (at > 0 && values[at] !== values[at - 1]) group++;
      cells[at] = 2 * group + hits[at]!;
    }
    this.#ranking = ranking;
    this.#cells = cells;
    let broken = false;
    for (let at = 0; at < n && values[at] === -Infinity; at++) {
      const row = order[at]!;
      if (labels[row]! >= 0 && Number.isNaN(scores[row * k + index]!)) broken = true;
    }
    this.#broken = broken;
  }

  /** [ROC AUC, average precision, rows of the class, rows]; the first two NaN where undefined. */
  measure(rows: Int32Array, drawn?: Times): readonly [number, number, number, number] {
    if (this.#broken) return [NaN, NaN, 0, 0];
    const { positions, times } = this.#ranking.sorted(rows, drawn);
    const cells = this.#cells;
    let n = 0;
    let positives = 0;
    let pairs = 0;
    let precision = 0;
    // From the highest score down; a group of equal scores counts when all of it was seen.
    let group = 0;
    let inGroup = 0;
    let hits = 0;
    for (let at = positions.length - 1; at >= 0; at--) {
      const count = times === undefined ? 1 : times[at]!;
      const cell = cells[positions[at]!]!;
      if (cell >>> 1 !== group) {
        pairs += (inGroup - hits) * (positives + hits / 2);
        positives += hits;
        n += inGroup;
        precision += hits * (positives / Math.max(1, n));
        inGroup = 0;
        hits = 0;
      }
      group = cell >>> 1;
      inGroup += count;
      hits += (cell & 1) * count;
    }
    pairs += (inGroup - hits) * (positives + hits / 2);
    positives += hits;
    n += inGroup;
    precision += hits * (positives / n);
    const negatives = n - positives;
    return [
      positives > 0 && negatives > 0 ? pairs / (positives * negatives) : NaN,
      positives > 0 ? precision / positives : NaN,
      positives,
      n,
    ];
  }
}

/** Metrics of the order of the positive class's score. */
export function binaryRanking(scored: ClassScores, positive: number): Kernel {
  const ranking = new ClassRanking(scored, positive);
  const metrics: KernelMetric[] = [
    { name: 'roc_auc', class: null },
    { name: 'average_precision', class: null },
  ];
  return {
    metrics,
    measure: (rows, into, at, times) => {
      [into[at], into[at + 1]] = ranking.measure(rows, times);
    },
  };
}

/** ROC AUC of each class against the rest; undefined unless every class occurs. */
export function oneAgainstRest(scored: ClassScores): Kernel {
  const rankings = scored.classes.map((_, index) => new ClassRanking(scored, index));
  return {
    metrics: [
      { name: 'roc_auc_ovr', class: null },
      { name: 'roc_auc_ovr_weighted', class: null },
    ],
    measure: (rows, into, at, times) => {
      let [sum, weighted, n] = [0, 0, 0];
      for (const ranking of rankings) {
        const [auc, , count, all] = ranking.measure(rows, times);
        sum += auc;
        weighted += auc * count;
        n = all;
      }
      into[at] = sum / rankings.length;
      into[at + 1] = weighted / n;
    },
  };
}
