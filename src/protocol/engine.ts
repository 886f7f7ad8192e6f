import type { Cell } from '../core/data/table.ts';
import type { ModelFacts } from '../core/onnx/facts.ts';
import type { AbRequests } from './ab.ts';
import type { DescribeRequests } from './describe.ts';
import type { TrialRequests } from './trials.ts';
import type { LocalRequests } from './local.ts';
import type { MaskingRequests } from './masking.ts';
import type { PackRequests } from './pack.ts';
import type { AttributedRows, AttributeRequest } from './attribute.ts';
import type { Comparison } from './results/comparison.ts';
import type { Effects } from './results/effects.ts';
import type { Drift } from './results/drift.ts';
import type { Explanation } from './results/explanation.ts';
import type { Importance } from './results/importance.ts';
import type { ColumnMatch, ModelRef } from './results/shared.ts';
import type { NamedSlice, Validation } from './results/validation.ts';

/** Where the engine finds a model. `ref.digest` must be what the file holds, or the job is refused. */
export interface ModelSource {
  /** Absolute path of the .onnx file. */
  readonly file: string;
  readonly ref: ModelRef;
}

/** Saved predictions as a version: the digest of `ref` is over the data and the columns. */
export interface SavedSource {
  readonly ref: ModelRef;
  readonly saved: SavedAnswers;
}

export interface DataSource {
  /** Absolute path: .csv, .parquet, .jsonl / .ndjson / .json. */
  readonly file: string;
  /** The path as results name it, relative to the workspace. */
  readonly path: string;
}

/** Columns of the data that hold the answers of a model, in place of the model. */
export interface SavedAnswers {
  /** The predicted class or value; null: the class of the highest score. */
  readonly prediction: string | null;
  /**
   * Probability columns: one of the positive class, or one a class. `class` null: the column is called as the
   * class, or ends with it.
   */
  readonly scores: readonly { readonly column: string; readonly class: string | null }[];
}

/** What the config (or inference) says of the model's meaning. */
export interface ModelMeaning {
  readonly task: 'binary' | 'multiclass' | 'regression' | null;
  readonly label: string | null;
  /** The positive class of a binary task, as in the label column; null: the last class. */
  readonly positive: string | null;
  /** Decision threshold on the positive class; null: 0.5. */
  readonly threshold: number | null;
  /** Unit of the predicted value, for sentences and axes. */
  readonly unit: string | null;
}

/** A limit on a metric or a check; `min` and `max` are inclusive. */
export interface Rule {
  readonly min?: number;
  readonly max?: number;
  readonly severity?: 'fail' | 'warn';
  readonly off?: boolean;
}

/** Rows that are measured by themselves; `min` and `max` limit the metric on them. */
export interface PolicySlice extends Omit<Rule, 'off'> {
  /** A DuckDB condition over the columns of the data. */
  readonly where: string;
  /** Absent: accuracy, or the mean absolute error. */
  readonly metric?: string;
  /** Labelled rows below which it is not judged; absent: 30. */
  readonly rows?: number;
}

export interface Policy {
  /** By metric name. */
  readonly metrics: Readonly<Record<string, Rule>>;
  /** By check id. */
  readonly checks: Readonly<Record<string, Rule>>;
  /** How much worse a new version may be, by metric name, in the metric's unit. */
  readonly margins: Readonly<Record<string, number>>;
  /** Columns whose groups are compared. */
  readonly groups: readonly string[];
  /** What the two errors of a binary task cost, in one unit; without it no threshold is judged by cost. */
  readonly costs?: { readonly falsePositive: number; readonly falseNegative: number };
  /** How the intervals of metrics and of their differences are made; absent: percentiles of resampled rows. */
  readonly intervals?: {
    readonly method?: 'percentile' | 'bca';
    /** Each class keeps its number of rows in each resample. */
    readonly stratified?: boolean;
    /** A column of the data: rows with the same value are drawn together. */
    readonly cluster?: string;
  };
  /** Columns whose larger values must not lower (or raise) the score of the positive class or the value. */
  readonly monotonic?: Readonly<Record<string, 'increasing' | 'decreasing'>>;
  /** Slices of the labelled rows that are measured by themselves, by name. */
  readonly slices?: Readonly<Record<string, PolicySlice>>;
  /** The agreed signature: name to type and shape, as in `float32 [?, 4]`. */
  readonly contract?: {
    readonly inputs: Readonly<Record<string, string>>;
    readonly outputs: Readonly<Record<string, string>>;
  };
}

