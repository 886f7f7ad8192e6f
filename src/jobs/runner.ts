import { relative } from 'node:path';
import { BadInput } from '../core/failure.ts';
import type { ModelFacts } from '../core/onnx/facts.ts';
import type { ExplainJob, Golden, Predictions, SavedAnswers, RowsMerge } from '../protocol/engine.ts';
import type { AttributedRows, AttributeRequest } from '../protocol/attribute.ts';
import type { ExplanationComparisonJob, LocalRequests } from '../protocol/local.ts';
import type { ExplanationComparison } from '../protocol/results/explanationComparison.ts';
import type { MaskingRequests } from '../protocol/masking.ts';
import type { Comparison } from '../protocol/results/comparison.ts';
import type { Effects } from '../protocol/results/effects.ts';
import type { Packed, PackRequest } from '../protocol/pack.ts';
import type { Explanation } from '../protocol/results/explanation.ts';
import type { Importance } from '../protocol/results/importance.ts';
import type { NamedSlice, Validation } from '../protocol/results/validation.ts';
import type { ResultOf, ResultStore } from '../workspace/store.ts';
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
import type { EngineClient } from './engineClient.ts';
import { answeredIn } from './answers.ts';
import { DataSetJobs } from './dataSetJobs.ts';
import { LatestResults } from './latest.ts';
import { callOptions, type JobOptions } from './options.ts';
import { intoFile } from './outFile.ts';
import { resolveRivals } from './rivals.ts';
import { StoredJobs } from './storedJobs.ts';

type AskedRequests = Pick<LocalRequests, 'counterfactuals' | 'prototypes' | 'surrogate'> & MaskingRequests;

/** Jobs on models: built from slipway.yaml and overrides, run in the engine, stored under their digest. */
export class Jobs {
  readonly latest: LatestResults;
  readonly dataSets: DataSetJobs;
  readonly #workspace: Workspace;
  readonly #engine: Pick<EngineClient, 'call'>;
  readonly #stored: StoredJobs;

  constructor(workspace: Workspace, engine: Pick<EngineClient, 'call'>, store: ResultStore) {
    this.#workspace = workspace;
    this.#engine = engine;
    this.#stored = new StoredJobs(workspace, store);
    this.latest = new LatestResults(workspace, store, this.#stored);
    this.dataSets = new DataSetJobs(workspace, engine, store);
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
    const result = await this.#stored.run('validate', job, [model.ref], options, calling =>
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
    return await this.#stored.run('validate', job, [], options, calling =>
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
    const result = await this.#stored.run('explain', job, [model.ref], options, calling =>
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
    const { digest } = await this.#stored.identity(job);
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
    const result = await this.#stored.run('effects', job, [model.ref], options, calling =>
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
    const result = await this.#stored.run('importance', job, [model.ref], options, calling =>
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
    const result = await this.#stored.run('compare', job, [a.ref, b.ref], options, calling =>
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
    const result = await this.#stored.run('compareExplanations', job, [a.ref, b.ref], options, calling =>
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
    const result = await this.#stored.run(
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
      const { digest, data } = await this.#stored.identity(job);
      const result = await this.#engine.call('explain', job, callOptions(options));
      await this.#stored.requireUnchanged(job, data);
      return await this.#ofWhole({ ...result, job: digest, model: asked.model.ref }, job);
    });
  }

  /** A part of an explanation names the job that it is a part of, by the digest that would be stored. */
  async #ofWhole(result: Explanation, { shard, ...whole }: ExplainJob): Promise<Explanation> {
    if (shard === undefined || result.shard === null) return result;
    return { ...result, shard: { ...result.shard, whole: (await this.#stored.identity(whole)).digest } };
  }
}

/** @throws BadInput `saved-predictions` for answers without the model that gave them */
function requireFile({ entry }: ResolvedModel, what: string): void {
  if (entry.saved === undefined) return;
  throw new BadInput(
    'saved-predictions',
    `\`${entry.name}\` is known by its saved predictions alone. ${what} needs the model: an .onnx file as \`path\` in slipway.yaml. Validate it, or name it as the \`baseline\` of another.`,
  );
}
