import { rowLoss } from '../checks/rowLoss.ts';
import type { Table } from '../data/table.ts';
import { candidatesIn } from '../slices/candidates.ts';
import { merged, type KeptSlice } from '../slices/find.ts';
import { halves, type HalvedLosses } from '../slices/losses.ts';
import type { Scheme } from '../stats/resamples.ts';
import type { Pair } from './align.ts';

/** Rows (clusters) that look for slices, at most; all others confirm. */
const mostDiscovering = 25_000;
const search = { leastRows: 15, pairedColumns: 20 };

export interface CrossedSlice extends KeptSlice {
  /** Rows of the table that did not choose it. */
  readonly confirming: Int32Array;
}

/**
 * Slices of two columns in which B loses more to A than in the other rows, and than in the rest of either column's
 * slice alone: looked for on one half of the labelled rows (`candidatesIn` on the differences of their losses), the
 * strongest of those that overlap kept. What they come to is for the other half to say.
 * @param rowNumbers the pair's row of each row of `features`; null: the same
 * @param scheme of the rows of `features`
 */
export function crossedSlices(
  { a, b, rows }: Pair,
  features: Table,
  rowNumbers: Int32Array | null,
  scheme: Scheme,
  seed: number,
): CrossedSlice[] {
  const labelled = new Uint8Array(a.n);
  for (const row of rows) labelled[row] = 1;
  const loss = Float64Array.from({ length: features.rows }, (_, at) => {
    const row = rowNumbers === null ? at : rowNumbers[at]!;
    return labelled[row] === 1 ? rowLoss(b, row) - rowLoss(a, row) : NaN;
  });
  const losses: HalvedLosses = {
    loss,
    binary: false,
    scheme,
    ...halves(loss, scheme, seed, mostDiscovering),
  };
  const { candidates } = candidatesIn(features, losses, search);
  return merged(candidates, losses)
    .filter(({ slice }) => slice.columns.length === 2)
    .map(kept => ({ ...kept, confirming: kept.slice.among(losses.confirmation) }));
}
