import type { Work } from '../../src/protocol/pages.ts';

/** The result that a view shows, also while it is made again; null without one. */
export function resultOf<T>(work: Work<T>): T | null {
  if (work.state === 'empty') return null;
  return work.state === 'done' ? work.stored.result : (work.previous?.result ?? null);
}
