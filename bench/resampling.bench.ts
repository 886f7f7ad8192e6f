import { binaryRanking } from '../src/core/metrics/rankingKernels.ts';
import { inRankOrder, taken } from '../src/core/metrics/arranged.ts';
import { evaluateMetrics } from '../src/core/metrics/evaluate.ts';
import { labelledRows, type ClassScores } from '../src/core/metrics/scored.ts';
import { seeded } from '../src/core/random.ts';
import { Resamples } from '../src/core/stats/resamples.ts';
import { seconds, timed } from './parts.ts';

/** The bootstrap on 100,000 rows: every resample is of 100,000 rows, drawn with replacement. */

const n = 100_000;
const resamples = 1000;

function answers(): ClassScores {
  const random = seeded(1);
  const labels = Int32Array.from({ length: n }, () => (random() < 0.3 ? 1 : 0));
  const scores = new Float64Array(2 * n);
  labels.forEach((label, row) => {
    const score = Math.fround(0.25 + 0.2 * label + 0.5 * random());
    scores.set([1 - score, score], 2 * row);
  });
  return {
    kind: 'classification',
    classes: ['0', '1'],
    labels,
    scores,
    predicted: Int32Array.from(labels, (_, row) => (scores[2 * row + 1]! >= 0.5 ? 1 : 0)),
    probabilities: true,
    positive: 1,
    threshold: 0.5,
    n,
  };
}

function auc(scored: ClassScores): void {
  const draws = new Resamples(labelledRows(scored), 1);
  const pool = taken(scored, inRankOrder(scored, draws.pool)) as ClassScores;
  const kernel = binaryRanking(pool, 1);
  const values = new Float64Array(kernel.metrics.length);
  for (let draw = 0; draw < resamples; draw++) kernel.measure(draws.places, values, 0, draws.next());
}

function everyMetric(scored: ClassScores): void {
  const signal = { aborted: false, throwIfAborted: (): void => undefined };
  evaluateMetrics(scored, { resamples, seed: 1, level: 0.95, signal, progress: () => undefined });
}

for (const [what, work] of [
  ['ROC AUC and average precision', auc],
  ['all 13 metrics of a binary task', everyMetric],
] as const) {
  const { ms, cpuMs } = await timed(async () => {
    work(answers());
    await Promise.resolve();
  });
  console.log(
    `${resamples} resamples of ${n} rows, ${what}: ${seconds(ms)} (processor ${seconds(cpuMs)}), budget 5 s`,
  );
}
