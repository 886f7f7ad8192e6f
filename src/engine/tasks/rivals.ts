import type { BaselineFacts, CheckFacts, RivalFacts } from '../../core/checks/facts.ts';
import { rivalFacts } from '../../core/checks/rival.ts';
import { metricDeltas } from '../../core/compare/metricDeltas.ts';
import type { EvaluateOptions } from '../../core/metrics/evaluate.ts';
import type { Scored } from '../../core/metrics/scored.ts';
import { structureDiff } from '../../core/onnx/structureDiff.ts';
import type { Progress } from '../../core/signal.ts';
import type { ModelSource, SavedAnswers, ValidateJob } from '../../protocol/engine.ts';
import type { Validation } from '../../protocol/results/validation.ts';
import type { DataFile } from '../data/dataFile.ts';
import { answerColumns, columnsOf, isModel, openAnswerer, type Answerer } from '../predict/answerer.ts';
import { interleavedLatencies, type Side } from '../runtime/interleaved.ts';
import { modelRefOf } from './identity.ts';
import type { ScorePass } from './scorePass.ts';

/** Another one that answers the same rows. */
export interface Rival extends Answerer {
  readonly name: string;
}

export interface Rivals {
  baseline: Rival | null;
  original: Rival | null;
}

export function others({ baseline, original }: Rivals): Rival[] {
  return [baseline, original].filter(rival => rival !== null);
}

/** The columns of the data that hold answers of any of those judged. */
export function savedColumns({ predictions, baseline, original }: ValidateJob): string[] {
  return answerColumns([predictions, baseline, original]);
}

export async function openRival(
  source: ModelSource | SavedAnswers,
  job: ValidateJob,
  data: DataFile,
  reference: DataFile | null,
): Promise<Rival> {
  const answerer = await openAnswerer(source, job.meaning, data, reference, savedColumns(job));
  return { ...answerer, name: nameOf(source) };
}

function nameOf(source: ModelSource | SavedAnswers): string {
  if (!isModel(source)) return `\`${columnsOf(source)[0] ?? ''}\``;
  const { version, name, path } = source.ref;
  return version ?? name ?? path;
}

/** The answers of the baseline and the original beside those that are judged. */
export async function against(
  rivals: Rivals,
  { scored }: ScorePass,
  subject: Side | null,
  data: DataFile,
  job: ValidateJob,
  resampling: EvaluateOptions,
): Promise<Pick<CheckFacts, 'baseline' | 'original'>> {
  const facts = others(rivals).map((rival, i) => rivalOf(rival, scored[i + 1]!, scored[0]!));
  const { baseline, original } = rivals;
  return {
    baseline:
      baseline === null ? null : await baselineOf(baseline, facts[0]!, subject, data, job, resampling),
    original: original === null ? null : facts.at(-1)!,
  };
}

function rivalOf(rival: Rival, other: Scored, judged: Scored): RivalFacts {
  return rivalFacts(rival.name, rival.model?.model.facts ?? null, other, judged);
}

/** @param subject the model that is judged; null: saved predictions */
async function baselineOf(
  rival: Rival,
  facts: RivalFacts,
  subject: Side | null,
  data: DataFile,
  job: ValidateJob,
  resampling: EvaluateOptions,
): Promise<BaselineFacts> {
  const { pair } = facts;
  const { progress } = resampling;
  const both = subject !== null && rival.model !== null;
  return {
    ...facts,
    deltas:
      pair === null || pair.rows.length === 0
        ? []
        : metricDeltas(pair, { ...resampling, margins: job.policy.margins }),
    structure: both ? structureDiff(rival.model.model.proto, subject.model.proto) : null,
    latency: both ? await latencyRatio([rival.model, subject], data, progress) : null,
  };
}

/** Median latency of the second over that of the first. */
async function latencyRatio(
  sides: readonly Side[],
  data: DataFile,
  progress: Progress,
): Promise<BaselineFacts['latency']> {
  const [before, now] = await interleavedLatencies(sides, data, progress);
  if (before === undefined || now === undefined || before.p50 === 0) return null;
  return { ratio: now.p50 / before.p50, calls: now.calls };
}

/** As the document names it. */
export function rivalRef(
  source: ModelSource | SavedAnswers | null,
  rival: Rival | null,
): Validation['baseline'] {
  if (source === null) return null;
  if (!isModel(source)) return { predictions: source };
  return { model: rival?.model == null ? source.ref : modelRefOf(source, rival.model.model.facts) };
}
