import type { Cell } from '../core/data/table.ts';
import type { VersionSeries } from '../core/rollout/series.ts';
import type { ModelFacts } from '../core/onnx/facts.ts';
import type { EngineProgress, ExplainJob, RowsPage } from './engine.ts';
import type { LocalPageRequests } from './localPages.ts';
import type { OverallPageRequests } from './overallPages.ts';
import type { TrialPageRequests, TrialsPage, TrialsTab } from './trialPages.ts';
import type { Ab } from './results/ab.ts';
import type { PartsPageRequests } from './partsPages.ts';
import type { Comparison } from './results/comparison.ts';
import type { DataDescription } from './results/data.ts';
import type { Explanation } from './results/explanation.ts';
import type { Importance } from './results/importance.ts';
import type { Decision, MustOpenItem, Review, ReviewStatus } from './results/review.ts';
import type { Release } from './results/release.ts';
import type { Judgement, Rollout } from './results/rollout.ts';
import type { NamedSlice, Validation } from './results/validation.ts';
import type { VersionTable } from './results/versionTable.ts';

/**
 * Host and pages. The host owns the data and sends whole snapshots; a page owns its arrangement (tab,
 * filter, selection) and asks. Both sides speak vscode-jsonrpc over postMessage.
 */

/** A result with its standing: stale when a digest it rests on has changed. */
export interface Stored<T> {
  readonly result: T;
  readonly storedAt: string;
  readonly stale: string | null;
}

/** The state of one kind of work on a page. */
export type Work<T> =
  | { readonly state: 'empty'; readonly why: string }
  | { readonly state: 'running'; readonly progress: EngineProgress; readonly previous: Stored<T> | null }
  | { readonly state: 'failed'; readonly sentence: string; readonly previous: Stored<T> | null }
  | { readonly state: 'done'; readonly stored: Stored<T> };

export interface VersionRow {
  readonly version: string;
  readonly digest: string | null;
  readonly date: string;
  readonly author: string | null;
  readonly size: number | null;
  readonly verdict: 'not-run' | 'pass' | 'warn' | 'fail' | 'inconclusive' | 'stale';
  /** Where it stands with its reviewers; null when nobody reviewed it and nobody asks for it, or not looked at. */
  readonly review: {
    readonly status: ReviewStatus;
    readonly words: string;
    readonly sentence: string;
  } | null;
  /** Headline metric of the last validation. */
  readonly metric: { readonly title: string; readonly value: number } | null;
  readonly liveOn: readonly string[];
  readonly modified: boolean;
}

export type VersionTab = 'overview' | 'validation' | 'explanation' | 'review';
export type PageTab = VersionTab | TrialsTab;

/** What must be opened before signing, and whether it was. */
export interface OpenItem extends MustOpenItem {
  readonly opened: boolean;
}

export interface ReviewPage {
  readonly review: Review;
  /** The version that is live in place of this one; null: none. */
  readonly live: string | null;
  /** The live version (A) against this one, as they are now. */
  readonly comparison: Comparison | null;
  /** null until the version is validated as it is now. */
  readonly toOpen: readonly OpenItem[] | null;
  /** SSH keys of this user. */
  readonly keys: readonly string[];
  /** Who this user is among the signers, as git knows them. */
  readonly principal: string | null;
  readonly busy: boolean;
  readonly failure: string | null;
}

/** A decision as the page has it: times in people's words, such as 90d. */
export interface PageDraft {
  readonly decision: Decision;
  readonly comment: string | null;
  readonly conditions: readonly string[];
  /** A target; null: any. */
  readonly scope: string | null;
  readonly expires: string | null;
  readonly overrides: readonly { readonly rule: string; readonly reason: string }[];
  readonly overridesUntil: string;
  readonly principal: string;
  readonly key: string | null;
}

