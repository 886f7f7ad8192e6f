import type { Failures } from '../fleet/fleet.ts';
import type { Wanted } from '../fleet/registry.ts';
import type { Counts } from '../observe/counts.ts';

/** One process that answers requests, as the one that conducts them sees it. */
export interface Member {
  /** Begins to listen. @returns the port. @throws BadInput */
  listen(): Promise<number>;
  /** Loads in the dark what is not loaded yet. */
  prepare(wanted: Wanted): Promise<Failures>;
  /** Makes what was prepared so. */
  commit(wanted: Wanted, failures: Failures): Promise<void>;
  counts(): Promise<Counts>;
  /** Not ready, then no new connections; resolves when the last request was answered. */
  drain(): Promise<void>;
}

/** What an answering process asks of the conducting one. */
export interface Head {
  counts(): Promise<Counts>;
  /** @throws HttpError */
  control(model: string, act: 'load' | 'unload'): Promise<void>;
}
