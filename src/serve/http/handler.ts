import type { IncomingMessage, ServerResponse } from 'node:http';

/** Is told what there is to say instead of an answer. */
export type Failed = (error: unknown) => void;

/** What answers at a path. */
export interface Handler {
  /** Health checks are asked without a token, because orchestrators have none. */
  readonly open: boolean;
  /** It fails by throwing, by its promise, or by saying so. */
  readonly handle: (
    request: IncomingMessage,
    response: ServerResponse,
    failed: Failed,
  ) => void | Promise<void>;
}

/** Finds what answers at a path, without looking at what is loaded; null: not this contract's. */
export type Resolve = (path: readonly string[]) => Handler | null;

export function guarded(handle: Handler['handle']): Handler {
  return { open: false, handle };
}

export function open(handle: Handler['handle']): Handler {
  return { open: true, handle };
}