export interface VersionPage {
  readonly page: 'version';
  readonly trusted: boolean;
  readonly model: string;
  readonly version: VersionRow;
  readonly versions: readonly VersionRow[];
  readonly path: string;
  readonly commit: string | null;
  readonly facts: ModelFacts | { readonly failure: string } | null;
  /** The columns that hold the answers, in place of a model; null: there is a model. */
  readonly saved: { readonly prediction: string | null; readonly scores: readonly string[] } | null;
  readonly configured: boolean;
  readonly data: {
    readonly holdout: string | null;
    readonly reference: string | null;
    readonly background: string | null;
    readonly label: string | null;
  };
  readonly targets: readonly string[];
  /** null while it is read, and in a folder that is not trusted: git and ssh-keygen do not run there. */
  readonly review: ReviewPage | null;
  readonly validation: Work<Validation>;
  readonly explanation: Work<Explanation>;
  /** What pairs of features do together. */
  readonly interactions: Work<Interactions>;
  /** What the model's measure rests on, by method. */
  readonly importance: Readonly<Record<Importance['method'], Work<Importance>>>;
  /** The host asks for a tab, because a command was run: the page goes there once for each new turn. */
  readonly show?: { readonly tab: VersionTab; readonly turn: number };
}

export interface ComparePage {
  readonly page: 'compare';
  readonly trusted: boolean;
  /** Of B. */
  readonly model: string;
  /** Of A, where it is another one; else null. */
  readonly against: string | null;
  /** As tables call the two: a version, or the model of saved predictions, which have none. */
  readonly names: { readonly a: string; readonly b: string };
  /** Saved predictions have no model that could be. */
  readonly deployable: boolean;
  readonly a: VersionRow;
  readonly b: VersionRow;
  readonly comparison: Work<Comparison>;
  /** With more than two versions: all of them, each against A; null for two. */
  readonly table: Work<VersionTable> | null;
}

/** The canary under way, or the last one. */
export interface CanaryPage {
  readonly rollout: Rollout;
  /** What a judgement would say now; null while nothing is compared. */
  readonly now: Judgement | null;
  /** Whether this window leads it. */
  readonly led: boolean;
}

export interface TrafficPage {
  /** ISO time of the first measurement. */
  readonly since: string;
  readonly versions: readonly (VersionSeries & { readonly version: string })[];
}

export interface TargetPage {
  readonly page: 'target';
  readonly trusted: boolean;
  readonly target: string;
  readonly kind: string;
  readonly status: { readonly healthy: boolean; readonly sentence: string; readonly endpoint: string | null };
  readonly live: readonly { readonly version: string; readonly digest: string; readonly weight: number }[];
  readonly drift: string | null;
  /** ISO time since when what is live is so; null: nothing is. */
  readonly since: string | null;
  /** What it may cost as it is; null: nothing is billed. */
  readonly cost: string | null;
  /** The policy and the review that what is live rests on. */
  readonly rests: readonly string[];
  /** The version that is asked copies of the requests, with what came of it; null: none. */
  readonly shadow: string | null;
  readonly canary: CanaryPage | null;
  /** Counts while the page is open; null when the target does not count. */
  readonly traffic: TrafficPage | null;
  /** Newest first. */
  readonly releases: readonly Release[];
  /** The deployment in progress or planned. */
  readonly current: Release | null;
  readonly log: readonly string[];
}

/** An explanation with interaction values, its rows left out: a page shows means. */
export type Interactions = Explanation;

/** Kinds of work that a page starts and stops. */
export type PageWork =
  | 'validate'
  | 'explain'
  | 'interactions'
  | 'permutation'
  | 'sage'
  | 'compare'
  | 'deploy'
  | 'canary'
  | 'describe'
  | 'ab'
  | 'retrain'
  | 'fixedFolds'
  | 'rank';

export interface DataPage {
  readonly page: 'data';
  readonly trusted: boolean;
  /** Relative to the folder. */
  readonly path: string;
  /** What slipway.yaml makes of it, such as "holdout of credit-risk"; null: nothing. */
  readonly role: string | null;
  readonly reference: string | null;
  readonly description: Work<DataDescription>;
  /** The columns of the experiment; null before they were chosen. */
  readonly experiment: AbPageChoice | null;
  /** What the experiment's result was asked with; null without one. */
  readonly judged: AbPageChoice | null;
  readonly ab: Work<Ab>;
}

