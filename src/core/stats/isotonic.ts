import { sortOrder } from './ranks.ts';

/** A rising function of a score. */
export type Rising = (score: number) => number;

/**
 * Isotonic regression by pooling adjacent violators (Ayer et al. 1955): the rising function closest to the
 * outcomes in squares; linear between the scores, constant beyond them (scikit-learn's `IsotonicRegression`
 * with `out_of_bounds="clip"`).
 */
export function isotonic(scores: Float64Array, outcomes: ArrayLike<number>): Rising {
  const x: number[] = [];
  const sums: number[] = [];
  const weights: number[] = [];
  for (const at of sortOrder(scores)) {
    const score = scores[at]!;
    if (x.at(-1) === score) {
      sums[sums.length - 1]! += outcomes[at]!;
      weights[weights.length - 1]!++;
      continue;
    }
    x.push(score);
    sums.push(outcomes[at]!);
    weights.push(1);
  }
  const fitted = pooled(sums, weights);
  return score => interpolated(x, fitted, score);
}

function pooled(sums: readonly number[], weights: readonly number[]): Float64Array {
  const blocks: { sum: number; weight: number; size: number }[] = [];
  sums.forEach((sum, i) => {
    let block = { sum, weight: weights[i]!, size: 1 };
    for (let last = blocks.at(-1); last !== undefined; last = blocks.at(-1)) {
      if (last.sum / last.weight < block.sum / block.weight) break;
      blocks.pop();
      block = {
        sum: last.sum + block.sum,
        weight: last.weight + block.weight,
        size: last.size + block.size,
      };
    }
    blocks.push(block);
  });
  const fitted = new Float64Array(sums.length);
  let at = 0;
  for (const { sum, weight, size } of blocks) {
    fitted.fill(sum / weight, at, at + size);
    at += size;
  }
  return fitted;
}

function interpolated(x: readonly number[], y: Float64Array, score: number): number {
  if (x.length === 0) return NaN;
  let [low, high] = [0, x.length - 1];
  if (score <= x[low]!) return y[low]!;
  if (score >= x[high]!) return y[high]!;
  while (high - low > 1) {
    const mid = (low + high) >> 1;
    if (x[mid]! <= score) low = mid;
    else high = mid;
  }
  const share = (score - x[low]!) / (x[high]! - x[low]!);
  return y[low]! + share * (y[high]! - y[low]!);
}
