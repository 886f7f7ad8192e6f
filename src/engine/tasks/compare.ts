import { compareScored } from '../../core/compare/compare.ts';
import type { Table } from '../../core/data/table.ts';
import { BadInput } from '../../core/failure.ts';
import { labelledRows } from '../../core/metrics/scored.ts';
import { structureDiff } from '../../core/onnx/structureDiff.ts';
import type { CompareJob } from '../../protocol/engine.ts';
import { canonicalJson } from '../../protocol/job.ts';
import type { Comparison } from '../../protocol/results/comparison.ts';
import type { Interval, ModelRef } from '../../protocol/results/shared.ts';
import { DataFile, type Wanted } from '../data/dataFile.ts';
import { sampleOf } from '../data/sampleOf.ts';
import { importanceOf, type Importance } from '../explain/importance.ts';
import {
  answerColumns,
  inputColumns,
  isModel,
  openAnswerer,
  type Answerer,
  type OpenModel,
} from '../predict/answerer.ts';
import { labelKind, type ResolvedTask } from '../predict/task.ts';
import { interleavedLatencies } from '../runtime/interleaved.ts';
import { engineName, jobDigest, withDigest } from './identity.ts';
import { intervalsOf } from './intervals.ts';
import { scorePass, type ScorePass } from './scorePass.ts';
import { neverAborted } from './signal.ts';
import { dataRefs, type TaskContext } from './validate.ts';

/** Beyond this many values the rows' inputs are not held: no slices, and flip rows without inputs. */
const heldValues = 20_000_000;
const importanceRows = 1000;
const importanceRepeats = 5;

type Source = CompareJob['a'];

/** Two models, or what was saved of their answers, on the same labelled rows: what became better, what worse, and for whom. */
export async function compare(job: CompareJob, context: TaskContext): Promise<Comparison> {
  const { label } = job.meaning;
  if (label === null)
    throw new BadInput(
      'no-label',
      `A comparison needs to know which column of \`${job.holdout.path}\` is the label. Name it.`,
    );
  const data = await DataFile.open(job.holdout);
  const reference = job.reference === null ? null : await DataFile.open(job.reference);
  const sides: Answerer[] = [];
  try {
    const saved = answerColumns([job.a, job.b]);
    for (const source of [job.a, job.b])
      sides.push(await openAnswerer(source, job.meaning, data, reference, saved));
    const models = sides.flatMap(({ model }) => model ?? []);
    const cluster = job.policy.intervals?.cluster;
    const pass = await scorePass({
      answering: sides.map(({ answering }) => answering),
      data,
      label,
      groups: cluster === undefined ? [] : [cluster],
      seed: job.seed,
      progress: context.progress,
    });
    const scoredA = pass.scored[0]!;
    const inputs =
      models.length > 0
        ? models.flatMap(({ plan }) => plan.features)
        : inputColumns(data, new Set([label, cluster, ...saved]));
    const features = await featuresOf(inputs, data, pass.rows);
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
    const [a, b] = [found(job.a, sides[0]!), found(job.b, sides[1]!)];
    return {
      schema: 'slipway/comparison@1',
      job: jobDigest({ ...job, a: a.source, b: b.source }, refs),
      engine: await engineName(),
      seed: job.seed,
      settings: {
        resamples: job.resamples,
        threshold: job.meaning.threshold,
        policy: canonicalJson(job.policy),
      },
      a: a.source.ref,
      b: b.source.ref,
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
      ...(models.length === 2
        ? await ofModels(job, models as [OpenModel, OpenModel], data, pass, context)
        : ofSaved),
      size: { a: a.size, b: b.size },
    };
  } finally {
    for (const { model } of sides) await model?.session.release();
    await data.close();
    await reference?.close();
  }
}

/** The source with the digest that its file has, and the bytes of it. */
function found(
  source: Source,
  { model }: Answerer,
): { readonly source: Source; readonly size: number | null } {
  return model === null || !isModel(source)
    ? { source, size: null }
    : { source: withDigest(source, model.model.facts), size: model.model.facts.size };
}

/** What can be known only when both are models. */
async function ofModels(
  job: CompareJob,
  models: readonly [OpenModel, OpenModel],
  data: DataFile,
  { tasks, rows }: ScorePass,
  context: TaskContext,
): Promise<Pick<Comparison, 'importances' | 'structure' | 'speed'>> {
  const [a, b] = models;
  return {
    importances: await importances(job, models, data, tasks, rows, context),
    structure: structureDiff(a.model.proto, b.model.proto),
    speed: await speedOf(models, data, context),
  };
}

const ofSaved: Pick<Comparison, 'importances' | 'structure' | 'speed' | 'notRun'> = {
  importances: [],
  structure: [],
  speed: null,
  notRun: [
    {
      part: 'importances',
      sentence: 'Not run: saved predictions cannot be asked again with shuffled columns.',
    },
    { part: 'structure', sentence: 'Not run: saved predictions have no graph.' },
    { part: 'speed', sentence: 'Not run: how long saved predictions took is not known.' },
  ],
};

/** The columns that either reads, of all rows. */
async function featuresOf(inputs: readonly Wanted[], data: DataFile, rows: number): Promise<Table | null> {
  const wanted = new Map<string, Wanted>();
  for (const column of inputs) if (!wanted.has(column.name)) wanted.set(column.name, column);
  return rows * wanted.size > heldValues ? null : await data.read([...wanted.values()]);
}

function namesOf(job: CompareJob): { readonly a: string; readonly b: string } {
  const name = ({ ref }: { readonly ref: ModelRef }): string => ref.version ?? ref.name ?? ref.path;
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
  sides: readonly OpenModel[],
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
  sides: readonly OpenModel[],
  data: DataFile,
  context: TaskContext,
): Promise<Comparison['speed']> {
  const [a, b] = await interleavedLatencies(sides, data, context.progress);
  if (a === undefined || b === undefined) return null;
  const times = ({ p50, p95, p99 }: typeof a): NonNullable<Comparison['speed']>['a'] => ({ p50, p95, p99 });
  return { unit: 'ms', calls: a.calls, a: times(a), b: times(b), ratio: b.p50 / a.p50 };
}