export interface ValidateJob {
  readonly kind: 'validate';
  /** null: `predictions` holds the answers. */
  readonly model: ModelSource | null;
  readonly predictions: SavedAnswers | null;
  /** The version that stands now: the model must not be worse than it. */
  readonly baseline: ModelSource | SavedAnswers | null;
  /** The model in another form, before it was exported or quantised: the answers must be the same. */
  readonly original: ModelSource | SavedAnswers | null;
  readonly meaning: ModelMeaning;
  readonly policy: Policy;
  /** Labelled or not; null runs the model-only checks. */
  readonly holdout: DataSource | null;
  readonly reference: DataSource | null;
  readonly resamples: number;
  readonly seed: number;
}

/** The labelled rows that meet a condition, measured by themselves. */
export interface SliceJob extends Pick<ValidateJob, 'meaning' | 'policy' | 'resamples' | 'seed'> {
  readonly model: ModelSource;
  readonly data: DataSource;
  /** A DuckDB condition. */
  readonly where: string;
}

export interface ExplainJob {
  readonly kind: 'explain';
  readonly model: ModelSource;
  readonly meaning: ModelMeaning;
  readonly data: DataSource;
  /** null: the data itself. */
  readonly background: DataSource | null;
  /** A seeded sample of this size, or these row numbers. */
  readonly backgroundRows: number | readonly number[];
  /** A DuckDB condition that background rows meet; absent: any row. */
  readonly backgroundWhere?: string;
  /** A DuckDB condition: only rows that meet it are explained and measured; null: all rows. */
  readonly where: string | null;
  /** Rows explained: a seeded sample of this size, all, or these row numbers. */
  readonly rows: number | 'all' | readonly number[];
  readonly method: 'auto' | 'tree' | 'tree-path' | 'linear' | 'gradients' | 'shapley';
  /** Interaction values of pairs of columns too; absent: no. */
  readonly interactions?: boolean;
  /** Write the rows' values to this Parquet file, in a folder of its own; absent: into the document. */
  readonly out?: {
    /** Absolute. */
    readonly file: string;
    /** The path as the result names it. */
    readonly path: string;
  };
  /** Class name or column index of the output; null: the positive class, else the first output. */
  readonly output: string | number | null;
  readonly space: 'probability' | 'raw' | 'value' | null;
  /** Coalitions a row when sampling, at most. */
  readonly budget: number;
  /**
   * Sampling of a row stops when its widest 95 % half-width is this share of its largest |value|, or this much in
   * the units of the output; absent: when the budget is used.
   */
  readonly stop?: { readonly share: number; readonly absolute: number };
  /** Columns that are one player; absent: each by itself. */
  readonly groups?: readonly FeatureGroup[];
  /** Columns associated at least so strongly (0 to 1) are a group; absent: no. */
  readonly correlated?: number;
  /**
   * Each column keeps a value of its own, as a member of its group (Owen values); without groups, of the tree of a
   * clustering by association. Absent: no.
   */
  readonly owen?: boolean;
  /** Only this part of the rows, 1 to `of`: the parts together are the whole; absent: all. */
  readonly shard?: { readonly index: number; readonly of: number };
  readonly seed: number;
}

/** How single columns, or two together, move the answer: partial dependence and accumulated local effects. */
export interface EffectsJob {
  readonly kind: 'effects';
  readonly model: ModelSource;
  readonly meaning: ModelMeaning;
  /** The rows averaged over. */
  readonly data: DataSource;
  /** Where the model has seen data, for shading; null: the data itself. */
  readonly reference: DataSource | null;
  /** A DuckDB condition: only rows that meet it are averaged over; null: all rows. */
  readonly where: string | null;
  readonly curves: 'partial' | 'accumulated' | 'both';
  /** Columns; null: those that move the answer most. */
  readonly features: readonly string[] | null;
  readonly pairs: readonly (readonly [string, string])[];
  /** At most so many rows, a seeded sample. */
  readonly rows: number;
  /** Positions of a curve, at most. */
  readonly grid: number;
  /** Rows whose own curves are kept. */
  readonly individuals: number;
  readonly output: string | number | null;
  readonly space: 'probability' | 'raw' | 'value' | null;
  readonly seed: number;
}

/** Columns that are one player: hidden, shuffled and credited together. */
export interface FeatureGroup {
  readonly name: string;
  readonly columns: readonly string[];
}

