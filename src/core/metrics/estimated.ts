import { isotonic, type Rising } from '../stats/isotonic.ts';
import { sortOrder } from '../stats/ranks.ts';

/** What the metrics of a binary classifier are expected to be, without labels. */
export interface EstimatedMetrics {
  readonly roc_auc: number;
  readonly accuracy: number;
  readonly precision: number;
  readonly recall: number;
  readonly specificity: number;
  readonly f1: number;
  readonly brier_score: number;
}

/** Scores to probabilities that held where labels were known (isotonic regression). */
export function calibrator(scores: Float64Array, positive: ArrayLike<number>): Rising {
  return isotonic(scores, positive);
}

/**
 * Confidence-based performance estimation (NannyML's CBPE): each row counts as positive with its calibrated
 * probability. It holds while the relation of inputs and outcome does: under covariate shift, not under
 * concept drift. NaN where undefined.
 * @param predicted 1: called positive
 */
export function estimatedMetrics(
  scores: Float64Array,
  calibrated: Float64Array,
  predicted: ArrayLike<number>,
): EstimatedMetrics {
  let [tp, fp, fn, tn, squares] = [0, 0, 0, 0, 0];
  calibrated.forEach((p, row) => {
    if (predicted[row] === 1) {
      tp += p;
      fp += 1 - p;
    } else {
      fn += p;
      tn += 1 - p;
    }
    squares += p * (1 - scores[row]!) ** 2 + (1 - p) * scores[row]! ** 2;
  });
  return {
    roc_auc: expectedAuc(scores, sortOrder(scores), calibrated),
    accuracy: (tp + tn) / scores.length,
    precision: tp / (tp + fp),
    recall: tp / (tp + fn),
    specificity: tn / (tn + fp),
    f1: (2 * tp) / (2 * tp + fp + fn),
    brier_score: squares / scores.length,
  };
}

/**
 * ROC AUC when row i is positive by the share `weight[i]`; with weights 0 and 1, the ROC AUC.
 * @param order rows by ascending score
 */
export function expectedAuc(scores: Float64Array, order: Uint32Array, weight: ArrayLike<number>): number {
  let [below, positives, pairs] = [0, 0, 0];
  for (let start = 0; start < order.length;) {
    let [own, others, end] = [0, 0, start];
    for (; end < order.length && scores[order[end]!] === scores[order[start]!]; end++) {
      own += weight[order[end]!]!;
      others += 1 - weight[order[end]!]!;
    }
    pairs += own * (below + others / 2);
    below += others;
    positives += own;
    start = end;
  }
  return pairs / (positives * below);
}
