import type { Agreement, RuntimeFacts } from '../../core/checks/facts.ts';
import type { Table } from '../../core/data/table.ts';
import { permutation, seeded } from '../../core/random.ts';
import type { Scored } from '../../core/metrics/scored.ts';
import type { Progress } from '../../core/signal.ts';
import type { Policy } from '../../protocol/engine.ts';
import type { MatchPlan } from '../match/plan.ts';
import { forSingleRows, type LoadedModel, type SessionOptions } from '../model/load.ts';
import { head } from '../predict/head.ts';
import type { Pool } from '../predict/feeds.ts';
import { Scorer, type Answers } from '../predict/scorer.ts';
import { scoredOf, type ResolvedTask } from '../predict/task.ts';
import { neverAborted } from '../tasks/signal.ts';
import { agreement } from './agreement.ts';
import { latencies } from './speed.ts';
import { monotonicOutcomes } from './monotonic.ts';
import { stress } from './stress.ts';

const agreementRows = 512;
const singleRows = 128;
const throughputRows = 20_000;

export interface RuntimeTask {
  readonly model: LoadedModel;
  readonly plan: MatchPlan;
  /** The session of the main pass. */
  readonly scorer: Scorer;
  readonly loadMs: number;
  readonly task: ResolvedTask;
  /** The plan's features on a sample of rows, and their row numbers in the data. */
  readonly sample: Table;
  readonly sampleRows: Int32Array | null;
  /** False when the sample is made up: then stress and noise say nothing. */
  readonly real: boolean;
  readonly outputs: RuntimeFacts['outputs'];
  readonly inferred: RuntimeFacts['inferred'];
  readonly monotonic: NonNullable<Policy['monotonic']>;
  /** See `coldStartMs`; null: not measured. */
  readonly coldStartMs: number | null;
  readonly seed: number;
  readonly progress: Progress;
}

type Timed = 'loadMs' | 'loadFailure' | 'coldStartMs' | 'latency' | 'throughput' | 'peakMemoryMb';

/** Runs the model in many ways on a few rows. */
export async function answerFacts(job: RuntimeTask): Promise<Omit<RuntimeFacts, Timed>> {
  const { scorer, task } = job;
  const table = head(job.sample, agreementRows);
  const rows = job.sampleRows?.slice(0, table.rows) ?? Int32Array.from({ length: table.rows }, (_, i) => i);
  const pool = scorer.feeds.pool(table, 'the sample');
  const scored = (answers: Answers): Scored => scoredOf(answers, task, null, null, 'the sample');
  const base = scored(await scorer.pool(pool, neverAborted));

  job.progress(0, 5, 'runtime checks');
  const determinism = agreement(base, scored(await scorer.pool(pool, neverAborted)), rows);
  const batchSize = await oneByOne(scorer, pool, base, rows, scored);
  const rowOrder = await shuffled(job, pool, base, rows, scored);
  job.progress(1, 5, 'runtime checks');
  const other = async (options: SessionOptions): Promise<Agreement> => {
    const session = await job.model.session(options);
    try {
      const asked = await Scorer.create(session, job.model.facts.answer, job.plan, { labels: false });
      return agreement(base, scored(await asked.pool(pool, neverAborted)), rows);
    } finally {
      await session.release();
    }
  };
  const threads = await other({ threads: 1, optimisation: 'all' });
  const optimisation = await other({ threads: 0, optimisation: 'disabled' });
  job.progress(2, 5, 'runtime checks');
  const stressed = job.real
    ? {
        ...(await stress({ ...job, table, rows, base, scored })),
        monotonic: await monotonicOutcomes({ ...job, table, rows, base, scored }, job.monotonic),
      }
    : { monotonic: null, missingStress: null, unseenStress: null, noise: null, rounding: null };
  job.progress(3, 5, 'runtime checks');
  return {
    determinism,
    batchSize,
    rowOrder,
    threads,
    optimisation,
    outputs: job.outputs,
    inferred: job.inferred,
    ...stressed,
  };
}

