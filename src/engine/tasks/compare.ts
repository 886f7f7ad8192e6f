import { compareScored } from '../../core/compare/compare.ts';
import type { Table } from '../../core/data/table.ts';
import { BadInput } from '../../core/failure.ts';
import { labelledRows } from '../../core/metrics/scored.ts';
import { structureDiff } from '../../core/onnx/structureDiff.ts';
import type { InferenceSession } from 'onnxruntime-node';
import type { CompareJob, ModelSource } from '../../protocol/engine.ts';
import { canonicalJson } from '../../protocol/job.ts';
import type { Comparison } from '../../protocol/results/comparison.ts';
import type { Interval } from '../../protocol/results/shared.ts';
import { DataFile, type Wanted } from '../data/dataFile.ts';
import { sampleOf } from '../data/sampleOf.ts';
import { importanceOf, type Importance } from '../explain/importance.ts';
import { matchData } from '../match/matchData.ts';
import type { MatchPlan } from '../match/plan.ts';
import { forBatches, loadModel, type LoadedModel } from '../model/load.ts';
import { modelAnswering } from '../predict/answering.ts';
import { Scorer } from '../predict/scorer.ts';
import { labelKind, type ResolvedTask } from '../predict/task.ts';
import { interleavedLatencies } from '../runtime/interleaved.ts';
import { engineName, jobDigest, modelRefOf, withDigest } from './identity.ts';
import { intervalsOf } from './intervals.ts';
import { scorePass } from './scorePass.ts';
import { neverAborted } from './signal.ts';
import { dataRefs, type TaskContext } from './validate.ts';

/** Beyond this many values the rows' inputs are not held: no slices, and flip rows without inputs. */
const heldValues = 20_000_000;
const importanceRows = 1000;
const importanceRepeats = 5;

/** One of the two, ready to answer. */
interface Side {
  readonly model: LoadedModel;
  readonly plan: MatchPlan;
  readonly session: InferenceSession;
  readonly scorer: Scorer;
}

/** Two models on the same labelled rows: what became better, what worse, and for whom. */
export async function compare(job: CompareJob, context: TaskContext): Promise<Comparison> {
  const { label } = job.meaning;
  if (label === null)
    throw new BadInput(
      'no-label',
      `A comparison needs to know which column of \`${job.holdout.path}\` is the label. Name it.`,
    );
  const models = [await loadModel(job.a), await loadModel(job.b)] as const;
  const data = await DataFile.open(job.holdout);
  const reference = job.reference === null ? null : await DataFile.open(job.reference);
  const sides: Side[] = [];
  try {
    for (const model of models) sides.push(await sideOf(model, data, reference, label));
    const [a, b] = sides as [Side, Side];
    const cluster = job.policy.intervals?.cluster;
    const pass = await scorePass({
      answering: sides.map(({ scorer, plan, model }) =>
        modelAnswering(scorer, plan, model.facts.answer, job.meaning),
      ),
      data,
      label,
      groups: cluster === undefined ? [] : [cluster],
      seed: job.seed,
      progress: context.progress,
    });
    const scoredA = pass.scored[0]!;
    const features = await featuresOf(sides, data, pass.rows);
    const compared = compareScored(scoredA, pass.scored[1]!, features, {
      resamples: job.resamples,
      seed: job.seed,
      ...intervalsOf(job.policy, scoredA, pass.groups[0] ?? null),
      margins: job.policy.margins,
      names: namesOf(job),
      signal: neverAborted,
      progress: context.progress,
    });
    const refs = await dataRefs([
      [data, 'holdout'],
      [reference, 'reference'],
    ]);
    return {
      schema: 'slipway/comparison@1',
      job: jobDigest(
        { ...job, a: withDigest(job.a, a.model.facts), b: withDigest(job.b, b.model.facts) },
        refs,
      ),
      engine: await engineName(),
      seed: job.seed,
      settings: {
        resamples: job.resamples,
        threshold: job.meaning.threshold,
        policy: canonicalJson(job.policy),
      },
      a: modelRefOf(job.a, a.model.facts),
      b: modelRefOf(job.b, b.model.facts),
      data: await withRows(refs, pass.rows, reference),
      label,
      task: pass.tasks[0]!.task,
      classes: scoredA.kind === 'regression' ? [] : [...scoredA.classes],
      positive:
        scoredA.kind === 'regression' || scoredA.positive === null
          ? null
          : scoredA.classes[scoredA.positive]!,
      n: labelledRows(scoredA).length,
      ...compared,
      features: features?.columns.map(({ name }) => name) ?? [],
      importances: await importances(job, sides, data, pass.tasks, pass.rows, context),
      structure: structureDiff(a.model.proto, b.model.proto),
      speed: await speedOf(sides, data, context),
      size: { a: a.model.facts.size, b: b.model.facts.size },
    };
  } finally {
    for (const { session } of sides) await session.release();
    await data.close();
    await reference?.close();
  }
}

