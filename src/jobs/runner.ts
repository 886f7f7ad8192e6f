import type { ModelFacts } from '../core/onnx/facts.ts';
import type { EngineProgress, Golden, Predictions, RowsPage, RowsRequest } from '../protocol/engine.ts';
import type { Stored } from '../protocol/pages.ts';
import type { Comparison, Explanation, Validation } from '../protocol/results.ts';
import type { ResultStore } from '../workspace/store.ts';
import type { ResolvedModel } from '../workspace/types.ts';
import type { Workspace } from '../workspace/workspace.ts';
import type { EngineClient } from './engineClient.ts';

export interface JobOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: EngineProgress) => void;
  /** Run again although the same job's result is stored. */
  readonly fresh?: boolean;
}

/** What a caller says in place of slipway.yaml. Paths are absolute or relative to the workspace. */
export interface MeaningOverrides {
  readonly task?: 'binary' | 'multiclass' | 'regression';
  readonly label?: string;
  readonly positive?: string;
  readonly threshold?: number;
  readonly seed?: number;
}

export interface ValidateOverrides extends MeaningOverrides {
  readonly data?: string;
  readonly reference?: string;
  readonly resamples?: number;
}

export type CompareOverrides = ValidateOverrides;

export interface ExplainOverrides extends MeaningOverrides {
  readonly data?: string;
  readonly background?: string;
  readonly backgroundRows?: number;
  readonly rows?: number | readonly number[];
  readonly method?: 'auto' | 'shapley' | 'permutation';
  readonly output?: string | number | null;
  readonly space?: 'probability' | 'raw' | 'value';
  readonly metric?: string;
  readonly repeats?: number;
  readonly budget?: number;
}

/** Jobs on models: built from slipway.yaml and overrides, run in the engine, stored under their digest. */
export class Jobs {
  constructor(workspace: Workspace, engine: EngineClient, store: ResultStore) {
    void workspace;
    void engine;
    void store;
  }

  inspect(model: ResolvedModel, options: JobOptions = {}): Promise<ModelFacts> {
    return Promise.reject(new Error(`coming ${model.ref.digest} ${String(options.fresh)}`));
  }

  validate(
    model: ResolvedModel,
    overrides: ValidateOverrides = {},
    options: JobOptions = {},
  ): Promise<Validation> {
    return Promise.reject(
      new Error(`coming ${model.ref.digest} ${String(overrides.data)} ${String(options.fresh)}`),
    );
  }

  explain(
    model: ResolvedModel,
    overrides: ExplainOverrides = {},
    options: JobOptions = {},
  ): Promise<Explanation> {
    return Promise.reject(
      new Error(`coming ${model.ref.digest} ${String(overrides.data)} ${String(options.fresh)}`),
    );
  }

  compare(
    a: ResolvedModel,
    b: ResolvedModel,
    overrides: CompareOverrides = {},
    options: JobOptions = {},
  ): Promise<Comparison> {
    return Promise.reject(
      new Error(`coming ${a.ref.digest} ${b.ref.digest} ${String(overrides.data)} ${String(options.fresh)}`),
    );
  }

  /** Rows of data with the model's answers beside them. `data` null: the holdout. */
  predict(
    model: ResolvedModel,
    data: string | null,
    page: { readonly offset: number; readonly limit: number },
    options: JobOptions = {},
  ): Promise<Predictions> {
    return Promise.reject(
      new Error(`coming ${model.ref.digest} ${String(data)} ${page.limit} ${String(options.fresh)}`),
    );
  }

  /** Golden inputs: the first rows of the holdout (else made from the signature) with the local answer. */
  golden(model: ResolvedModel, rows: number, options: JobOptions = {}): Promise<Golden> {
    return Promise.reject(new Error(`coming ${model.ref.digest} ${rows} ${String(options.fresh)}`));
  }

  rows(request: RowsRequest, options: JobOptions = {}): Promise<RowsPage> {
    return Promise.reject(new Error(`coming ${request.data.file} ${String(options.fresh)}`));
  }

  /** The last stored result for this digest, marked stale when data, policy or meaning changed since. */
  latestValidation(model: ResolvedModel): Promise<Stored<Validation> | null> {
    return Promise.reject(new Error(`coming ${model.ref.digest}`));
  }

  latestExplanation(model: ResolvedModel): Promise<Stored<Explanation> | null> {
    return Promise.reject(new Error(`coming ${model.ref.digest}`));
  }

  latestComparison(a: ResolvedModel, b: ResolvedModel): Promise<Stored<Comparison> | null> {
    return Promise.reject(new Error(`coming ${a.ref.digest} ${b.ref.digest}`));
  }
}
