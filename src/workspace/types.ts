import type { Constraints } from '../core/explain/counterfactual/constraints.ts';
import type { DataSource, ModelMeaning, ModelSource, Policy, SavedAnswers } from '../protocol/engine.ts';
import type { TrainCommand } from '../protocol/trials.ts';
import type { ReviewRule } from '../protocol/results/review.ts';
import type { ModelRef } from '../protocol/results/shared.ts';

/** A stretch of slipway.yaml. Lines and columns are 0-based, columns in UTF-16 units. */
export interface Place {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** A mistake in slipway.yaml (or in what it points at), at its place. */
export interface ConfigIssue extends Place {
  readonly severity: 'error' | 'warning';
  readonly message: string;
}

/** A registered model of an MLflow tracking server. */
export interface RegistryEntry {
  readonly url: string;
  readonly name: string;
  /** The name of the secret that holds the token. */
  readonly token?: string | undefined;
}

/** A model of slipway.yaml, or one inferred from a bare .onnx file. */
export interface ModelEntry {
  readonly name: string;
  /** `path` as configured, relative to the root; `models:/name` of a registered model. */
  readonly path: string;
  readonly source: 'file' | 'glob' | 'git' | 'mlflow';
  /** Where a registered model is; secrets by name only. */
  readonly registry?: RegistryEntry;
  readonly meaning: ModelMeaning;
  readonly policy: Policy;
  /** What the policy asks of reviews, as this working copy has it; null: nothing. */
  readonly review: ReviewRule | null;
  readonly holdout: DataSource | null;
  readonly reference: DataSource | null;
  readonly background: DataSource | null;
  /** What counterfactuals may change. */
  readonly constraints: Constraints;
  /** The version (or file) that the others must not be worse than. */
  readonly baseline?: string;
  /** What the model was made from: a version or file, or the columns that hold its answers. */
  readonly original?: string | SavedAnswers;
  /** Columns of the holdout that hold the answers, in place of a model: `path` is then that of the holdout. */
  readonly saved?: SavedAnswers;
  /** What trains it; run only when that is asked for. */
  readonly train?: TrainCommand;
  /** False when inferred without slipway.yaml. */
  readonly configured: boolean;
}

/** What stands where a model's bytes should be. */
export type VersionState =
  | { readonly kind: 'ready' }
  | { readonly kind: 'lfs-pointer'; readonly oid: string; readonly size: number; readonly advice: string }
  | { readonly kind: 'dvc-pointer'; readonly md5: string; readonly advice: string }
  | { readonly kind: 'unreadable'; readonly advice: string };

/** One version of a model: a digest and the names that point at it. */
export interface ModelVersion {
  readonly model: string;
  /** From the glob's wildcard, the git tag, the short commit or the registry; `working copy` when modified. */
  readonly version: string;
  /** null until the bytes were hashed (versions of git and registries hash lazily). */
  readonly digest: string | null;
  readonly path: string;
  readonly commit: string | null;
  readonly tags: readonly string[];
  readonly author: string | null;
  /** ISO time: commit time, else the file's modification time. */
  readonly date: string;
  /** Bytes; null when unknown. */
  readonly size: number | null;
  /** True for a working copy that differs from the last commit. */
  readonly modified: boolean;
  readonly state: VersionState;
}

export interface TargetEntry {
  readonly name: string;
  readonly kind: string;
  /** The parsed settings of its kind, secrets by name only. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** The model it serves; null: any. */
  readonly model: string | null;
  /** What slipway.yaml says wrongly of it and `settings` lacks, in sentences. Nothing is changed there until it is mended. */
  readonly mistakes: readonly string[];
}

/** A resolved MODEL argument: a version whose bytes are at hand. */
export interface ResolvedModel {
  readonly entry: ModelEntry;
  readonly version: ModelVersion;
  readonly ref: ModelRef;
  readonly source: ModelSource;
}
