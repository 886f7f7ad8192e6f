import type { Registry } from '../fleet/registry.ts';
import type { Counts } from '../observe/counts.ts';
import type { Inference } from './inference.ts';

/** What every contract speaks for. */
export interface Service {
  readonly registry: Registry;
  readonly inference: Inference;
  /** Said at /v2, so that a starter knows its own server. */
  readonly instance: string | null;
  /** The process that a starter knows. */
  readonly pid: number;
  /** False from the moment it drains. */
  readonly ready: () => boolean;
  /** Counts of all processes of the server. */
  readonly counts: () => Promise<Counts>;
  /**
   * Takes a model out of service, or brings it back, in all processes.
   * @throws HttpError 403 when this is not to be had over HTTP, 400 when it cannot be loaded
   */
  readonly control: (model: string, act: 'load' | 'unload') => Promise<void>;
}
