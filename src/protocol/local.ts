import type { Cell } from '../core/data/table.ts';
import type { Constraints } from '../core/explain/counterfactual/constraints.ts';
import type { Counterfactuals } from './results/counterfactuals.ts';
import type { ExplanationComparison } from './results/explanationComparison.ts';
import type { Prototypes } from './results/prototypes.ts';
import type { Surrogate } from './results/surrogate.ts';
import type { DataSource, ExplainJob, ModelMeaning, ModelSource } from './engine.ts';

/** A row by its number in the data, with some of its values changed; without a number, all of its values. */
export interface RowSource {
  readonly row: number | null;
  /** By column. */
  readonly changes: Readonly<Record<string, Cell>>;
}

/** The answer that a counterfactual is to have: a class, or a range of the explained number. */
export interface WantedAnswer {
  /** null: any other class than the row's own. */
  readonly class: string | null;
  readonly min: number | null;
  readonly max: number | null;
}

/** What all questions about rows name. */
interface AboutRows {
  readonly model: ModelSource;
  readonly meaning: ModelMeaning;
  readonly data: DataSource;
  /** What the model was trained on; null: the data itself. */
  readonly reference: DataSource | null;
  /** At most so many reference rows, a seeded sample. */
  readonly referenceRows: number;
  /** A DuckDB condition: only reference rows that meet it; null: all. */
  readonly where: string | null;
  /** Class name or column index of the output; null: the positive class, else the first output. */
  readonly output: string | number | null;
  readonly seed: number;
}

/** What would have to change for another answer. */
export interface CounterfactualsJob extends AboutRows {
  readonly kind: 'counterfactuals';
  readonly row: RowSource;
  /** `nice`: towards the nearest reference rows, any model; `lire`: boxes of leaves that hold data; auto: both. */
  readonly method: 'auto' | 'nice' | 'lire';
  readonly wanted: WantedAnswer;
  readonly constraints: Constraints;
  /** Counterfactuals, at most. */
  readonly count: number;
}

/** The reference rows that are most like a row: in its values, and in the reasons for its answer. */
export interface PrototypesJob extends AboutRows {
  readonly kind: 'prototypes';
  readonly row: RowSource;
  /** Reference rows that attributions compare with. */
  readonly backgroundRows: number;
  readonly count: number;
}

/** A small tree that answers nearly as the model does, fitted on its answers to the reference rows. */
export interface SurrogateJob extends AboutRows {
  readonly kind: 'surrogate';
  /** Tests on the longest path. */
  readonly depth: number;
  /** Share of the rows that are held out to measure how well it does. */
  readonly heldOut: number;
  readonly resamples: number;
}

/** What two versions rest on, on the same rows; or one version on two cohorts (then a and b are the same). */
export interface ExplanationComparisonJob extends Omit<
  ExplainJob,
  'kind' | 'model' | 'where' | 'interactions' | 'groups' | 'correlated' | 'owen' | 'shard'
> {
  readonly kind: 'compareExplanations';
  readonly a: ModelSource;
  readonly b: ModelSource;
  /** DuckDB conditions on the rows of each side; null: all rows. */
  readonly whereA: string | null;
  readonly whereB: string | null;
  readonly resamples: number;
}

/** Jobs about single rows or all of them, whose results are stored. */
export type LocalJob = CounterfactualsJob | PrototypesJob | SurrogateJob | ExplanationComparisonJob;

/** Method -> [parameters, result], as in `EngineRequests`. */
export interface LocalRequests {
  counterfactuals: [CounterfactualsJob, Counterfactuals];
  prototypes: [PrototypesJob, Prototypes];
  surrogate: [SurrogateJob, Surrogate];
  compareExplanations: [ExplanationComparisonJob, ExplanationComparison];
}
