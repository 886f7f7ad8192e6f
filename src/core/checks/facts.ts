import type { Policy } from '../../protocol/engine.ts';
import type { ColumnMatch } from '../../protocol/results/shared.ts';
import type { Metric, NamedSlice } from '../../protocol/results/validation.ts';
import type { ErrorAnalysis } from '../../protocol/results/errorAnalysis.ts';
import type { Comparison } from '../../protocol/results/comparison.ts';
import type { Pair } from '../compare/align.ts';
import type { MetricDelta } from '../compare/metricDeltas.ts';
import type { Column, Table } from '../data/table.ts';
import type { Scored } from '../metrics/scored.ts';
import type { ModelFacts } from '../onnx/facts.ts';
import type { IntegrityFacts } from '../onnx/integrity.ts';
import type { Scheme } from '../stats/resamples.ts';

/**
 * All a check may look at: plain data, gathered by the engine. What could not be had is null, and the
 * checks that need it say "not run".
 */
export interface CheckFacts {
  /** null: the answers are saved predictions. */
  readonly model: ModelFacts | null;
  readonly integrity: IntegrityFacts | null;
  readonly runtime: RuntimeFacts | null;
  /** The holdout (or whatever data was given). */
  readonly data: DataFacts | null;
  readonly reference: DataFacts | null;
  /** Holdout rows whose features are all equal to those of some reference row. */
  readonly overlap: RowCount | null;
  /** Rows of the data that leak through columns the model does not read; null without a reference. */
  readonly leaks: LeakFacts | null;
  readonly matching: readonly ColumnMatch[];
  /** Name of the label column. */
  readonly label: string | null;
  /** The model's answers on all data rows, row i of `scored` = row i of the data. Labels may all be absent. */
  readonly scored: Scored | null;
  /** The same on the reference. */
  readonly referenceScored: Scored | null;
  /** Which rows of `scored` are independent observations. */
  readonly scheme: Scheme;
  /** The policy's group columns, one code a row of `scored`. */
  readonly groups: readonly GroupColumn[];
  /** Where the answers err; null without labels, or with too few. */
  readonly errors: ErrorAnalysis | null;
  /** The policy's slices, each measured by itself; empty without labels. */
  readonly slices: readonly NamedSlice[];
  /** `evaluateMetrics` of `scored`; empty without labels. */
  readonly metrics: readonly Metric[];
  readonly baseline: BaselineFacts | null;
  readonly original: RivalFacts | null;
  readonly policy: Policy;
  readonly seed: number;
  readonly resamples: number;
}

/** Another one's answers to the same rows. */
export interface RivalFacts {
  /** How sentences name it. */
  readonly name: string;
  /** null: saved predictions. */
  readonly model: ModelFacts | null;
  /** `a` is the other, `b` the one that is judged; null when they cannot be paired (`refusal` says why). */
  readonly pair: Pair | null;
  readonly refusal: string | null;
}

export interface BaselineFacts extends RivalFacts {
  /** Each metric of both, with paired intervals; empty without labels. */
  readonly deltas: readonly MetricDelta[];
  /** What changed in the graph; null unless both are models. */
  readonly structure: Comparison['structure'] | null;
  /** Median latency over that of the baseline, measured in turn; null unless both are models. */
  readonly latency: { readonly ratio: number; readonly calls: number } | null;
}

/** Columns of dates and of identifiers that both the data and the reference have. */
export interface LeakFacts {
  readonly dates: readonly LeakColumn[];
  readonly identifiers: readonly LeakColumn[];
}

export interface LeakColumn {
  readonly column: string;
  /** Rows of the data that overlap with the reference. */
  readonly rows: number;
  readonly detail: string | null;
}

/** How many rows, and the first few of them (0-based row numbers of the data). */
export interface RowCount {
  readonly count: number;
  readonly rows: readonly number[];
}

/** Two ways of asking the same rows. */
export interface Agreement {
  readonly rows: number;
  /** Largest absolute difference of a score or value. */
  readonly maxDifference: number;
  /** Rows whose predicted label differs. */
  readonly flips: RowCount;
}

