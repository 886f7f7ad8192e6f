import { groupedModel, type Players } from '../../core/explain/groups.ts';
import { permutationImportance, type PermutationImportance } from '../../core/explain/permutation.ts';
import type { Column, Table } from '../../core/data/table.ts';
import { BadInput } from '../../core/failure.ts';
import { definitionOf, isMetricName, type MetricName } from '../../core/metrics/definitions.ts';
import { headlineMetric, metricNames } from '../../core/metrics/evaluate.ts';
import { kernelsOf } from '../../core/metrics/kernels.ts';
import { labelledRows, taskOf, type Scored } from '../../core/metrics/scored.ts';
import type { Progress, Signal } from '../../core/signal.ts';
import type { Interval } from '../../protocol/results/shared.ts';
import type { Scorer } from '../predict/scorer.ts';
import { predictedBy, scoredOf, type ResolvedTask } from '../predict/task.ts';
import { neverAborted } from '../tasks/signal.ts';
import { meanInterval } from '../../core/stats/meanInterval.ts';

export interface ImportanceTask {
  readonly scorer: Scorer;
  /** The plan's features on labelled rows. */
  readonly table: Table;
  readonly label: Column;
  readonly task: ResolvedTask;
  readonly players: readonly string[];
  /** Columns that are shuffled together; each by itself unless said. */
  readonly groups?: Players;
  /** null: the task's headline metric. */
  readonly metric: string | null;
  readonly repeats: number;
  readonly seed: number;
  readonly path: string;
  readonly progress: Progress;
}

export interface Importance {
  readonly metric: MetricName;
  readonly baseline: number;
  readonly repeats: number;
  /** In the order of the players. */
  readonly features: readonly {
    readonly feature: string;
    readonly value: number;
    readonly interval: Interval | null;
  }[];
  readonly evaluations: number;
  /** Labelled rows. */
  readonly n: number;
  /** The model's answers on the rows, for judging how good it is. */
  readonly scored: Scored;
}

/**
 * How much worse a metric gets when one column is shuffled; intervals over the repeats.
 * @returns null when the metric is undefined on these rows (labels of one class, fewer than two labels)
 * @throws BadInput for a metric the task does not have
 */
export async function importanceOf(job: ImportanceTask): Promise<Importance | null> {
  const { scorer, table, players } = job;
  const pool = scorer.feeds.pool(table, job.path);
  const answers = await scorer.pool(pool, neverAborted);
  const scored = scoredOf(answers, job.task, job.label, null, job.path);
  const metric = metricOf(job.metric, scored);
  const measure = measureOf(scored, metric);
  const rows = labelledRows(scored);
  if (rows.length < 2) return null;
  const outputs = scored.kind === 'regression' ? 1 : scored.classes.length;
  const { better } = definitionOf(metric);
  const labelled = inRows(scored, rows);
  const model = {
    players,
    poolRows: pool.rows,
    outputs,
    evaluate: async (picks: Int32Array, signal: Signal): Promise<Float64Array> => {
      const composed = await scorer.composed(pool, picks, players.length, signal);
      const part = scoredOf(composed, job.task, null, null, job.path);
      return part.kind === 'regression' ? part.predictions : part.scores;
    },
  };
  const found: PermutationImportance = await permutationImportance(
    job.groups === undefined ? model : groupedModel(model, job.groups),
    {
      rows,
      metric: predictions => measure(withScores(labelled, predictions)),
      better: better === 'higher' ? 'higher' : 'lower',
      repeats: job.repeats,
      seed: job.seed,
      signal: neverAborted,
      progress: job.progress,
    },
  );
  if (!Number.isFinite(found.baseline)) return null;
  return {
    metric,
    baseline: found.baseline,
    repeats: found.repeats,
    features: found.players.map((feature, j) => {
      const drops = found.drops.subarray(j * found.repeats, (j + 1) * found.repeats);
      const finite = drops.filter(drop => Number.isFinite(drop));
      return {
        feature,
        value: finite.reduce((sum, drop) => sum + drop, 0) / Math.max(1, finite.length),
        interval: meanInterval(finite, 'repeats'),
      };
    }),
    evaluations: rows.length * (1 + found.players.length * found.repeats),
    n: rows.length,
    scored,
  };
}

function metricOf(name: string | null, scored: Scored): MetricName {
  const task = taskOf(scored);
  if (name === null) return headlineMetric(task);
  const known = metricNames(task);
  if (isMetricName(name) && known.includes(name)) return name;
  throw new BadInput(
    'unknown-metric',
    `There is no metric \`${name}\` for a ${task} task. Choose one of ${known.join(', ')}.`,
  );
}

/** The metric of all rows, NaN where undefined. A per-class metric is that of its first class. */
function measureOf(scored: Scored, metric: MetricName): (scored: Scored) => number {
  const place = kernelsOf(scored).map(kernel => kernel.metrics.findIndex(({ name }) => name === metric));
  const which = place.findIndex(at => at >= 0);
  if (which < 0)
    throw new BadInput(
      'unknown-metric',
      `The metric \`${metric}\` needs probabilities, and the model gives scores. Choose another metric.`,
    );
  return asked => {
    const kernel = kernelsOf(asked)[which]!;
    const values = new Float64Array(kernel.metrics.length);
    kernel.measure(
      Int32Array.from({ length: asked.n }, (_, i) => i),
      values,
      0,
    );
    return values[place[which]!]!;
  };
}

function inRows(scored: Scored, rows: Int32Array): Scored {
  if (scored.kind === 'regression')
    return {
      ...scored,
      n: rows.length,
      labels: Float64Array.from(rows, row => scored.labels[row]!),
      predictions: Float64Array.from(rows, row => scored.predictions[row]!),
    };
  const k = scored.classes.length;
  const scores = new Float64Array(rows.length * k);
  rows.forEach((row, i) => scores.set(scored.scores.subarray(row * k, (row + 1) * k), i * k));
  return {
    ...scored,
    n: rows.length,
    labels: Int32Array.from(rows, row => scored.labels[row]!),
    scores,
    predicted: Int32Array.from(rows, row => scored.predicted[row]!),
  };
}

function withScores(scored: Scored, scores: Float64Array): Scored {
  return scored.kind === 'regression'
    ? { ...scored, predictions: scores }
    : { ...scored, scores, predicted: predictedBy(scored, scores) };
}
