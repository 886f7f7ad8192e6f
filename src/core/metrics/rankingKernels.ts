import type { Kernel, KernelMetric } from './kernel.ts';
import { Ranking } from './ranking.ts';
import type { ClassScores } from './scored.ts';

/** ROC AUC and average precision of one score against one class. */
class ClassRanking {
  readonly #ranking: Ranking;
  readonly #isClass: Uint8Array;
  /** A labelled row has no score: there is no order. */
  readonly #broken: boolean;

  constructor(scored: ClassScores, index: number) {
    const { n, scores, labels } = scored;
    const k = scored.classes.length;
    const values = Float64Array.from({ length: n }, (_, row) => scores[row * k + index]!);
    this.#broken = values.some((value, row) => Number.isNaN(value) && labels[row]! >= 0);
    this.#ranking = new Ranking(values.map(value => (Number.isNaN(value) ? -Infinity : value)));
    this.#isClass = Uint8Array.from(this.#ranking.order, row => (labels[row] === index ? 1 : 0));
  }

  /** [ROC AUC, average precision, rows of the class]; NaN where undefined. */
  measure(rows: Int32Array): readonly [number, number, number] {
    if (this.#broken) return [NaN, NaN, 0];
    const positions = this.#ranking.sorted(rows);
    const n = positions.length;
    let positives = 0;
    let pairs = 0;
    let precision = 0;
    // From the highest score down, one group of equal scores at a time.
    for (let end = n; end > 0;) {
      let start = end;
      let hits = 0;
      const last = positions[end - 1]!;
      while (start > 0 && this.#ranking.tied(positions[start - 1]!, last)) {
        start--;
        hits += this.#isClass[positions[start]!]!;
      }
      const misses = end - start - hits;
      pairs += misses * (positives + hits / 2);
      positives += hits;
      precision += hits * (positives / (n - start));
      end = start;
    }
    const negatives = n - positives;
    return [
      positives > 0 && negatives > 0 ? pairs / (positives * negatives) : NaN,
      positives > 0 ? precision / positives : NaN,
      positives,
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
    measure: (rows, into, at) => {
      [into[at], into[at + 1]] = ranking.measure(rows);
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
    measure: (rows, into, at) => {
      let [sum, weighted] = [0, 0];
      for (const ranking of rankings) {
        const [auc, , count] = ranking.measure(rows);
        sum += auc;
        weighted += auc * count;
      }
      into[at] = sum / rankings.length;
      into[at + 1] = weighted / rows.length;
    },
  };
}