export interface RuntimeFacts {
  /** Milliseconds to create the session in this process; null when it did not load (`loadFailure` says why). */
  readonly loadMs: number | null;
  readonly loadFailure: string | null;
  /** Milliseconds from process start to the first answer, in a fresh process. */
  readonly coldStartMs: number | null;
  /** The same rows twice. */
  readonly determinism: Agreement | null;
  /** In one batch, against one by one. */
  readonly batchSize: Agreement | null;
  /** Shuffled, against in order. */
  readonly rowOrder: Agreement | null;
  /** One thread against several. */
  readonly threads: Agreement | null;
  /** Graph optimisation off against all. */
  readonly optimisation: Agreement | null;
  readonly outputs: OutputFacts | null;
  /** Single-row calls. */
  readonly latency: {
    readonly calls: number;
    readonly p50: number;
    readonly p95: number;
    readonly p99: number;
  } | null;
  readonly throughput: {
    readonly rows: number;
    readonly rowsPerSecond: number;
    readonly batch: number;
  } | null;
  readonly peakMemoryMb: number | null;
  /** One outcome a column: what the model does when that column is missing. */
  readonly missingStress: readonly StressOutcome[] | null;
  /** One outcome a word column: what the model does with a word it never saw. */
  readonly unseenStress: readonly StressOutcome[] | null;
  /** Columns of the policy that must move the answer one way only; null when none was looked at. */
  readonly monotonic: readonly MonotonicOutcome[] | null;
  /** What the outputs are said to be and what the runtime infers, in words. */
  readonly inferred:
    | readonly { readonly name: string; readonly stated: string; readonly found: string }[]
    | null;
  /** Numeric inputs shaken by normal noise of `scale` standard deviations of their column. */
  readonly noise: {
    readonly scale: number;
    readonly rows: number;
    readonly flips: RowCount;
    readonly meanChange: number;
    readonly maxChange: number;
  } | null;
  /** Numeric inputs rounded to `digits` significant digits. */
  readonly rounding: {
    readonly digits: number;
    readonly rows: number;
    readonly flips: RowCount;
    readonly meanChange: number;
    readonly maxChange: number;
  } | null;
}

/** All outputs over all rows. */
export interface OutputFacts {
  readonly rows: number;
  /** Rows with a NaN or infinite output. */
  readonly nonFinite: RowCount;
  /** Rows with a probability outside [0, 1]; null when the scores are not probabilities. */
  readonly outOfRange: RowCount | null;
  /** Rows whose probabilities do not sum to 1 within 1e-4; null when the scores are not probabilities. */
  readonly sumViolations: RowCount | null;
  /** Rows whose label output is not the class of the highest score; null without both outputs. */
  readonly labelDisagreements: RowCount | null;
}

export interface StressOutcome {
  readonly column: string;
  readonly outcome: 'answers' | 'non-finite' | 'refuses';
  /** Mean absolute change of the explained score or value; null unless it answers. */
  readonly meanChange: number | null;
  readonly message: string | null;
}

export interface MonotonicOutcome {
  readonly column: string;
  readonly direction: 'increasing' | 'decreasing';
  readonly rows: number;
  /** Rows whose answer moves against the direction somewhere. */
  readonly violations: RowCount;
  /** Largest step against the direction. */
  readonly largest: number;
}

export interface DataFacts {
  readonly path: string;
  /** All columns of the file with the kind of their values. */
  readonly schema: readonly { readonly name: string; readonly kind: string }[];
  /** Rows in the file. */
  readonly rows: number;
  /** The model's input columns, without the label. Exact over all rows where the engine counted them. */
  readonly columns: readonly ColumnProfile[];
  /** Columns of the file that the model does not read, the label excluded. */
  readonly unusedColumns: readonly string[];
  /** Input columns of `sample` rows: all rows up to 50,000, else a seeded sample. */
  readonly sample: Table;
  /** The data row of each sample row; null: the sample is all rows in order. */
  readonly sampleRows: Int32Array | null;
  /** The label of the sample's rows; null without a label column. */
  readonly sampleLabel: Column | null;
  /** Rows equal to an earlier row in all inputs and the label. */
  readonly duplicates: RowCount;
  /** Rows equal to an earlier row in all inputs, with another label; null without a label. */
  readonly conflicts: RowCount | null;
}

export interface ColumnProfile {
  readonly name: string;
  readonly kind: 'number' | 'category';
  readonly rows: number;
  readonly missing: number;
  /** Distinct values that are not missing. */
  readonly distinct: number;
  /** Of a number column that has a value; else null. */
  readonly numbers: {
    readonly min: number;
    readonly max: number;
    readonly mean: number;
    /** Sample standard deviation. */
    readonly std: number;
    readonly integers: boolean;
    /** Infinite values. */
    readonly infinite: number;
  } | null;
  /** Of a category column: most frequent first, at most 1,000 levels; else null. */
  readonly levels: readonly { readonly level: string; readonly count: number }[] | null;
  /** Spearman correlation with the row number; null for words and constants. */
  readonly orderCorrelation: number | null;
}

/** A column of the data whose groups the policy wants compared; `levels[codes[row]]`, -1 missing. */
export interface GroupColumn {
  readonly name: string;
  readonly levels: readonly string[];
  readonly codes: Int32Array;
}
