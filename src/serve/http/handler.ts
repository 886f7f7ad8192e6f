import type { IncomingMessage, ServerResponse } from 'node:http';

/** What answers at a path. */
export interface Handler {
  /** Health checks are asked without a token, because orchestrators have none. */
  readonly open: boolean;
  readonly handle: (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;
}

/** Finds what answers at a path, without looking at what is loaded; null: not this contract's. */
export type Resolve = (path: readonly string[]) => Handler | null;

export function guarded(handle: Handler['handle']): Handler {
  return { open: false, handle };
}

export function open(handle: Handler['handle']): Handler {
  return { open: true, handle };
}
