import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { relative } from 'node:path';
import type { Baseline, BaselineJob } from '../protocol/ab.ts';
import type { DescribeJob } from '../protocol/describe.ts';
import { BadInput } from '../core/failure.ts';
import type { ModelFacts } from '../core/onnx/facts.ts';
import type {
  DataSource,
  EngineProgress,
  ExplainJob,
  Golden,
  ImportanceJob,
  Predictions,
  RowsPage,
  RowsRequest,
  SavedAnswers,
  RowsMerge,
  TableFile,
} from '../protocol/engine.ts';
import { jobIdentity, type DataDigests, type Job } from '../protocol/job.ts';
import type { Stored } from '../protocol/pages.ts';
import type { AttributedRows, AttributeRequest } from '../protocol/attribute.ts';
import type { ExplanationComparisonJob, LocalRequests } from '../protocol/local.ts';
import type { ExplanationComparison } from '../protocol/results/explanationComparison.ts';
import type { MaskingRequests } from '../protocol/masking.ts';
import type { Ab } from '../protocol/results/ab.ts';
import type { Comparison } from '../protocol/results/comparison.ts';
import type { DataDescription } from '../protocol/results/data.ts';
import type { Effects } from '../protocol/results/effects.ts';
import type { Drift } from '../protocol/results/drift.ts';
import type { Packed, PackRequest } from '../protocol/pack.ts';
import type { Explanation } from '../protocol/results/explanation.ts';
import type { Importance } from '../protocol/results/importance.ts';
import type { DataRef, ModelRef } from '../protocol/results/shared.ts';
import type { NamedSlice, Validation } from '../protocol/results/validation.ts';
import type { Current, ResultKind, ResultOf, ResultStore } from '../workspace/store.ts';
import { dataSource } from '../workspace/config/load.ts';
import type { ModelEntry, ResolvedModel } from '../workspace/types.ts';
import type { Workspace } from '../workspace/workspace.ts';
import {
  compareJob,
  dataOf,
  effectsJob,
  explainJob,
  importanceJob,
  validateJob,
  validateSavedJob,
  type CompareOverrides,
  type EffectsOverrides,
  type ExplainOverrides,
  type ImportanceOverrides,
  type ValidateOverrides,
} from './build.ts';
import { abJob, type AbChoice } from './buildAb.ts';
import type { EngineCallOptions, EngineClient } from './engineClient.ts';
import { answeredIn } from './answers.ts';
import { Kept } from './kept.ts';
import { intoFile } from './outFile.ts';
import { resolveRivals } from './rivals.ts';
import { slipwayVersion } from '../protocol/version.ts';

type AskedRequests = Pick<LocalRequests, 'counterfactuals' | 'prototypes' | 'surrogate'> & MaskingRequests;

/** As `DescribeJob`, with paths. */
export type DescribeChoice = Omit<DescribeJob, 'kind' | 'data' | 'reference'> & {
  readonly data: string;
  readonly reference: string | null;
};

export interface JobOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: EngineProgress) => void;
  /** Run again although the same job's result is stored. */
  readonly fresh?: boolean;
}

/** Jobs on models: built from slipway.yaml and overrides, run in the engine, stored under their digest. */
export class Jobs {
  readonly #workspace: Workspace;
  readonly #engine: Pick<EngineClient, 'call'>;
  readonly #store: ResultStore;
  readonly #kept: Kept;

  constructor(workspace: Workspace, engine: Pick<EngineClient, 'call'>, store: ResultStore) {
    this.#workspace = workspace;
    this.#engine = engine;
    this.#store = store;
    this.#kept = new Kept(workspace, store);
  }

  async inspect(model: ResolvedModel, options: JobOptions = {}): Promise<ModelFacts> {
    requireFile(model, 'Its facts');
    return await this.#engine.call('inspect', { file: model.source.file }, callOptions(options));
  }