/** What the page asks of an experiment whose log the data set is. */
export interface AbPageChoice {
  readonly arm: string;
  readonly outcome: string;
  readonly unit: string | null;
  readonly control: string | null;
  readonly better: 'higher' | 'lower';
  /** The outcome that counts as a hit; null: known by its name. */
  readonly positive: string | null;
  /** Outcomes of another file (relative to the folder), with its key and that of the log; null: in the log. */
  readonly later: { readonly path: string; readonly key: string; readonly logKey: string } | null;
  /** What no outcome counts as, as people write it; null: it is left out. */
  readonly missing: string | null;
  /** A number known before the experiment (CUPED); null: none. */
  readonly covariate: string | null;
  /** Orders the looks; null: the order of the rows. */
  readonly time: string | null;
  /** As people write it: 0.01, or 5%; null: any. */
  readonly minEffect: string | null;
  /** The planned split as people write it, control first: 90:10; null: not known, and not checked. */
  readonly share: string | null;
}

export interface OutcomesFile {
  /** Relative to the folder when it lies in it. */
  readonly path: string;
  readonly columns: readonly string[];
}

export type PageState = VersionPage | ComparePage | TargetPage | DataPage | TrialsPage;

export interface PageRequests
  extends LocalPageRequests, OverallPageRequests, PartsPageRequests, TrialPageRequests {
  /** The page is up and wants its first snapshot. */
  ready: [Record<string, never>, PageState];
  validate: [Record<string, never>, null];
  explain: [
    {
      readonly method: ExplainJob['method'];
      readonly output: string | number | null;
      readonly rows: number;
      /** A DuckDB condition on the rows; null: all. */
      readonly where: string | null;
    },
    null,
  ];
  /** Measures what pairs of features do together, on a sample of the rows. */
  interactions: [{ readonly output: string | number | null; readonly where: string | null }, null];
  /** Measures what a metric or a loss rests on. */
  importance: [
    {
      readonly method: Importance['method'];
      /** Of the permutations; null: the task's headline metric. */
      readonly metric: string | null;
      readonly correlated: number | null;
      readonly where: string | null;
      /** Which of several values a row the label is taken for; null: there is one. */
      readonly output: number | null;
    },
    null,
  ];
  compare: [Record<string, never>, null];
  describe: [Record<string, never>, null];
  ab: [AbPageChoice, null];
  /** A file with outcomes, and its columns. `path` null: asks where; the answer is null when nothing was chosen. */
  outcomes: [{ readonly path: string | null }, OutcomesFile | null];
  /** The reviewer opened something that must be opened. */
  open: [{ readonly id: string }, null];
  /** A challenge, or the answer to one. */
  say: [{ readonly text: string; readonly to: number | null }, null];
  decide: [PageDraft, null];
  cancel: [{ readonly kind: PageWork }, null];
  rows: [{ readonly role: 'holdout' | 'reference'; readonly rows: readonly number[] }, RowsPage];
  /** Rows of the holdout that meet a DuckDB condition, in the order of the file. */
  rowsWhere: [{ readonly where: string; readonly offset: number; readonly limit: number }, RowsPage];
  /** The labelled rows of the holdout that meet a condition, measured by themselves. */
  slice: [{ readonly where: string }, NamedSlice];
  /** Puts a slice into the policy of slipway.yaml; the answer says that it is there. */
  saveSlice: [{ readonly name: string; readonly where: string }, true];
  /** Runs a command of ours with this page's subject: deploy, compareWith, rollback, openConfig ... */
  command: [{ readonly command: PageCommand; readonly argument: Cell }, null];
  copy: [{ readonly text: string }, null];
  /** Asks where, and has the engine write a Parquet file. */
  saveTable: [
    {
      readonly name: string;
      readonly columns: readonly string[];
      readonly rows: readonly (readonly Cell[])[];
    },
    null,
  ];
  /** Asks where, and writes. */
  save: [{ readonly name: string; readonly content: string | Uint8Array }, null];
}

export type PageCommand =
  | 'deploy'
  | 'deployCanary'
  | 'promote'
  | 'rollBackCanary'
  | 'pauseCanary'
  | 'watchCanary'
  | 'compareWith'
  | 'rollback'
  | 'openVersion'
  | 'openConfig'
  | 'createConfig'
  | 'showLog'
  | 'openEndpoint'
  | 'refresh'
  | 'exportReport'
  | 'remove'
  | 'doctor';
