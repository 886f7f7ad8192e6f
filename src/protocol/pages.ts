import type { Cell } from '../core/data/table.ts';
import type { ModelFacts } from '../core/onnx/facts.ts';
import type { EngineProgress, ExplainJob, RowsPage } from './engine.ts';
import type { LocalPageRequests } from './localPages.ts';
import type { Comparison } from './results/comparison.ts';
import type { Explanation } from './results/explanation.ts';
import type { Release } from './results/release.ts';
import type { Validation } from './results/validation.ts';

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
  /** Headline metric of the last validation. */
  readonly metric: { readonly title: string; readonly value: number } | null;
  readonly liveOn: readonly string[];
  readonly modified: boolean;
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
  readonly configured: boolean;
  readonly data: {
    readonly holdout: string | null;
    readonly reference: string | null;
    readonly background: string | null;
    readonly label: string | null;
  };
  readonly targets: readonly string[];
  readonly validation: Work<Validation>;
  readonly explanation: Work<Explanation>;
  /** The host asks for a tab, because a command was run: the page goes there once for each new turn. */
  readonly show?: { readonly tab: 'overview' | 'validation' | 'explanation'; readonly turn: number };
}

export interface ComparePage {
  readonly page: 'compare';
  readonly trusted: boolean;
  readonly model: string;
  readonly a: VersionRow;
  readonly b: VersionRow;
  readonly comparison: Work<Comparison>;
}

export interface TargetPage {
  readonly page: 'target';
  readonly trusted: boolean;
  readonly target: string;
  readonly kind: string;
  readonly status: { readonly healthy: boolean; readonly sentence: string; readonly endpoint: string | null };
  readonly live: readonly { readonly version: string; readonly digest: string; readonly weight: number }[];
  readonly drift: string | null;
  /** Newest first. */
  readonly releases: readonly Release[];
  /** The deployment in progress or planned. */
  readonly current: Release | null;
  readonly log: readonly string[];
}

export type PageState = VersionPage | ComparePage | TargetPage;

export interface PageRequests extends LocalPageRequests {
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
  compare: [Record<string, never>, null];
  cancel: [{ readonly kind: 'validate' | 'explain' | 'compare' | 'deploy' }, null];
  rows: [{ readonly role: 'holdout' | 'reference'; readonly rows: readonly number[] }, RowsPage];
  /** Runs a command of ours with this page's subject: deploy, compareWith, rollback, openConfig ... */
  command: [{ readonly command: PageCommand; readonly argument: Cell }, null];
  copy: [{ readonly text: string }, null];
  /** Asks where, and writes. */
  save: [{ readonly name: string; readonly content: string | Uint8Array }, null];
}

export type PageCommand =
  | 'deploy'
  | 'compareWith'
  | 'rollback'
  | 'openVersion'
  | 'openConfig'
  | 'createConfig'
  | 'showLog'
  | 'openEndpoint'
  | 'refresh'
  | 'remove'
  | 'doctor';
