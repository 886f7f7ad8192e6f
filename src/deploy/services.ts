import type { EngineProgress, Golden } from '../protocol/engine.ts';
import type { Review } from '../protocol/results/review.ts';
import type { Release } from '../protocol/results/release.ts';
import type { Validation } from '../protocol/results/validation.ts';
import type { ResolvedModel, TargetEntry } from '../workspace/types.ts';
import type { ReleaseRecord } from './record.ts';

/** What a deployment asks of the workspace. `Workspace` is one. */
export interface DeployWorkspace {
  targets(): readonly TargetEntry[];
  /** `name@digest`, `name@version`, `name` or a path. */
  resolve(reference: string): Promise<ResolvedModel>;
}

export interface RunOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: EngineProgress) => void;
}

/** What a deployment asks of the jobs. */
export interface DeployJobs {
  /** The stored validation when the same job was done before, else a new one. */
  validate(
    model: ResolvedModel,
    overrides: object,
    options: RunOptions,
  ): Promise<Pick<Validation, 'verdict'>>;
  /** Golden inputs of the model, with the local runtime's answer. */
  golden(model: ResolvedModel, rows: number, options: RunOptions): Promise<Golden>;
}

/** What a deployment asks of the reviews. `Reviews` is one. */
export interface DeployReviews {
  /** Where a version stands with its reviewers for a target; null when nothing asks for a review and there is none. */
  gate(
    model: ResolvedModel,
    options: { readonly target: string; readonly revision: string | null },
  ): Promise<Review | null>;
}

/** What a caller is told while a deployment runs. */
export type DeployEvent =
  /** The whole release after each change of a step. */
  | { readonly kind: 'release'; readonly release: Release }
  /** After each record that was put in the journal. */
  | { readonly kind: 'record'; readonly record: ReleaseRecord }
  | { readonly kind: 'log'; readonly line: string };

export interface DeployOptions {
  readonly dryRun?: boolean;
  /**
   * Deploys although the policy fails, a review is missing or the target has drifted; the reason is recorded,
   * with the time (ISO) from which it no longer holds.
   */
  readonly override?: { readonly reason: string; readonly expires?: string };
  /** In place of the protected git revision that slipway.yaml names for reviews. */
  readonly revision?: string;
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: DeployEvent) => void;
}

export interface RollbackOptions extends DeployOptions {
  /** The release to go back to, such as `r-0003`; without it, the one before the current. */
  readonly to?: string;
}

/** What a target is now, and how that compares with what was last asked of it. */
export interface TargetStatus {
  readonly target: string;
  readonly kind: string;
  readonly healthy: boolean;
  readonly sentence: string;
  readonly endpoint: string | null;
  readonly live: readonly {
    readonly digest: string;
    readonly model: string | null;
    readonly version: string | null;
    readonly weight: number;
  }[];
  /** A sentence when the target is not what the last release made it. */
  readonly drift: string | null;
  /** A sentence when a deployment was cut off; the next one, or `recover`, finishes or undoes it. */
  readonly interrupted: string | null;
  /** A sentence when what is live rests on an override that has expired. */
  readonly overdue: string | null;
  /** Who is deploying right now. */
  readonly busy: string | null;
  /** The last release that went live; null when there is none. */
  readonly current: Release | null;
}
