import { BadInput } from '../../core/failure.ts';
import { chartsOf } from '../../core/metrics/charts.ts';
import type { ValidateJob } from '../../protocol/engine.ts';
import type { DataFile, Wanted } from '../data/dataFile.ts';
import { inputColumns } from '../predict/answerer.ts';
import { savedAnswering } from '../predict/saved.ts';
import { resampledBeside } from '../resampling/resampled.ts';
import { errorsBeside } from './errorsBeside.ts';
import { labelIn, metricsOf, modelOnly, noRuntime, resamplingOf, type Gathered } from './gather.ts';
import { policyColumns, policyGroups } from './intervals.ts';
import { leaksOf } from './leaks.ts';
import { namedSlices } from './namedSlices.ts';
import { outputFacts } from './outputFacts.ts';
import { against, savedColumns, others, type Rivals } from './rivals.ts';
import { scorePass } from './scorePass.ts';
import type { TaskContext } from './validate.ts';

/** Saved predictions: all columns but the label and the answers are the inputs. */
export async function gatherSaved(
  job: ValidateJob,
  holdout: DataFile | null,
  reference: DataFile | null,
  rivals: Rivals,
  context: TaskContext,
): Promise<Gathered> {
  if (job.predictions === null || holdout === null)
    throw new BadInput(
      'no-data',
      'Saved predictions need the data that holds them: give a file (`--data F`).',
    );
  const answers = new Set([job.meaning.label, ...savedColumns(job), job.policy.intervals?.cluster]);
  const profiled = (file: DataFile): Wanted[] => inputColumns(file, answers);
  const { label } = job.meaning;
  const shared = { seed: job.seed, progress: context.progress, entry: context.entry };
  const answering = await savedAnswering(job.predictions, holdout, job.meaning);
  const main = await scorePass({
    ...shared,
    answering: [answering, ...others(rivals).map(rival => rival.answering)],
    profiled: profiled(holdout),
    data: holdout,
    label,
    groups: policyColumns(job.policy),
  });
  const scored = main.scored[0]!;
  const held = new Set(reference?.columns.map(({ name }) => name));
  const both = profiled(holdout).filter(({ name }) => held.has(name));
  const saved = reference !== null && answering.features.every(({ name }) => held.has(name));
  const { groups, cluster } = policyGroups(job.policy, main.groups);
  const resampling = resamplingOf(job, scored, cluster, context.progress);
  const resampled = resampledBeside(scored, resampling, context.entry);
  // Waited for below; until then its failure is nobody's.
  resampled.catch(() => undefined);
  const other =
    reference === null
      ? null
      : await scorePass({
          ...shared,
          answering: saved ? [await savedAnswering(job.predictions, reference, job.meaning)] : [],
          profiled: both,
          data: reference,
          label: labelIn(reference, label),
          groups: [],
        });
  const data = main.profiler.facts(holdout, []);
  const errors = errorsBeside(scored, data, resampling.scheme, job.seed, context.entry);
  errors.catch(() => undefined);
  const charts = chartsOf(scored);
  await resampled;
  return {
    task: main.tasks[0]!,
    rows: { holdout: main.rows, reference: other?.rows ?? 0 },
    charts,
    checks: {
      ...modelOnly(job, null),
      runtime: { ...noRuntime, outputs: outputFacts(main.answers[0]!, scored, null) },
      data,
      errors: await errors,
      reference: other?.profiler.facts(reference!, []) ?? null,
      leaks: reference === null ? null : await leaksOf(holdout, reference, new Set([label ?? ''])),
      overlap:
        other === null || both.length < profiled(holdout).length
          ? null
          : main.profiler.keys.overlap(other.profiler.keys),
      label,
      scored,
      referenceScored: other?.scored[0] ?? null,
      groups,
      scheme: resampling.scheme,
      slices: await namedSlices(job.policy, holdout, scored, own =>
        metricsOf(own, resamplingOf(job, own, cluster, context.progress)),
      ),
      metrics: metricsOf(scored, resampling),
      ...(await against(rivals, main, null, holdout, job, resampling)),
    },
  };
}
