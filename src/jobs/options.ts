import type { EngineProgress } from '../protocol/engine.ts';
import type { EngineCallOptions } from './engineClient.ts';

export interface JobOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: EngineProgress) => void;
  /** Run again although the same job's result is stored. */
  readonly fresh?: boolean;
}

export function callOptions({ signal, onProgress }: JobOptions): EngineCallOptions {
  return { ...(signal === undefined ? {} : { signal }), ...(onProgress === undefined ? {} : { onProgress }) };
}
