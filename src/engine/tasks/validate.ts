import { availableParallelism } from 'node:os';
import { runChecks } from '../../core/checks/run.ts';
import { labelledRows } from '../../core/metrics/scored.ts';
import { verdictOf } from '../../core/policy/verdict.ts';
import type { Progress } from '../../core/signal.ts';
import type { ValidateJob } from '../../protocol/engine.ts';
import type { DataRef } from '../../protocol/results/shared.ts';
import type { Validation } from '../../protocol/results/validation.ts';
import { canonicalJson } from '../../protocol/job.ts';
import { DataFile } from '../data/dataFile.ts';
import { loadModel } from '../model/load.ts';
import { coldStartMs } from '../runtime/coldStart.ts';
import { gather } from './gather.ts';
import { gatherSaved } from './gatherSaved.ts';
import { engineName, jobDigest, modelRefOf, withDigest } from './identity.ts';
import { openRival, rivalRef, type Rivals } from './rivals.ts';

export interface TaskContext {
  readonly progress: Progress;
  /** The engine's entry, which a fresh process starts from; null: no cold start is measured. */
  readonly entry: string | null;
}

/** Checks a model (or saved predictions), alone or on data, against its policy. */
export async function validate(job: ValidateJob, context: TaskContext): Promise<Validation> {
  const model = job.model === null ? null : await loadModel(job.model);
  const coldStart = coldStartMs(context.entry, job.model?.file ?? null);
  // While this thread only reads; of one core each has it alone.
  if (availableParallelism() < 2) await coldStart;
  const holdout = job.holdout === null ? null : await DataFile.open(job.holdout);
  const reference = job.reference === null ? null : await DataFile.open(job.reference);
  const rivals: Rivals = { baseline: null, original: null };
  try {
    const data = await dataRefs([
      [holdout, 'holdout'],
      [reference, 'reference'],
    ]);
    if (holdout !== null)
      for (const role of ['baseline', 'original'] as const)
        if (job[role] !== null) rivals[role] = await openRival(job[role], job, holdout, reference);
    const facts =
      model === null
        ? await gatherSaved(job, holdout, reference, rivals, context)
        : await gather(job, model, holdout, reference, rivals, coldStart, context);
    const checks = runChecks(facts.checks, job.policy);
    const { scored } = facts.checks;
    const task = facts.task;
    const classes = task.task === 'regression' ? [] : task.classes;
    const positive = task.task === 'binary' && task.positive !== null ? task.positive : null;
    return {
      schema: 'slipway/validation@1',
      job: jobDigest(
        job.model === null || model === null ? job : { ...job, model: withDigest(job.model, model.facts) },
        data,
      ),
      engine: await engineName(),
      seed: job.seed,
      settings: {
        resamples: job.resamples,
        threshold: job.meaning.threshold,
        policy: canonicalJson(job.policy),
      },
      model: job.model === null || model === null ? null : modelRefOf(job.model, model.facts),
      ...answeredBy(job, rivals),
      data: data.map(ref => ({ ...ref, rows: facts.rows[ref.role as 'holdout' | 'reference'] })),
      task: job.holdout === null && model !== null ? model.facts.answer.task : task.task,
      classes: [...classes],
      positive: positive === null ? null : classes[positive]!,
      label: job.holdout === null ? null : job.meaning.label,
      threshold: task.task === 'binary' ? task.threshold : null,
      n: scored === null ? 0 : labelledRows(scored).length || scored.n,
      verdict: verdictOf(checks),
      checks,
      metrics: [...facts.checks.metrics],
      charts: facts.charts,
      errors: facts.checks.errors,
      ...(job.policy.slices === undefined ? {} : { slices: [...facts.checks.slices] }),
      matching: [...facts.checks.matching],
    };
  } finally {
    for (const rival of [rivals.baseline, rivals.original]) await rival?.model?.session.release();
    await holdout?.close();
    await reference?.close();
  }
}

/** What the document says of whose answers they are, and whom they were held against. */
function answeredBy(
  { predictions, baseline, original }: ValidateJob,
  rivals: Rivals,
): Pick<Validation, 'predictions' | 'baseline' | 'original'> {
  return {
    ...(predictions === null ? {} : { predictions }),
    ...(baseline === null ? {} : { baseline: rivalRef(baseline, rivals.baseline) }),
    ...(original === null ? {} : { original: rivalRef(original, rivals.original) }),
  };
}

/** Digests of the given files by role; rows are counted while they are read. */
export async function dataRefs(
  files: readonly (readonly [DataFile | null, DataRef['role']])[],
): Promise<DataRef[]> {
  const refs: DataRef[] = [];
  for (const [file, role] of files)
    if (file !== null) refs.push({ digest: await file.digest(), path: file.source.path, role, rows: 0 });
  return refs;
}
