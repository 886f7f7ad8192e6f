import type { Cell } from '../core/data/table.ts';
import type { Constraints } from '../core/explain/counterfactual/constraints.ts';
import type { Counterfactuals } from './results/counterfactuals.ts';
import type { DataSource, ModelMeaning, ModelSource } from './engine.ts';

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

/** Jobs about rows whose results are stored. */
export type LocalJob = CounterfactualsJob;

/** Method -> [parameters, result], as in `EngineRequests`. */
export interface LocalRequests {
  counterfactuals: [CounterfactualsJob, Counterfactuals];
}