async function sideOf(
  model: LoadedModel,
  data: DataFile,
  reference: DataFile | null,
  label: string,
): Promise<Side> {
  const plan = await matchData(model.facts, data, label, reference);
  const session = await model.session(forBatches);
  const { answer } = model.facts;
  return {
    model,
    plan,
    session,
    scorer: await Scorer.create(session, answer, plan, { labels: !answer.probabilities }),
  };
}

/** The columns that either model reads, of all rows. */
async function featuresOf(sides: readonly Side[], data: DataFile, rows: number): Promise<Table | null> {
  const wanted = new Map<string, Wanted>();
  for (const { plan } of sides)
    for (const column of plan.features) if (!wanted.has(column.name)) wanted.set(column.name, column);
  return rows * wanted.size > heldValues ? null : await data.read([...wanted.values()]);
}

function namesOf(job: CompareJob): { readonly a: string; readonly b: string } {
  const name = ({ ref }: ModelSource): string => ref.version ?? ref.name ?? ref.path;
  const [a, b] = [name(job.a), name(job.b)];
  return a === b ? { a: `${a} (A)`, b: `${b} (B)` } : { a, b };
}

async function withRows(
  refs: Awaited<ReturnType<typeof dataRefs>>,
  rows: number,
  reference: DataFile | null,
): Promise<Comparison['data']> {
  const referenceRows = (await reference?.rows()) ?? 0;
  return refs.map(ref => ({ ...ref, rows: ref.role === 'holdout' ? rows : referenceRows }));
}

async function importances(
  job: CompareJob,
  sides: readonly Side[],
  data: DataFile,
  tasks: readonly ResolvedTask[],
  total: number,
  context: TaskContext,
): Promise<Comparison['importances']> {
  const found: Importance[] = [];
  for (const [i, { scorer, plan, model }] of sides.entries()) {
    const as = labelKind(model.facts.answer, job.meaning);
    const wanted: Wanted[] = [...plan.features, { name: job.meaning.label!, as }];
    const sample = sampleOf(total, importanceRows, job.seed);
    const { rows, columns } = await data.read(wanted, sample.length === total ? 'all' : sample);
    const importance = await importanceOf({
      scorer,
      table: { rows, columns: columns.slice(0, plan.features.length) },
      label: columns[plan.features.length]!,
      task: tasks[i]!,
      players: plan.features.map(({ name }) => name),
      metric: null,
      repeats: importanceRepeats,
      seed: job.seed,
      path: job.holdout.path,
      progress: context.progress,
    });
    if (importance === null) return [];
    found.push(importance);
  }
  const [a, b] = found.map(byFeature) as [Map<string, Of>, Map<string, Of>];
  return [...new Set([...a.keys(), ...b.keys()])]
    .map(feature => ({
      feature,
      a: a.get(feature)?.value ?? null,
      b: b.get(feature)?.value ?? null,
      intervalA: a.get(feature)?.interval ?? null,
      intervalB: b.get(feature)?.interval ?? null,
    }))
    .sort((x, y) => Math.max(y.a ?? 0, y.b ?? 0) - Math.max(x.a ?? 0, x.b ?? 0));
}

interface Of {
  readonly value: number;
  readonly interval: Interval | null;
}

function byFeature(importance: Importance): Map<string, Of> {
  return new Map(importance.features.map(({ feature, value, interval }) => [feature, { value, interval }]));
}

async function speedOf(
  sides: readonly Side[],
  data: DataFile,
  context: TaskContext,
): Promise<Comparison['speed']> {
  const [a, b] = await interleavedLatencies(sides, data, context.progress);
  if (a === undefined || b === undefined) return null;
  const times = ({ p50, p95, p99 }: typeof a): NonNullable<Comparison['speed']>['a'] => ({ p50, p95, p99 });
  return { unit: 'ms', calls: a.calls, a: times(a), b: times(b), ratio: b.p50 / a.p50 };
}
