/** What pure code asks of an AbortSignal: it stops at the next check. */
export interface Signal {
  readonly aborted: boolean;
  throwIfAborted(): void;
}

/** Told now and then how far a long task is: `done` of `total` units, in words. */
export type Progress = (done: number, total: number, what: string) => void;
