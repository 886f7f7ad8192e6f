import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataSource } from '../protocol/engine.ts';
import type { CrossValidation } from '../protocol/results/crossValidation.ts';
import type { RankingResult } from '../protocol/results/ranking.ts';
import type { Stored } from '../protocol/pages.ts';
import type { FoldPlan, RankJob, TrainCommand } from '../protocol/trials.ts';
import type { ResultOf, ResultStore } from '../workspace/store.ts';
import type { ModelEntry, ResolvedModel } from '../workspace/types.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { answeredIn, answersOf, dataOfAnswers } from './answers.ts';
import { chosen, meaningOf, required, type MeaningOverrides } from './build.ts';
import type { EngineClient } from './engineClient.ts';
import { Kept } from './kept.ts';
import { callOptions, type JobOptions } from './runner.ts';
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
   * Runs the training command once, and ranks every .onnx file that it leaves.
   * @param keep absolute folder where the candidates stay; null: nothing stays
   */
  async rankTrained(
    entry: ModelEntry,
    train: TrainCommand,
    overrides: RankOverrides,
    keep: string | null,
    trainer: Trainer,
    options: JobOptions = {},
  ): Promise<RankingResult> {
    const folder = keep ?? (await mkdtemp(join(tmpdir(), 'slipway-candidates-')));
    try {
      await mkdir(folder, { recursive: true });
      const test = this.#dataOf([], entry, overrides, 'Ranking');
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
      const sources = await candidatesOf(task, this.#trials(trainer, options));
      return await this.#rank(sources, entry, test, overrides, options);
    } finally {
      if (keep === null) await rm(folder, { recursive: true, force: true });
    }
  }

  async #rank(
    models: RankJob['models'],
    entry: ModelEntry,
    data: DataSource,
    overrides: RankOverrides,
    options: JobOptions,
  ): Promise<RankingResult> {
    const job: RankJob = {
      kind: 'rank',
      models,
      meaning: meaningOf(entry, overrides),
      data,
      metric: overrides.metric ?? null,
      resamples: overrides.resamples ?? 1000,
      seed: overrides.seed ?? 1,
    };
    const result = await this.#engine.call('rank', job, callOptions(options));
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
