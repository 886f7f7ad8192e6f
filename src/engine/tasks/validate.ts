import { runChecks } from '../../core/checks/run.ts';
import type { CheckFacts, RuntimeFacts } from '../../core/checks/facts.ts';
import { BadInput } from '../../core/failure.ts';
import { chartsOf } from '../../core/metrics/charts.ts';
import { evaluateMetrics } from '../../core/metrics/evaluate.ts';
import { labelledRows, type Scored } from '../../core/metrics/scored.ts';
import { integrityOf } from '../../core/onnx/integrity.ts';
import { verdictOf } from '../../core/policy/verdict.ts';
import type { Progress } from '../../core/signal.ts';
import type { ValidateJob } from '../../protocol/engine.ts';
import type { DataRef } from '../../protocol/results/shared.ts';
import type { Metric, Validation } from '../../protocol/results/validation.ts';
import { canonicalJson } from '../../protocol/job.ts';
import { DataFile } from '../data/dataFile.ts';
import { matchData } from '../match/matchData.ts';
import { matchReport, seenValues } from '../match/report.ts';
import type { MatchPlan } from '../match/plan.ts';
import { forBatches, loadModel, type LoadedModel } from '../model/load.ts';
import { Scorer } from '../predict/scorer.ts';
import { resolveTask } from '../predict/task.ts';
import { blankRows } from '../runtime/blank.ts';
import { runtimeFacts } from '../runtime/runtimeFacts.ts';
import { engineName, jobDigest, modelRefOf, withDigest } from './identity.ts';
import { labelAgreement, outputFacts } from './outputFacts.ts';
import { scorePass, type ScorePass } from './scorePass.ts';
import { neverAborted } from './signal.ts';

const level = 0.95;

export interface TaskContext {
  readonly progress: Progress;
  /** The engine's entry, which a fresh process starts from; null: no cold start is measured. */
  readonly entry: string | null;
}

/** Checks a model, alone or on data, against its policy. */
export async function validate(job: ValidateJob, context: TaskContext): Promise<Validation> {
  const model = await loadModel(job.model);
  const holdout = job.holdout === null ? null : await DataFile.open(job.holdout);
  const reference = job.reference === null ? null : await DataFile.open(job.reference);
  try {
    const data = await dataRefs([
      [holdout, 'holdout'],
      [reference, 'reference'],
    ]);
    const facts = await gather(job, model, holdout, reference, context);
    const checks = runChecks(facts.checks, job.policy);
    const { scored } = facts.checks;
    const task = facts.task;
    const classes = task.task === 'regression' ? [] : task.classes;
    const positive = task.task === 'binary' && task.positive !== null ? task.positive : null;
    return {
      schema: 'slipway/validation@1',
      job: jobDigest({ ...job, model: withDigest(job.model, model.facts) }, data),
      engine: await engineName(),
      seed: job.seed,
      settings: {
        resamples: job.resamples,
        threshold: job.meaning.threshold,
        policy: canonicalJson(job.policy),
      },
      model: modelRefOf(job.model, model.facts),
      data: data.map(ref => ({ ...ref, rows: facts.rows[ref.role as 'holdout' | 'reference'] })),
      task: job.holdout === null ? model.facts.answer.task : task.task,
      classes: [...classes],
      positive: positive === null ? null : classes[positive]!,
      label: job.holdout === null ? null : job.meaning.label,
      threshold: task.task === 'binary' ? task.threshold : null,
      n: scored === null ? 0 : labelledRows(scored).length || scored.n,
      verdict: verdictOf(checks),
      checks,
      metrics: [...facts.checks.metrics],
      charts: scored === null || labelledRows(scored).length === 0 ? noCharts : chartsOf(scored),
      matching: [...facts.checks.matching],
    };
  } finally {
    await holdout?.close();
    await reference?.close();
  }
}

const noCharts: Validation['charts'] = {
  confusion: null,
  roc: null,
  precisionRecall: null,
  calibration: null,
  thresholds: null,
  scores: null,
  residuals: null,
};

/** Digests of the given files by role; rows are counted while they are read. */
export async function dataRefs(
  files: readonly (readonly [DataFile | null, DataRef['role']])[],
): Promise<DataRef[]> {
  const refs: DataRef[] = [];
  for (const [file, role] of files)
    if (file !== null) refs.push({ digest: await file.digest(), path: file.source.path, role, rows: 0 });
  return refs;
}

interface Gathered {
  readonly checks: CheckFacts;
  readonly task: ReturnType<typeof resolveTask>;
  readonly rows: { readonly holdout: number; readonly reference: number };
}

