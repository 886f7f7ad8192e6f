import { mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { BadInput } from '../core/failure.ts';
import type { DataSource, ModelSource } from '../protocol/engine.ts';
import type { CrossValidation } from '../protocol/results/crossValidation.ts';
import type { RankingResult } from '../protocol/results/ranking.ts';
import type { Stored } from '../protocol/pages.ts';
import type { FoldPlan, RankJob, TrainCommand } from '../protocol/trials.ts';
import { makeFolder } from '../workspace/atomic.ts';
import type { ResultOf, ResultStore } from '../workspace/store.ts';
import type { ModelEntry, ResolvedModel } from '../workspace/types.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { answeredIn, answersOf, dataOfAnswers } from './answers.ts';
import { asVersion, keepVersions, takesVersions, type Keep } from './candidates.ts';
import { chosen, meaningOf, required, type MeaningOverrides } from './build.ts';
import type { EngineClient } from './engineClient.ts';
import { Kept } from './kept.ts';
import { callOptions, type JobOptions } from './options.ts';
import type { Trainer } from './training.ts';
import { candidatesOf, retrain, type Trials } from './trials.ts';

export interface TrialOverrides extends MeaningOverrides {
  readonly data?: string;
}

export interface RankOverrides extends TrialOverrides {
  readonly metric?: string;
  readonly resamples?: number;
}

/**
 * Trainings and candidates: a model on parts of the data, a model for each fold, the best of many. Each is run when
 * it is asked for, since what a command trains may be another model each time; the last run of a job is kept.
 */
export class TrialJobs {
  readonly #workspace: Workspace;
  readonly #engine: Pick<EngineClient, 'call'>;
  readonly #kept: Kept;

  constructor(workspace: Workspace, engine: Pick<EngineClient, 'call'>, store: ResultStore) {
    this.#workspace = workspace;
    this.#engine = engine;
    this.#kept = new Kept(workspace, store);
  }

  /** What was found of a model, all its versions and files of its name, newest first. */
  async keptOf<K extends 'crossValidate' | 'rank'>(
    kind: K,
    entry: Pick<ModelEntry, 'name'>,
  ): Promise<Stored<ResultOf<K>>[]> {
    return await this.#kept.list(kind, { entry });
  }

  /** One model on disjoint parts of the data. `overrides.data` null: the holdout. */
  async fixedFolds(
    asked: ResolvedModel,
    overrides: TrialOverrides,
    plan: FoldPlan,
    options: JobOptions = {},
  ): Promise<CrossValidation> {
    const [model] = await answeredIn(this.#workspace, [asked] as const, overrides.data);
    const data = this.#dataOf([model], model.entry, overrides, 'Cross-validation');
    const meaning = meaningOf(model.entry, overrides);
    const job = { kind: 'fixedFolds', model: answersOf(model), meaning, data, plan } as const;
    const result = await this.#engine.call('fixedFolds', job, callOptions(options));
    return await this.#kept.put('crossValidate', model, { ...result, model: model.ref });
  }

  /** A model trained for each fold by the command of slipway.yaml. Without `overrides.data`: the reference. */
  async retrain(
    entry: ModelEntry,
    train: TrainCommand,
    overrides: TrialOverrides,
    plan: FoldPlan,
    trainer: Trainer,
    options: JobOptions = {},
  ): Promise<CrossValidation> {
    const data = this.#trainingData(entry, overrides);
    const meaning = meaningOf(entry, overrides);
    const task = { name: entry.name, train, meaning, data, plan };
    const result = await retrain(task, this.#trials(trainer, options));
    return await this.#kept.put('crossValidate', { entry }, result);
  }

  /** Models on the same labelled rows, best first. @param entry whose label, task and holdout hold */
  async rank(
    models: readonly ResolvedModel[],
    entry: ModelEntry,
    overrides: RankOverrides,
    options: JobOptions = {},
  ): Promise<RankingResult> {
    const candidates = await answeredIn(this.#workspace, models, overrides.data);
    const data = this.#dataOf(candidates, entry, overrides, 'Ranking');
    return await this.#rank(candidates.map(answersOf), entry, data, overrides, options);
  }

  /**
   * Runs the training command once, and ranks every .onnx file that it leaves. Nothing of it stays when it fails, is
   * cancelled, or cannot be ranked.
   * @param keep a folder is absolute, and empty or not there
   * @throws BadInput `keep-folder` for one that holds something
   */
  async rankTrained(
    entry: ModelEntry,
    train: TrainCommand,
    overrides: RankOverrides,
    keep: Keep,
    trainer: Trainer,
    options: JobOptions = {},
  ): Promise<RankingResult> {
    if (typeof keep === 'object') await requireEmpty(keep.folder);
    const test = this.#dataOf([], entry, overrides, 'Ranking');
    // Beside the folder that is asked for: it gets its name in one step.
    const beside = typeof keep === 'object' ? dirname(keep.folder) : tmpdir();
    await makeFolder(beside);
    const folder = await mkdtemp(
      join(beside, typeof keep === 'object' ? '.slipway-' : 'slipway-candidates-'),
    );
    try {
      const task = {
        name: entry.name,
        train,
        meaning: meaningOf(entry, overrides),
        // The data of the ranking is held out; what is trained on is what slipway.yaml names.
        data: this.#trainingData(entry, {}),
        test,
        seed: overrides.seed ?? 1,
        folder,
      };
      const left = await candidatesOf(task, this.#trials(trainer, options));
      const candidates =
        keep === 'versions' && takesVersions(entry) ? await this.#asVersions(entry, left) : left;
      return await this.#rank(candidates, entry, test, overrides, options, async result => {
        options.signal?.throwIfAborted();
        if (keep === 'versions') await keepVersions(this.#workspace.root, candidates, result);
        if (typeof keep !== 'object') return;
        await rm(keep.folder, { recursive: true, force: true });
        await rename(folder, keep.folder);
      });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  async #asVersions(entry: ModelEntry, candidates: readonly ModelSource[]): Promise<ModelSource[]> {
    const found = new Map<string, ModelSource>();
    for (const candidate of candidates) {
      const version = await asVersion(entry, candidate, await this.#workspace.fileDigest(candidate.file));
      found.set(version.ref.path, version);
    }
    return [...found.values()];
  }

  async #rank(
    models: RankJob['models'],
    entry: ModelEntry,
    data: DataSource,
    overrides: RankOverrides,
    options: JobOptions,
    ranked: (result: RankingResult) => Promise<void> = () => Promise.resolve(),
  ): Promise<RankingResult> {
    const job: RankJob = {
      kind: 'rank',
      models,
      meaning: meaningOf(entry, overrides),
      data,
      metric: overrides.metric ?? null,
      cluster: entry.policy.intervals?.cluster ?? null,
      resamples: overrides.resamples ?? 1000,
      seed: overrides.seed ?? 1,
    };
    const result = await this.#engine.call('rank', job, callOptions(options));
    await ranked(result);
    return await this.#kept.put('rank', { entry }, result);
  }

  /** What the caller gives, else where saved answers are, else the holdout. */
  #dataOf(
    models: readonly ResolvedModel[],
    entry: ModelEntry,
    { data }: TrialOverrides,
    what: string,
  ): DataSource {
    const holdout = dataOfAnswers(models) ?? entry.holdout;
    return required(chosen(this.#workspace.root, data, holdout), entry, what);
  }

  /** What a model is trained on: the reference, else the holdout. */
  #trainingData(entry: ModelEntry, overrides: TrialOverrides): DataSource {
    if (overrides.data === undefined && entry.reference !== null) return entry.reference;
    return this.#dataOf([], entry, overrides, 'Training');
  }

  #trials(trainer: Trainer, options: JobOptions): Trials {
    const { signal = new AbortController().signal, onProgress = () => undefined } = options;
    return {
      root: this.#workspace.root,
      ask: async (kind, job) => await this.#engine.call(kind, job, { signal }),
      digestOf: async file => await this.#workspace.fileDigest(file),
      trainer,
      signal,
      onProgress,
    };
  }
}

async function requireEmpty(folder: string): Promise<void> {
  const held = await readdir(folder).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new BadInput('keep-folder', `\`${folder}\` is no folder that can be read. Name another one.`);
  });
  if (held.length > 0)
    throw new BadInput(
      'keep-folder',
      `\`${folder}\` holds something already: candidates of two runs would be mixed up. Name another folder.`,
    );
}
