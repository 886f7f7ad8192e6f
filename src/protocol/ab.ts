import type { DataSource } from './engine.ts';
import type { Ab } from './results/ab.ts';

/** What the outcome column holds. */
export interface OutcomeQuestion {
  readonly outcome: string;
  /** null: a proportion when the column holds only 0 and 1 (or two words, one of them `positive`), else a mean. */
  readonly metric: 'proportion' | 'mean' | null;
  /** The value that counts as a hit; null: 1, or true. */
  readonly positive: string | null;
}

/** An effect in the outcome's unit, or as a share of the control. */
export interface EffectSize {
  readonly value: number;
  readonly relative: boolean;
}

/** Two arms of an experiment, from their logged outcomes. */
export interface AbJob extends OutcomeQuestion {
  readonly kind: 'ab';
  /** The log: a row an observation, or several a unit. A folder is a server's sample log. */
  readonly data: DataSource;
  /** Outcomes that came later, joined by `key` (in them) and `logKey` (in the log); null: in the log itself. */
  readonly later: { readonly data: DataSource; readonly key: string; readonly logKey: string } | null;
  readonly arm: string;
  /** Values of the arm column, or the start of one; null: known by its name, or the other one. */
  readonly control: string | null;
  readonly treatment: string | null;
  /** What was assigned at random, where it has several rows; null: each row by itself. */
  readonly unit: string | null;
  /** Orders the observations for the looks; null: the order of the rows. */
  readonly time: string | null;
  /** A number known before the experiment, to take variance away with (CUPED); null: none. */
  readonly covariate: string | null;
  /** What an observation without an outcome counts as; null: it is left out. */
  readonly missing: number | null;
  readonly better: 'higher' | 'lower';
  /** The smallest effect worth having; null: any. */
  readonly minEffect: EffectSize | null;
  /** How much worse the treatment may be and still be shipped. */
  readonly margin: EffectSize | null;
  /** Confidence level. */
  readonly level: number;
  /** Power that sizes are planned with. */
  readonly power: number;
  /** Share of the observations that the treatment was to get; null: not known, and not checked. */
  readonly share: number | null;
  /** Observations an arm at which it is judged once; null: at every look. */
  readonly horizon: number | null;
}

/** What an outcome is like today, for a plan. */
export interface BaselineJob extends OutcomeQuestion {
  readonly kind: 'abBaseline';
  readonly data: DataSource;
}

export interface Baseline {
  readonly kind: 'proportion' | 'mean';
  readonly n: number;
  readonly value: number;
  /** Of one observation. */
  readonly deviation: number;
}

export interface AbRequests {
  ab: [AbJob, Ab];
  abBaseline: [BaselineJob, Baseline];
}