/** What a metric or a loss rests on. */
export interface ImportanceJob {
  readonly kind: 'importance';
  readonly model: ModelSource;
  readonly meaning: ModelMeaning;
  /** Labelled rows. */
  readonly data: DataSource;
  /** What hidden columns are filled from (SAGE); null: the data itself. */
  readonly background: DataSource | null;
  /** A DuckDB condition: only rows that meet it are measured; null: all rows. */
  readonly where: string | null;
  readonly backgroundRows: number;
  readonly method: 'permutation' | 'sage';
  /** Which of several values of a regression the label is of; absent: there is one. */
  readonly output?: string | number;
  readonly rows: number;
  readonly groups: readonly FeatureGroup[];
  /** Columns associated at least so strongly (0 to 1) are one player; null: each by itself. */
  readonly correlated: number | null;
  /** Metric of the permutations; null: the task's headline metric. */
  readonly metric: string | null;
  readonly repeats: number;
  /** SAGE stops when the largest half-width is this share of the values' range; 0: only when all rows are used. */
  readonly precision: number;
  readonly seed: number;
}

export interface CompareJob {
  readonly kind: 'compare';
  readonly a: ModelSource | SavedSource;
  readonly b: ModelSource | SavedSource;
  readonly meaning: ModelMeaning;
  readonly policy: Policy;
  readonly holdout: DataSource;
  readonly reference: DataSource | null;
  readonly resamples: number;
  readonly seed: number;
}

/** Two data sets, no model. */
export interface DriftJob {
  readonly kind: 'drift';
  readonly before: DataSource;
  readonly now: DataSource;
  readonly seed: number;
}

export interface PredictJob {
  readonly model: ModelSource;
  readonly data: DataSource;
  readonly offset: number;
  readonly limit: number;
}

export interface Predictions {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  readonly matching: readonly ColumnMatch[];
}

export interface RowsRequest {
  readonly data: DataSource;
  readonly offset: number;
  readonly limit: number;
  readonly orderBy: { readonly column: string; readonly descending: boolean } | null;
  /** A DuckDB boolean expression; null: all rows. */
  readonly filter: string | null;
}

export interface RowsPage {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly Cell[])[];
  readonly total: number;
}

/** Golden inputs: rows of data as OIP tensors, with the local runtime's answer. */
export interface Golden {
  readonly inputs: readonly {
    readonly name: string;
    readonly shape: readonly number[];
    readonly datatype: string;
    readonly data: readonly (number | string | boolean)[];
  }[];
  readonly outputs: readonly {
    readonly name: string;
    readonly shape: readonly number[];
    readonly datatype: string;
    readonly data: readonly (number | string | boolean | null)[];
  }[];
  readonly rows: number;
}

/** A table as a page shows it, to be written to a Parquet file. */
export interface TableFile {
  /** Absolute path, in a folder that is ours alone. */
  readonly file: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** Parquet files of the parts of an explanation, to be put together in one. */
export interface RowsMerge {
  /** In the order of their rows, with how many there are by the part's document. */
  readonly parts: readonly (DataSource & { readonly rows: number })[];
  /** The names of the features, as the documents give them. */
  readonly features: readonly string[];
  /** Absolute path, in a folder that is ours alone. */
  readonly file: string;
}

/** Method -> [parameters, result]. The client in src/jobs and the child in src/engine both speak this. */
export interface EngineRequests
  extends AbRequests, DescribeRequests, TrialRequests, LocalRequests, MaskingRequests, PackRequests {
  inspect: [{ readonly file: string }, ModelFacts];
  validate: [ValidateJob, Validation];
  slice: [SliceJob, NamedSlice];
  explain: [ExplainJob, Explanation];
  effects: [EffectsJob, Effects];
  importance: [ImportanceJob, Importance];
  compare: [CompareJob, Comparison];
  drift: [DriftJob, Drift];
  predict: [PredictJob, Predictions];
  attribute: [AttributeRequest, AttributedRows];
  rows: [RowsRequest, RowsPage];
  table: [TableFile, null];
  mergeRows: [RowsMerge, Explanation['global']];
  /** Rows null: inputs made from the signature (zeros, empty words). */
  golden: [{ readonly model: ModelSource; readonly data: DataSource | null; readonly rows: number }, Golden];
}

export interface EngineProgress {
  readonly done: number;
  readonly total: number;
  readonly what: string;
}

/** How a failure crosses the wire. `bad-input` kinds become BadInput again on the other side. */
export interface EngineFailure {
  readonly badInput: boolean;
  readonly code: string;
  readonly message: string;
}
