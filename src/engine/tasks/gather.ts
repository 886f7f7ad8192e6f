import { setImmediate as nextTurn } from 'node:timers/promises';
import type { CheckFacts, GroupColumn, RuntimeFacts } from '../../core/checks/facts.ts';
import { BadInput } from '../../core/failure.ts';
import { chartsOf, noCharts } from '../../core/metrics/charts.ts';
import { evaluateMetrics, type EvaluateOptions } from '../../core/metrics/evaluate.ts';
import { labelledRows, type Scored } from '../../core/metrics/scored.ts';
import { integrityOf } from '../../core/onnx/integrity.ts';
import type { Progress } from '../../core/signal.ts';
import { byRows, type Scheme } from '../../core/stats/resamples.ts';
import type { ValidateJob } from '../../protocol/engine.ts';
import type { Charts, Metric } from '../../protocol/results/validation.ts';
import type { DataFile } from '../data/dataFile.ts';
import { matchData } from '../match/matchData.ts';
import { matchReport, seenValues } from '../match/report.ts';
import type { MatchPlan } from '../match/plan.ts';
import { forBatches, type LoadedModel } from '../model/load.ts';
import { modelAnswering } from '../predict/answering.ts';
import { Scorer } from '../predict/scorer.ts';
import { resolveTask, type ResolvedTask } from '../predict/task.ts';
import { blankRows } from '../runtime/blank.ts';
import { resampledBeside } from '../resampling/resampled.ts';
import { answerFacts, timedFacts } from '../runtime/runtimeFacts.ts';
import { inferredOutputs } from '../runtime/inferred.ts';
import { errorsBeside } from './errorsBeside.ts';
import { intervalsOf, policyColumns, policyGroups } from './intervals.ts';
import { leaksOf } from './leaks.ts';
import { namedSlices } from './namedSlices.ts';
import { labelAgreement, outputFacts } from './outputFacts.ts';
import { against, savedColumns, others, type Rivals } from './rivals.ts';
import { scorePass, type ScorePass } from './scorePass.ts';
import { neverAborted } from './signal.ts';
import type { TaskContext } from './validate.ts';

const level = 0.95;

/** What a validation rests on. */
export interface Gathered {
  readonly checks: CheckFacts;
  readonly task: ResolvedTask;
  readonly rows: { readonly holdout: number; readonly reference: number };
  readonly charts: Charts;
}

