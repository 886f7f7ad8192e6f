import type { DataSource, ModelMeaning, ModelSource, SavedSource } from './engine.ts';
import type { CrossValidation } from './results/crossValidation.ts';
import type { RankingResult } from './results/ranking.ts';

/** A command that trains a model. `args` may hold {train}, {test}, {output}, {fold} and {seed}. */
export interface TrainCommand {
  readonly command: string;
  readonly args: readonly string[];
  /** The file it leaves in the output folder. */
  readonly output: string;
}

/** How rows are divided into folds. */
export interface FoldPlan {
  readonly folds: number;
  readonly repeats: number;
  /** A column whose groups stay whole; null: rows are divided. */
  readonly groups: string | null;
  /** A column that orders the rows: trained on what came before; null: no order. */
  readonly time: string | null;
  /** A column that names the fold of each row; null: they are made. */
  readonly column: string | null;
  readonly seed: number;
}

/** One model, measured on disjoint parts of the data. */
export interface FixedFoldsJob {
  readonly kind: 'fixedFolds';
  readonly model: ModelSource | SavedSource;
  readonly meaning: ModelMeaning;
  readonly data: DataSource;
  readonly plan: FoldPlan;
}

/** The rows of each fold as files, for a command that trains. */
export interface SplitJob {
  readonly kind: 'split';
  readonly data: DataSource;
  readonly meaning: ModelMeaning;
  readonly plan: FoldPlan;
  /** Absolute folder that takes `fold-<repeat>-<fold>/train.*` and `test.*`; it must exist. */
  readonly folder: string;
}

export interface SplitFold {
  readonly repeat: number;
  readonly fold: number;
  readonly folder: string;
  readonly train: DataSource;
  readonly test: DataSource;
  readonly trainRows: number;
  readonly testRows: number;
}

export interface SplitResult {
  /** In order. */
  readonly folds: readonly SplitFold[];
  /** How the rows were divided, in words. */
  readonly words: string;
  /** Rows of the data set: folds in time have fewer. */
  readonly rows: number;
}

export interface ScoreJob {
  readonly model: ModelSource;
  readonly meaning: ModelMeaning;
  readonly data: DataSource;
}

export interface FoldScore {
  readonly task: 'binary' | 'multiclass' | 'regression';
  readonly positive: string | null;
  /** By metric name; undefined ones are left out. */
  readonly metrics: Readonly<Record<string, number>>;
  readonly n: number;
  readonly digest: string;
}

/** Models that answered the same rows, ranked. */
export interface RankJob {
  readonly kind: 'rank';
  readonly models: readonly (ModelSource | SavedSource)[];
  readonly meaning: ModelMeaning;
  readonly data: DataSource;
  /** null: the task's headline metric. */
  readonly metric: string | null;
  /** The column whose clusters are the independent observations; null: every row is one. */
  readonly cluster: string | null;
  readonly resamples: number;
  readonly seed: number;
}

export interface TrialRequests {
  fixedFolds: [FixedFoldsJob, CrossValidation];
  split: [SplitJob, SplitResult];
  score: [ScoreJob, FoldScore];
  rank: [RankJob, RankingResult];
}
