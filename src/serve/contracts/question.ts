import type { Version } from '../fleet/version.ts';
import type { Tensor } from './request.ts';

/** A request in one of the contracts, taken apart but not yet held against a version. */
export interface Question {
  /** The request's own name, given back with the answer. */
  readonly id: string | null;
  /** Requests with the same key go to the same version; null: the request has none. */
  readonly key: string | null;
  /** Milliseconds that the request gives the server to begin its run; null: as the server is set. */
  readonly patience: number | null;
  /** @throws HttpError 400 when it is not what the version takes */
  readonly fit: (version: Version) => Fitted;
}

export interface Fitted {
  /** In the order of the signature. */
  readonly inputs: readonly Tensor[];
  /** Writes the answer. @param outputs in the order of the signature */
  readonly write: (outputs: readonly Tensor[]) => Answer | Promise<Answer>;
}

export interface Answer {
  readonly body: string | Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
}