async function gather(
  job: ValidateJob,
  model: LoadedModel,
  holdout: DataFile | null,
  reference: DataFile | null,
  context: TaskContext,
): Promise<Gathered> {
  const { answer } = model.facts;
  const before = performance.now();
  const session = await model.session(forBatches).catch((error: unknown) => {
    if (error instanceof BadInput) return error;
    throw error;
  });
  const loadMs = performance.now() - before;
  if (session instanceof BadInput) return withoutRuntime(job, model, session.message);
  try {
    const blank = blankRows(model.facts.inputs, 1);
    const plan =
      holdout === null ? blank.plan : await matchData(model.facts, holdout, job.meaning.label, reference);
    const scorer = await Scorer.create(session, answer, plan, { labels: !answer.probabilities });
    const pass = async (
      data: DataFile,
      label: string | null,
      groups: readonly string[],
    ): Promise<ScorePass> => {
      const own = data === holdout ? plan : await matchData(model.facts, data, label, null);
      const asked =
        data === holdout
          ? scorer
          : await Scorer.create(session, answer, own, { labels: !answer.probabilities });
      return await scorePass({
        scorers: [{ scorer: asked, plan: own, answer }],
        data,
        meaning: job.meaning,
        label,
        groups,
        seed: job.seed,
        progress: context.progress,
      });
    };
    const main = holdout === null ? null : await pass(holdout, job.meaning.label, job.policy.groups);
    const other =
      reference === null || holdout === null
        ? null
        : await pass(reference, labelIn(reference, job.meaning.label), []);
    const scored = main?.scored[0] ?? null;
    const metrics = scored === null ? [] : metricsOf(scored, job, context.progress);
    const dataFacts =
      main?.profiler.facts(holdout!.source.path, unused(holdout!, plan, job.meaning.label)) ?? null;
    const referenceFacts =
      other?.profiler.facts(reference!.source.path, unused(reference!, plan, job.meaning.label)) ?? null;
    const sample = dataFacts?.sample ?? blank.table;
    const width =
      main?.answers[0]!.width ?? (await scorer.table(sample, 'the signature', 0, neverAborted)).width;
    const task = main?.tasks[0] ?? resolveTask(answer, job.meaning, width, null);
    const runtime = await runtimeFacts({
      model,
      modelFile: job.model.file,
      plan,
      scorer,
      loadMs,
      task,
      sample,
      sampleRows: dataFacts?.sampleRows ?? null,
      real: main !== null,
      outputs:
        main === null || scored === null
          ? null
          : outputFacts(
              main.answers[0]!,
              scored,
              await labelAgreement(session, answer, plan, task, sample, dataFacts?.sampleRows ?? null),
            ),
      entry: context.entry,
      seed: job.seed,
      progress: context.progress,
    });
    return {
      task,
      rows: { holdout: main?.rows ?? 0, reference: other?.rows ?? 0 },
      checks: {
        ...modelOnly(job, model),
        runtime,
        data: dataFacts,
        reference: referenceFacts,
        overlap: main === null || other === null ? null : main.profiler.keys.overlap(other.profiler.keys),
        matching:
          main === null || dataFacts === null
            ? []
            : matchReport(
                plan,
                main.profiler.missing,
                other === null ? new Map() : main.profiler.unseen(other.profiler),
                referenceFacts === null
                  ? seenValues(dataFacts, 'holdout')
                  : seenValues(referenceFacts, 'reference'),
              ),
        label: job.meaning.label,
        scored,
        referenceScored: other?.scored[0] ?? null,
        groups: main?.groups ?? [],
        metrics,
      },
    };
  } finally {
    await session.release();
  }
}

function labelIn(data: DataFile, label: string | null): string | null {
  return data.columns.some(({ name }) => name === label) ? label : null;
}

function unused(data: DataFile, plan: MatchPlan, label: string | null): string[] {
  const read = new Set(plan.features.map(({ name }) => name));
  return data.columns.map(({ name }) => name).filter(name => name !== label && !read.has(name));
}

function metricsOf(scored: Scored, job: ValidateJob, progress: Progress): Metric[] {
  if (labelledRows(scored).length === 0) return [];
  const { resamples, seed } = job;
  return evaluateMetrics(scored, { resamples, seed, level, signal: neverAborted, progress });
}

function modelOnly(job: ValidateJob, model: LoadedModel): CheckFacts {
  return {
    model: model.facts,
    integrity: integrityOf(model.proto),
    runtime: null,
    data: null,
    reference: null,
    overlap: null,
    matching: [],
    label: null,
    scored: null,
    referenceScored: null,
    groups: [],
    metrics: [],
    policy: job.policy,
    seed: job.seed,
    resamples: job.resamples,
  };
}

/** The runtime refuses the model: that is a finding, not an end. */
function withoutRuntime(job: ValidateJob, model: LoadedModel, loadFailure: string): Gathered {
  const runtime: RuntimeFacts = {
    loadMs: null,
    loadFailure,
    coldStartMs: null,
    determinism: null,
    batchSize: null,
    rowOrder: null,
    threads: null,
    optimisation: null,
    outputs: null,
    latency: null,
    throughput: null,
    peakMemoryMb: null,
    missingStress: null,
    unseenStress: null,
    noise: null,
    rounding: null,
  };
  return {
    task: resolveTask(model.facts.answer, job.meaning, 1, null),
    rows: { holdout: 0, reference: 0 },
    checks: { ...modelOnly(job, model), runtime },
  };
}
