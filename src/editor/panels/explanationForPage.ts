import type { Stored } from '../../protocol/pages.ts';
import type { Explanation } from '../../protocol/results/explanation.ts';

/** Values of rows that one snapshot of a page carries, at most. */
const mostValues = 100_000;

const known = new WeakMap<Stored<Explanation>, Stored<Explanation>>();

/**
 * An explanation as a page draws it: its means whole; of many rows an even sample, and none of their pairs. The
 * whole document stays in the store.
 */
export function explanationForPage(stored: Stored<Explanation>): Stored<Explanation> {
  const before = known.get(stored);
  if (before !== undefined) return before;
  const { result } = stored;
  const most = Math.max(1, Math.floor(mostValues / Math.max(1, result.features.length)));
  const step = Math.max(1, result.rows.length / most);
  const shown = Array.from({ length: Math.min(most, result.rows.length) }, (_, i) => Math.floor(i * step));
  const rows = shown.map(at => ({ ...result.rows[at]!, interactions: null }));
  const page = { ...stored, result: { ...result, rows } };
  known.set(stored, page);
  return page;
}
