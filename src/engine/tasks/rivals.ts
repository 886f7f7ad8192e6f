import { byRows } from '../../core/stats/resamples.ts';
import type { InferenceSession } from 'onnxruntime-node';
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
import { matchData } from '../match/matchData.ts';
import type { MatchPlan } from '../match/plan.ts';
import { forBatches, loadModel, type LoadedModel } from '../model/load.ts';
import { modelAnswering, type Answering } from '../predict/answering.ts';
import { savedAnswering } from '../predict/saved.ts';
import { Scorer } from '../predict/scorer.ts';
import { interleavedLatencies, type Side } from '../runtime/interleaved.ts';
import { modelRefOf } from './identity.ts';
import type { ScorePass } from './scorePass.ts';

/** Another one that answers the same rows: a model with its session, or saved predictions. */
export interface Rival {
  readonly name: string;
  readonly answering: Answering;
  /** null: saved predictions. */
  readonly model: {
    readonly loaded: LoadedModel;
    readonly plan: MatchPlan;
    readonly session: InferenceSession;
  } | null;
}

export interface Rivals {
  baseline: Rival | null;
  original: Rival | null;
}

export function others({ baseline, original }: Rivals): Rival[] {
  return [baseline, original].filter(rival => rival !== null);
}

export function isModel(source: ModelSource | SavedAnswers): source is ModelSource {
  return 'ref' in source;
}

/** The columns of the data that hold saved answers: they are no features. */
export function answerColumns(job: ValidateJob): string[] {
  return [job.predictions, job.baseline, job.original].flatMap(saved =>
    saved === null || isModel(saved)
      ? []
      : [
          ...(saved.prediction === null ? [] : [saved.prediction]),
          ...saved.scores.map(({ column }) => column),
        ],
  );
}

export async function openRival(
  source: ModelSource | SavedAnswers,
  job: ValidateJob,
  data: DataFile,
  reference: DataFile | null,
): Promise<Rival> {
  if (!isModel(source)) {
    const columns = [source.prediction, ...source.scores.map(({ column }) => column)];
    const name = `\`${columns.find(column => column !== null) ?? ''}\``;
    return { name, model: null, answering: await savedAnswering(source, data, job.meaning) };
  }
  const loaded = await loadModel(source);
  const plan = await matchData(loaded.facts, data, job.meaning.label, reference, answerColumns(job));
  const session = await loaded.session(forBatches);
  const { answer } = loaded.facts;
  const scorer = await Scorer.create(session, answer, plan, { labels: !answer.probabilities });
  const { version, name, path } = source.ref;
  return {
    name: version ?? name ?? path,
    model: { loaded, plan, session },
    answering: modelAnswering(scorer, plan, answer, job.meaning),
  };
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
  return rivalFacts(rival.name, rival.model?.loaded.facts ?? null, other, judged);
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
    scheme: resampling.scheme ?? byRows,
    structure: both ? structureDiff(rival.model.loaded.proto, subject.model.proto) : null,
    latency: both
      ? await latencyRatio([{ model: rival.model.loaded, plan: rival.model.plan }, subject], data, progress)
      : null,
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
  if (!isModel(source)) return { predictions: { ...source, scores: source.scores.map(one => ({ ...one })) } };
  return { model: rival?.model == null ? source.ref : modelRefOf(source, rival.model.loaded.facts) };
}
