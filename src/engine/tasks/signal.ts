import type { Signal } from '../../core/signal.ts';

/** Nothing aborts work inside the engine: who cancels, kills the process. */
export const neverAborted: Signal = { aborted: false, throwIfAborted: () => undefined };
