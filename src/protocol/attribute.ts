import type { Cell } from '../core/data/table.ts';
import type { ExplainJob } from './engine.ts';
import type { Explanation } from './results/explanation.ts';

/**
 * Explain rows that are given as values (what-if). What does not depend on the rows is kept in the engine for
 * the next request, so that a model with an exact method answers in milliseconds.
 */
export interface AttributeRequest extends Pick<
  ExplainJob,
  | 'model'
  | 'meaning'
  | 'data'
  | 'background'
  | 'backgroundRows'
  | 'backgroundWhere'
  | 'method'
  | 'output'
  | 'space'
  | 'budget'
  | 'seed'
> {
  /** A value for each of the columns that the model reads, by the column's name; null is missing. */
  readonly rows: readonly Readonly<Record<string, Cell>>[];
}

/** As in the explanation document. */
export interface AttributedRows extends Pick<
  Explanation,
  'output' | 'space' | 'method' | 'exact' | 'definition'
> {
  /** The model's columns, or columns that are explained together. */
  readonly features: readonly { readonly name: string; readonly columns: readonly string[] }[];
  /** The background in words. */
  readonly background: string;
  readonly baseValue: number;
  readonly rows: readonly {
    readonly prediction: number;
    /** In the order of `features`. */
    readonly values: readonly number[];
    /** Standard errors; null when exact. */
    readonly errors: readonly number[] | null;
  }[];
  /** Why the model has no exact method; null when it has. */
  readonly whyNotExact: string | null;
}
