import { setTimeout as sleep } from 'node:timers/promises';

/** The slowest line that is waited for, in bytes a millisecond. */
const slowest = 50;

/** Milliseconds that sending so many bytes may take, beside half a minute for the question itself. */
export function waitFor(bytes: number): number {
  return 30_000 + Math.ceil(bytes / slowest);
}

/** How long a server has to become ready or to follow what it was told. */
export const readyMs = 120_000;

/**
 * Looks again and again until it is done.
 * @throws Error `late` with the seconds that it was waited
 */
export async function until(
  late: string,
  pollMs: number,
  signal: AbortSignal,
  done: () => Promise<boolean>,
): Promise<void> {
  const deadline = Date.now() + readyMs;
  while (!(await done())) {
    if (Date.now() > deadline) throw new Error(`${late} within ${readyMs / 1000} s`);
    await sleep(pollMs, undefined, { signal });
  }
}