/** @param coldStart under way; ended before the cores are all busy */
export async function gather(
  job: ValidateJob,
  model: LoadedModel,
  holdout: DataFile | null,
  reference: DataFile | null,
  rivals: Rivals,
  coldStart: Promise<number | null>,
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
      holdout === null
        ? blank.plan
        : await matchData(model.facts, holdout, job.meaning.label, reference, savedColumns(job));
    const scorer = await Scorer.create(session, answer, plan, { labels: !answer.probabilities });
    const coldStartMs = await coldStart;
    const pass = async (
      data: DataFile,
      label: string | null,
      groups: readonly string[],
    ): Promise<ScorePass> => {
      const own =
        data === holdout ? plan : await matchData(model.facts, data, label, null, savedColumns(job));
      const asked =
        data === holdout
          ? scorer
          : await Scorer.create(session, answer, own, { labels: !answer.probabilities });
      return await scorePass({
        answering: [
          modelAnswering(asked, own, answer, job.meaning),
          ...(data === holdout ? others(rivals).map(({ answering }) => answering) : []),
        ],
        data,
        label,
        groups,
        seed: job.seed,
        progress: context.progress,
        entry: context.entry,
      });
    };
    const main = holdout === null ? null : await pass(holdout, job.meaning.label, policyColumns(job.policy));
    const scored = main?.scored[0] ?? null;
    const { groups, cluster } = policyGroups(job.policy, main?.groups ?? []);
    const resampling = scored === null ? null : resamplingOf(job, scored, cluster, context.progress);
    const resampled = resampling === null ? null : resampledBeside(scored!, resampling, context.entry);
    // Waited for below; until then its failure is nobody's.
    resampled?.catch(() => undefined);
    const other =
      reference === null || holdout === null
        ? null
        : await pass(reference, labelIn(reference, job.meaning.label), []);
    const dataFacts = main?.profiler.facts(holdout!, unused(holdout!, plan, job.meaning.label)) ?? null;
    const referenceFacts =
      other?.profiler.facts(reference!, unused(reference!, plan, job.meaning.label)) ?? null;
    const errors =
      scored === null || dataFacts === null
        ? null
        : errorsBeside(scored, dataFacts, resampling!.scheme, job.seed, context.entry);
    errors?.catch(() => undefined);
    // Those who work beside are heard in between.
    await nextTurn();
    const charts = scored === null ? noCharts : chartsOf(scored);
    const sample = dataFacts?.sample ?? blank.table;
    const width =
      main?.answers[0]!.width ?? (await scorer.table(sample, 'the signature', 0, neverAborted)).width;
    const task = main?.tasks[0] ?? resolveTask(answer, job.meaning, width, null);
    const running = {
      model,
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
      inferred: inferredOutputs(model.facts.outputs, session),
      monotonic: job.policy.monotonic ?? {},
      coldStartMs,
      seed: job.seed,
      progress: context.progress,
    };
    const answered = await answerFacts(running);
    await resampled;
    const metrics = scored === null || resampling === null ? [] : metricsOf(scored, resampling);
    // What is timed has a core to itself.
    const found = await errors;
    const runtime = { ...answered, ...(await timedFacts(running)) };
    return {
      task,
      rows: { holdout: main?.rows ?? 0, reference: other?.rows ?? 0 },
      charts,
      checks: {
        ...modelOnly(job, model),
        runtime,
        data: dataFacts,
        reference: referenceFacts,
        leaks:
          holdout === null || reference === null
            ? null
            : await leaksOf(
                holdout,
                reference,
                new Set([job.meaning.label ?? '', ...plan.features.map(({ name }) => name)]),
              ),
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
        groups,
        scheme: resampling?.scheme ?? byRows,
        errors: found,
        slices:
          holdout === null || scored === null
            ? []
            : await namedSlices(job.policy, holdout, scored, own =>
                metricsOf(own, resamplingOf(job, own, cluster, context.progress)),
              ),
        metrics,
        ...(main === null || resampling === null
          ? {}
          : await against(rivals, main, { model, plan }, holdout!, job, resampling)),
      },
    };
  } finally {
    await session.release();
  }
}

export function labelIn(data: DataFile, label: string | null): string | null {
  return data.columns.some(({ name }) => name === label) ? label : null;
}

function unused(data: DataFile, plan: MatchPlan, label: string | null): string[] {
  const read = new Set(plan.features.map(({ name }) => name));
  return data.columns.map(({ name }) => name).filter(name => name !== label && !read.has(name));
}

/** How intervals are drawn, with what was drawn already: a baseline is held against the same resamples. */
export function resamplingOf(
  { policy, resamples, seed }: Pick<ValidateJob, 'policy' | 'resamples' | 'seed'>,
  scored: Scored,
  cluster: GroupColumn | null,
  progress: Progress,
): EvaluateOptions & { readonly scheme: Scheme } {
  const how = intervalsOf(policy, scored, cluster);
  return { ...how, resamples, seed, level, signal: neverAborted, progress, memo: new Map() };
}

export function metricsOf(scored: Scored, resampling: EvaluateOptions): Metric[] {
  return labelledRows(scored).length === 0 ? [] : evaluateMetrics(scored, resampling);
}

export function modelOnly(job: ValidateJob, model: LoadedModel | null): CheckFacts {
  return {
    model: model?.facts ?? null,
    integrity: model === null ? null : integrityOf(model.proto),
    runtime: null,
    data: null,
    reference: null,
    overlap: null,
    leaks: null,
    matching: [],
    label: null,
    scored: null,
    referenceScored: null,
    groups: [],
    scheme: byRows,
    errors: null,
    slices: [],
    metrics: [],
    baseline: null,
    original: null,
    policy: job.policy,
    seed: job.seed,
    resamples: job.resamples,
  };
}

export const noRuntime: RuntimeFacts = {
  loadMs: null,
  loadFailure: null,
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
  monotonic: null,
  inferred: null,
  noise: null,
  rounding: null,
};

/** The runtime refuses the model: that is a finding, not an end. */
function withoutRuntime(job: ValidateJob, model: LoadedModel, loadFailure: string): Gathered {
  return {
    task: resolveTask(model.facts.answer, job.meaning, 1, null),
    rows: { holdout: 0, reference: 0 },
    charts: noCharts,
    checks: { ...modelOnly(job, model), runtime: { ...noRuntime, loadFailure } },
  };
}
