import type { ElementType } from '../../core/onnx/facts.ts';
import type { Wanted } from '../data/dataFile.ts';

/** How the runtime's input is filled from the data's columns. */
export interface InputPlan {
  readonly name: string;
  readonly type: ElementType;
  /** Sizes after the row axis: [] for [n], [1] for a column, [d] for a matrix. */
  readonly tail: readonly number[];
  /** Rows a call must have; null: any. */
  readonly fixedRows: number | null;
  /** Positions in `features`, in the order of the input's elements. */
  readonly columns: readonly number[];
}

/** One pairing of an input's element with a column. */
export interface Pairing {
  /** `name`, or `name[3]` for one column of a matrix. */
  readonly input: string;
  readonly type: ElementType;
  readonly column: string;
  readonly by: 'name' | 'feature names' | 'order';
  readonly from: string;
  readonly rule: string;
}

export interface MatchPlan {
  readonly inputs: readonly InputPlan[];
  /** The data's columns that the model reads, each once, in the order of the inputs: the raw features. */
  readonly features: readonly Wanted[];
  readonly pairings: readonly Pairing[];
}
