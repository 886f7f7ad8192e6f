import type { VersionRow, Work } from './pages.ts';
import type { CrossValidation } from './results/crossValidation.ts';
import type { RankingResult } from './results/ranking.ts';
import type { FoldPlan } from './trials.ts';

export type TrialsTab = 'retrained' | 'fixed' | 'ranked';

/** Cross-validation of one model and the ranking of its candidates. */
export interface TrialsPage {
  readonly page: 'trials';
  readonly trusted: boolean;
  readonly model: string;
  readonly configured: boolean;
  readonly data: {
    readonly holdout: string | null;
    /** What a model is trained on for each fold; null: the holdout. */
    readonly reference: string | null;
    readonly label: string | null;
  };
  /** The training command with its arguments; null: slipway.yaml names none. */
  readonly command: readonly string[] | null;
  /** Newest first; more than these are ranked from a terminal. */
  readonly versions: readonly VersionRow[];
  /** The version that `fixed` measures. */
  readonly version: string;
  readonly retrained: Work<CrossValidation>;
  readonly fixed: Work<CrossValidation>;
  readonly ranked: Work<RankingResult>;
  /** The host asks for a tab, because a command was run: the page goes there once for each new turn. */
  readonly show?: { readonly tab: TrialsTab; readonly turn: number };
}

export interface TrialPageRequests {
  /** Trains a model for each fold with the command of slipway.yaml. */
  retrain: [FoldPlan, null];
  /** Measures one version on parts of the holdout. */
  fixedFolds: [{ readonly version: string; readonly plan: FoldPlan }, null];
  rank: [
    {
      /** What is ranked: the versions of the model, or what its training command leaves. */
      readonly of: 'versions' | 'command';
      /** null: the task's headline metric. */
      readonly metric: string | null;
    },
    null,
  ];
}
