import type { MetricName } from '../metrics/definitions.ts';
import type { Scored } from '../metrics/scored.ts';
import type { Random } from '../random.ts';
import { normalQuantile } from '../stats/distributions.ts';
import { rankModels } from './rank.ts';

/** What the test and the long simulation of rankings share; no product code imports it. */

export const simulatedMetrics = ['mean_absolute_error', 'accuracy', 'roc_auc'] as const;

/** Ten that are equally good; half of what moves them is common to all. */
export function equalCandidates(random: Random, n: number, metric: MetricName): Scored[] {
  const normal = (): number => normalQuantile(random());
  const common = Float64Array.from({ length: n }, normal);
  const labels = Int32Array.from({ length: n }, () => (random() < 0.3 ? 1 : 0));
  return Array.from({ length: 10 }, (): Scored => {
    const own = common.map(shared => Math.SQRT1_2 * (shared + normal()));
    if (metric === 'mean_absolute_error')
      return { kind: 'regression', labels: new Float64Array(n), predictions: own, unit: null, n };
    const high = own.map((value, row) => 1 / (1 + Math.exp(0.5 - value - labels[row]!)));
    const scores = new Float64Array(2 * n);
    high.forEach((score, row) => scores.set([1 - score, score], 2 * row));
    const predicted = Int32Array.from(high, score => (score >= 0.5 ? 1 : 0));
    return {
      ...{ kind: 'classification', classes: ['0', '1'], positive: 1, threshold: 0.5, probabilities: true },
      ...{ labels, predicted, scores, n },
    };
  });
}

/** Whether any of ten equal candidates is called worse than the best of them. */
export function falseAlarm(random: Random, n: number, metric: MetricName, seed: number): boolean {
  const { candidates } = rankModels(
    equalCandidates(random, n, metric),
    Int32Array.from({ length: n }, (_, row) => row),
    {
      ...{ metric, resamples: 2, seed, level: 0.95 },
      ...{ signal: { aborted: false, throwIfAborted: () => undefined }, progress: () => undefined },
    },
  );
  return candidates.some(({ behind }) => behind !== null && behind.pValue <= 0.05);
}