  async validate(
    model: ResolvedModel,
    overrides: ValidateOverrides = {},
    options: JobOptions = {},
  ): Promise<Validation> {
    const rivals = await resolveRivals(this.#workspace, model.entry, model.ref.digest, overrides);
    const job = validateJob(this.#workspace.root, model, rivals, overrides);
    const result = await this.#run('validate', job, [model.ref], options, calling =>
      this.#engine.call('validate', job, calling),
    );
    return job.model === null ? result : { ...result, model: model.ref };
  }

  /** The labelled rows of the holdout that meet a condition, measured as the policy's slices are. Nothing is stored. */
  async slice(
    model: ResolvedModel,
    where: string,
    overrides: Pick<ValidateOverrides, 'resamples'>,
    options: JobOptions = {},
  ): Promise<NamedSlice> {
    requireFile(model, 'A slice');
    const { meaning, policy, resamples, seed } = validateJob(
      this.#workspace.root,
      model,
      { baseline: null, original: null },
      overrides,
    );
    const data = dataOf(this.#workspace.root, model.entry, null, 'A slice');
    return await this.#engine.call(
      'slice',
      { model: model.source, meaning, policy, data, where, resamples, seed },
      callOptions(options),
    );
  }

  /**
   * Saved predictions in place of a model.
   * @param entry whose label, policy and data hold
   * @throws BadInput `no-data` when there is neither data nor a configured holdout
   */
  async validateSaved(
    entry: ModelEntry,
    predictions: SavedAnswers,
    overrides: ValidateOverrides = {},
    options: JobOptions = {},
  ): Promise<Validation> {
    const rivals = await resolveRivals(this.#workspace, entry, null, overrides);
    const job = validateSavedJob(this.#workspace.root, entry, predictions, rivals, overrides);
    return await this.#run('validate', job, [], options, calling =>
      this.#engine.call('validate', job, calling),
    );
  }

  /** @throws BadInput `no-data` when there is neither data nor a configured holdout */
  async explain(
    model: ResolvedModel,
    overrides: ExplainOverrides = {},
    options: JobOptions = {},
  ): Promise<Explanation> {
    requireFile(model, 'An explanation');
    const job = explainJob(this.#workspace.root, model, overrides);
    if (overrides.out !== undefined) return await this.#explainInto(overrides.out, job, options);
    const result = await this.#run('explain', job, [model.ref], options, calling =>
      this.#engine.call('explain', job, calling),
    );
    return await this.#ofWhole({ ...result, model: model.ref }, job);
  }

  /**
   * The explanation of one row. It answers a question and is not stored: it is not the version's explanation.
   * @param row 0-based, in the data
   * @throws BadInput as `explain`, and when the data has no such row
   */
  async explainRow(
    model: ResolvedModel,
    row: number,
    overrides: Omit<ExplainOverrides, 'rows' | 'out' | 'shard'> = {},
    options: JobOptions = {},
  ): Promise<Explanation> {
    const job = explainJob(this.#workspace.root, model, { ...overrides, rows: [row] });
    const { digest } = await this.#identity(job);
    const result = await this.#engine.call('explain', job, callOptions(options));
    return { ...result, job: digest, model: model.ref };
  }

  /** @throws BadInput `no-data` when there is neither data nor a configured holdout */
  async effects(
    model: ResolvedModel,
    overrides: EffectsOverrides = {},
    options: JobOptions = {},
  ): Promise<Effects> {
    requireFile(model, 'An effect');
    const job = effectsJob(this.#workspace.root, model, overrides);
    const result = await this.#run('effects', job, [model.ref], options, calling =>
      this.#engine.call('effects', job, calling),
    );
    return { ...result, model: model.ref };
  }

  /** @throws BadInput `no-data` when there is neither data nor a configured holdout */
  async importance(
    model: ResolvedModel,
    overrides: ImportanceOverrides = {},
    options: JobOptions = {},
  ): Promise<Importance> {
    requireFile(model, 'Importance');
    const job = importanceJob(this.#workspace.root, model, overrides);
    const result = await this.#run('importance', job, [model.ref], options, calling =>
      this.#engine.call('importance', job, calling),
    );
    return { ...result, model: model.ref };
  }

  /** @throws BadInput `no-data` when there is neither data nor a configured holdout */
  async compare(
    first: ResolvedModel,
    second: ResolvedModel,
    overrides: CompareOverrides = {},
    options: JobOptions = {},
  ): Promise<Comparison> {
    const [a, b] = await answeredIn(this.#workspace, [first, second] as const, overrides.data);
    const job = compareJob(this.#workspace.root, a, b, overrides);
    const result = await this.#run('compare', job, [a.ref, b.ref], options, calling =>
      this.#engine.call('compare', job, calling),
    );
    return { ...result, a: a.ref, b: b.ref };
  }

  /** @param job as made by `buildLocal.ts` */
  async compareExplanations(
    job: ExplanationComparisonJob,
    a: ResolvedModel,
    b: ResolvedModel,
    options: JobOptions = {},
  ): Promise<ExplanationComparison> {
    for (const side of [a, b]) requireFile(side, 'A comparison of explanations');
    const result = await this.#run('compareExplanations', job, [a.ref, b.ref], options, calling =>
      this.#engine.call('compareExplanations', job, calling),
    );
    return { ...result, a: a.ref, b: b.ref };
  }

  /** Asks about rows or parts of them. @param job as made by `buildLocal.ts` or `buildMasking.ts` */
  async ask<K extends keyof AskedRequests>(
    kind: K,
    job: AskedRequests[K][0],
    model: ResolvedModel,
    options: JobOptions = {},
  ): Promise<AskedRequests[K][1]> {
    requireFile(model, 'An explanation');
    const result = await this.#run(
      kind,
      job,
      [model.ref],
      options,
      async calling => (await this.#engine.call(kind, job, calling)) as ResultOf<K>,
    );
    return { ...result, model: model.ref };
  }

  /**
   * Explains rows given as values: milliseconds once the model stands ready in the engine. Nothing is stored.
   * @param rows a value for each column that the model reads
   */
  async attribute(
    model: ResolvedModel,
    overrides: ExplainOverrides,
    rows: AttributeRequest['rows'],
    options: JobOptions = {},
  ): Promise<AttributedRows> {
    requireFile(model, 'An explanation');
    const job = explainJob(this.#workspace.root, model, overrides);
    const { meaning, data, background, backgroundRows, method, output, space, budget, seed } = job;
    const setting = { meaning, data, background, backgroundRows, method, output, space, budget, seed };
    return await this.#engine.call(
      'attribute',
      { ...setting, model: model.source, rows },
      callOptions(options),
    );
  }

  /** Writes a table to a Parquet file. @param out absolute path @throws BadInput `out-file` */
  async writeTable(out: string, table: Omit<TableFile, 'file'>): Promise<void> {
    await intoFile(out, async file => await this.#engine.call('table', { ...table, file }));
  }

  /** How far one data set has moved from another; paths are absolute or relative to the workspace. */
  async drift(before: string, now: string, seed: number, options: JobOptions = {}): Promise<Drift> {
    const { root } = this.#workspace;
    const job = {
      kind: 'drift',
      before: dataSource(root, before),
      now: dataSource(root, now),
      seed,
    } as const;
    const result = await this.#engine.call('drift', job, callOptions(options));
    return await this.#kept.put('drift', { data: job.now }, result);
  }

  /** What a data set holds; paths are absolute or relative to the workspace. */
  async describe(choice: DescribeChoice, options: JobOptions = {}): Promise<DataDescription> {
    const { root } = this.#workspace;
    const { data, reference } = choice;
    const job: DescribeJob = {
      ...choice,
      kind: 'describe',
      data: dataSource(root, data),
      reference: reference === null ? null : dataSource(root, reference),
    };
    const result = await this.#engine.call('describe', job, callOptions(options));
    return await this.#kept.put('describe', { data: job.data }, result);
  }

  /** Two arms of an experiment. A log grows: each look at other rows is a result of its own. */
  async ab(choice: AbChoice, options: JobOptions = {}): Promise<Ab> {
    const job = abJob(this.#workspace.root, choice);
    const result = await this.#engine.call('ab', job, callOptions(options));
    return await this.#kept.put('ab', { data: job.data }, result);
  }

  /** What an outcome is like today. */
  async abBaseline(job: BaselineJob, options: JobOptions = {}): Promise<Baseline> {
    return await this.#engine.call('abBaseline', job, callOptions(options));
  }

  /** Rows of data with the model's answers beside them. `data` null: the holdout. */
  async predict(
    model: ResolvedModel,
    data: string | null,
    page: { readonly offset: number; readonly limit: number },
    options: JobOptions = {},
  ): Promise<Predictions> {
    requireFile(model, 'Predicting');
    const source = dataOf(this.#workspace.root, model.entry, data, 'Predicting');
    return await this.#engine.call(
      'predict',
      { model: model.source, data: source, ...page },
      callOptions(options),
    );
  }

  /** Golden inputs: the first rows of the holdout (else made from the signature) with the local answer. */
  async golden(model: ResolvedModel, rows: number, options: JobOptions = {}): Promise<Golden> {
    requireFile(model, 'Serving');
    const data = model.entry.holdout ?? model.entry.reference;
    return await this.#engine.call('golden', { model: model.source, data, rows }, callOptions(options));
  }

  /**
   * Complete rows of data as the tensors a server is asked with, and the local answer.
   * @param data null: the holdout
   */
  async inputs(
    model: ResolvedModel,
    data: string | null,
    rows: number,
    options: JobOptions = {},
  ): Promise<Golden> {
    requireFile(model, 'Serving');
    const source = dataOf(this.#workspace.root, model.entry, data, 'Predicting');
    return await this.#engine.call(
      'golden',
      { model: model.source, data: source, rows },
      callOptions(options),
    );
  }

  /** A model's files for a place that they are sent to. */
  async pack(request: PackRequest, options: JobOptions = {}): Promise<Packed> {
    return await this.#engine.call('pack', request, callOptions(options));
  }

  async rows(request: RowsRequest, options: JobOptions = {}): Promise<RowsPage> {
    return await this.#engine.call('rows', request, callOptions(options));
  }

  /**
   * The last stored result for this digest, marked stale when data, policy or settings changed since.
   * @param overrides what a validation would run with now
   */
  async latestValidation(
    model: ResolvedModel,
    overrides: ValidateOverrides = {},
  ): Promise<Stored<Validation> | null> {
    const rivals = await resolveRivals(this.#workspace, model.entry, model.ref.digest, overrides).catch(
      () => ({ baseline: null, original: null }),
    );
    const job = validateJob(this.#workspace.root, model, rivals, overrides);
    return await this.#store.latest('validate', [model.ref.digest], await this.#current(job));
  }

  /** As `latestValidation`, whatever policy and settings it was made with: only other data makes it stale. */
  async lastValidation(model: ResolvedModel): Promise<Stored<Validation> | null> {
    const none = { baseline: null, original: null };
    const current = await this.#current(validateJob(this.#workspace.root, model, none, {}));
    return await this.#store.latest('validate', [model.ref.digest], { ...current, job: null });
  }

  /** As `latestValidation`; other settings of an explanation don't make it stale, other data does. */
  async latestExplanation(model: ResolvedModel): Promise<Stored<Explanation> | null> {
    const plain = await this.#latestOf('explain', model, explainJob, result => result.interactions === null);
    return plain ?? (await this.latestInteractions(model));
  }

  /** The newest explanation that has interaction values; its attributions are raw scores, as they are. */
  async latestInteractions(model: ResolvedModel): Promise<Stored<Explanation> | null> {
    return await this.#latestOf('explain', model, explainJob, result => result.interactions !== null);
  }

  /** As `latestExplanation`. */
  async latestEffects(model: ResolvedModel): Promise<Stored<Effects> | null> {
    return await this.#latestOf('effects', model, effectsJob);
  }

  /** As `latestExplanation`. */
  async latestImportance(
    model: ResolvedModel,
    method: ImportanceJob['method'],
  ): Promise<Stored<Importance> | null> {
    return await this.#latestOf('importance', model, importanceJob, result => result.method === method);
  }

  async latestComparison(
    a: ResolvedModel,
    b: ResolvedModel,
    overrides: CompareOverrides = {},
  ): Promise<Stored<Comparison> | null> {
    const models = [a.ref.digest, b.ref.digest];
    if (a.entry.holdout === null && b.entry.holdout === null)
      return await this.#store.latest('compare', models, { job: null, data: [] });
    const job = compareJob(this.#workspace.root, a, b, overrides);
    return await this.#store.latest('compare', models, await this.#current(job));
  }

  /** The last stored comparison of two digests, whatever it was made with. */
  async lastComparison(a: string, b: string): Promise<Stored<Comparison> | null> {
    return await this.#store.latest('compare', [a, b], { job: null, data: [] });
  }

  /** What was found of a data set, newest first. @param path absolute, or relative to the workspace */
  async keptOf<K extends 'ab' | 'describe' | 'drift'>(kind: K, path: string): Promise<Stored<ResultOf<K>>[]> {
    return await this.#kept.list(kind, { data: dataSource(this.#workspace.root, path) });
  }

  async #latestOf<K extends 'explain' | 'effects' | 'importance'>(
    kind: K,
    model: ResolvedModel,
    build: (root: string, model: ResolvedModel, overrides: object) => Job,
    wanted?: (result: ResultOf<K>) => boolean,
  ): Promise<Stored<ResultOf<K>> | null> {
    const current =
      model.entry.holdout === null
        ? { data: [] }
        : await this.#current(build(this.#workspace.root, model, {}));
    return await this.#store.latest(kind, [model.ref.digest], { ...current, job: null }, wanted);
  }

  /**
   * Puts the Parquet files of an explanation's parts together in one.
   * @param out absolute path
   * @returns the sizes of all rows together
   * @throws BadInput `out-file`, and as the engine's `mergeRows`
   */
  async mergeRows(out: string, merge: Omit<RowsMerge, 'file'>): Promise<Explanation['global']> {
    return await intoFile(out, async file => await this.#engine.call('mergeRows', { ...merge, file }));
  }

  /** A file is written each time that it is asked for, and its document belongs to it: nothing is stored. */
  async #explainInto(out: string, asked: ExplainJob, options: JobOptions): Promise<Explanation> {
    const path = relative(this.#workspace.root, out);
    return await intoFile(out, async file => {
      const job = { ...asked, out: { file, path } };
      const { digest, data } = await this.#identity(job);
      const result = await this.#engine.call('explain', job, callOptions(options));
      await this.#requireUnchanged(job, data);
      return await this.#ofWhole({ ...result, job: digest, model: asked.model.ref }, job);
    });
  }

  /** A part of an explanation names the job that it is a part of, by the digest that would be stored. */
  async #ofWhole(result: Explanation, { shard, ...whole }: ExplainJob): Promise<Explanation> {
    if (shard === undefined || result.shard === null) return result;
    return { ...result, shard: { ...result.shard, whole: (await this.#identity(whole)).digest } };
  }

  async #run<K extends ResultKind>(
    kind: K,
    job: Job,
    models: readonly ModelRef[],
    options: JobOptions,
    call: (options: EngineCallOptions) => Promise<ResultOf<K>>,
  ): Promise<ResultOf<K>> {
    const digests = models.map(({ digest }) => digest);
    const { digest, data } = await this.#identity(job);
    if (options.fresh !== true) {
      const stored = await this.#store.get(kind, digests, digest);
      if (stored !== null) return stored.result;
    }
    const result = { ...(await call(callOptions(options))), job: digest };
    await this.#requireUnchanged(job, data);
    await this.#store.put(kind, digests, result);
    return result;
  }

  /**
   * What was read in part before a change and in part after it is a result of neither. A folder of samples grows while
   * it is read: what is there is read.
   * @param before digests of the job's data when it began
   * @throws BadInput `data-changed`
   */
  async #requireUnchanged(job: Job, before: DataDigests): Promise<void> {
    const { data: after } = await this.#identity(job);
    const sources = sourcesOf(job);
    for (const role of dataRoles) {
      const source = sources[role];
      if (source === null || after[role] === before[role]) continue;
      const found = await stat(source.file).catch(() => null);
      if (found?.isDirectory() === true) continue;
      throw new BadInput(
        'data-changed',
        `\`${source.path}\` changed while it was being read, so nothing is kept of this run. ` +
          'Run it again when the file is written.',
      );
    }
  }

  /** The digest of a job as it would run now, and the digests of its data. */
  async #identity(job: Job): Promise<{ readonly digest: string; readonly data: DataDigests }> {
    const digestOf = async (data: DataSource | null): Promise<string | null> =>
      data === null ? null : await this.#workspace.fileDigest(data.file).catch(() => null);
    const sources = sourcesOf(job);
    const [holdout, reference, background, data] = await Promise.all([
      digestOf(sources.holdout),
      digestOf(sources.reference),
      digestOf(sources.background),
      digestOf(sources.data),
    ]);
    const digests = { holdout, reference, background, data };
    const identity = jobIdentity(job, digests, slipwayVersion);
    return { digest: createHash('sha256').update(identity).digest('hex'), data: digests };
  }

  async #current(job: Job): Promise<Current> {
    const { digest, data } = await this.#identity(job);
    const sources = sourcesOf(job);
    return {
      job: digest,
      data: dataRoles.flatMap(role => {
        const source = sources[role];
        return source === null ? [] : [{ role, path: source.path, digest: data[role] }];
      }),
    };
  }
}

const dataRoles = ['holdout', 'reference', 'background', 'data'] as const;

/** The data that a job reads, by what it is to it. */
function sourcesOf(job: Job): Readonly<Record<DataRef['role'], DataSource | null>> {
  return {
    holdout: 'holdout' in job ? job.holdout : null,
    reference: 'reference' in job ? job.reference : null,
    background: 'background' in job ? job.background : null,
    data: 'data' in job ? job.data : null,
  };
}

export function callOptions({ signal, onProgress }: JobOptions): EngineCallOptions {
  return { ...(signal === undefined ? {} : { signal }), ...(onProgress === undefined ? {} : { onProgress }) };
}

/** @throws BadInput `saved-predictions` for answers without the model that gave them */
export function requireFile({ entry }: ResolvedModel, what: string): void {
  if (entry.saved === undefined) return;
  throw new BadInput(
    'saved-predictions',
    `\`${entry.name}\` is known by its saved predictions alone. ${what} needs the model: an .onnx file as \`path\` in slipway.yaml. Validate it, or name it as the \`baseline\` of another.`,
  );
}