/** Times of this machine, which is to do nothing else. */
export async function timedFacts(job: RuntimeTask): Promise<Pick<RuntimeFacts, Timed>> {
  const { scorer } = job;
  const throughput = await throughputOf(scorer, head(job.sample, throughputRows));
  const latency = await latencyOf(job, scorer.feeds.pool(head(job.sample, agreementRows), 'the sample'));
  job.progress(5, 5, 'runtime checks');
  return {
    loadMs: job.loadMs,
    loadFailure: null,
    coldStartMs: job.coldStartMs,
    latency,
    throughput,
    peakMemoryMb: process.resourceUsage().maxRSS / 1024,
  };
}

async function oneByOne(
  scorer: Scorer,
  pool: Pool,
  base: Scored,
  rows: Int32Array,
  scored: (answers: Answers) => Scored,
): Promise<Agreement> {
  const count = Math.min(singleRows, pool.rows);
  const parts: Answers[] = [];
  for (let row = 0; row < count; row++) parts.push(await scorer.row(pool, row, neverAborted));
  const width = parts[0]?.width ?? 0;
  const scores = new Float64Array(count * width);
  parts.forEach((part, row) => scores.set(part.scores, row * width));
  const labels =
    parts[0]?.labels === null || parts[0] === undefined ? null : parts.map(part => part.labels![0]!);
  return agreement(firstRows(base, count), scored({ rows: count, width, scores, labels }), rows);
}

async function shuffled(
  job: RuntimeTask,
  pool: Pool,
  base: Scored,
  rows: Int32Array,
  scored: (answers: Answers) => Scored,
): Promise<Agreement> {
  const d = job.plan.features.length;
  const order = permutation(seeded(job.seed), pool.rows);
  const picks = new Int32Array(pool.rows * d);
  order.forEach((row, i) => picks.fill(row, i * d, (i + 1) * d));
  const answers = await job.scorer.composed(pool, picks, d, neverAborted);
  const back = new Int32Array(pool.rows);
  order.forEach((row, i) => (back[row] = i));
  return agreement(base, reordered(scored(answers), back), rows);
}

/** Row i of the result is row order[i] of what came. */
function reordered(scored: Scored, order: Int32Array): Scored {
  if (scored.kind === 'regression')
    return { ...scored, predictions: Float64Array.from(order, row => scored.predictions[row]!) };
  const k = scored.classes.length;
  const scores = new Float64Array(scored.scores.length);
  order.forEach((row, i) => scores.set(scored.scores.subarray(row * k, (row + 1) * k), i * k));
  return { ...scored, scores, predicted: Int32Array.from(order, row => scored.predicted[row]!) };
}

function firstRows(scored: Scored, n: number): Scored {
  if (scored.kind === 'regression') return { ...scored, n, predictions: scored.predictions.subarray(0, n) };
  return {
    ...scored,
    n,
    scores: scored.scores.subarray(0, n * scored.classes.length),
    predicted: scored.predicted.subarray(0, n),
  };
}

async function throughputOf(scorer: Scorer, table: Table): Promise<RuntimeFacts['throughput']> {
  const pool = scorer.feeds.pool(table, 'the sample');
  const before = scorer.runtimeMs;
  await scorer.pool(pool, neverAborted);
  const seconds = (scorer.runtimeMs - before) / 1000;
  return seconds > 0
    ? { rows: table.rows, rowsPerSecond: table.rows / seconds, batch: scorer.batchRows }
    : null;
}

async function latencyOf(job: RuntimeTask, pool: Pool): Promise<RuntimeFacts['latency']> {
  const session = await job.model.session(forSingleRows);
  try {
    const scorer = await Scorer.create(session, job.model.facts.answer, job.plan, { labels: false });
    return (await latencies([{ scorer, pool }], job.progress))[0] ?? null;
  } finally {
    await session.release();
  }
}
