import type { EngineProgress, Golden } from '../protocol/engine.ts';
import type { Packed, PackRequest } from '../protocol/pack.ts';
import type { Review } from '../protocol/results/review.ts';
import type { Release } from '../protocol/results/release.ts';
import type { Rollout } from '../protocol/results/rollout.ts';
import type { Validation } from '../protocol/results/validation.ts';
import type { ResolvedModel, TargetEntry } from '../workspace/types.ts';
import type { ReleaseRecord } from './record.ts';

/** What a deployment asks of the workspace. `Workspace` is one. */
export interface DeployWorkspace {
  targets(): readonly TargetEntry[];
  /** @throws BadInput `unknown-target`, `target-settings` */
  target(name: string): TargetEntry;
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
  /** The first rows of a data file as the model's inputs. */
  inputs(model: ResolvedModel, data: string, rows: number, options: RunOptions): Promise<Golden>;
  /** The model's files, looked through for a place that they are sent to. */
  pack(request: PackRequest, options: RunOptions): Promise<Packed>;
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
  /** Where the canary stands, after each change. */
  | { readonly kind: 'rollout'; readonly rollout: Rollout }
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

export interface CanaryOptions extends DeployOptions {
  /** Gives the version a first share of the requests beside what is live, by the target's `rollout`. */
  readonly canary?: boolean;
}

export interface PromoteOptions extends DeployOptions {
  /** All requests at once, whatever the shares in between. */
  readonly full?: boolean;
  /** Index of the share that was looked at: a canary that has moved on is left as it is. */
  readonly from?: number;
}

export interface RecoverOptions extends DeployOptions {
  /**
   * Goes on with a release that was cut off before its switch, in place of undoing it: for one that this
   * user's own window was making.
   */
  readonly finish?: boolean;
}

export interface RollbackOptions extends DeployOptions {
  /** The release to go back to, such as `r-0003`; without it, the one before the current. */
  readonly to?: string;
}
