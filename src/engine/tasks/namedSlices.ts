import { BadInput } from '../../core/failure.ts';
import { labelledRows, type Scored } from '../../core/metrics/scored.ts';
import { onlyRows } from '../../core/slices/onlyRows.ts';
import type { Policy } from '../../protocol/engine.ts';
import type { Metric, NamedSlice } from '../../protocol/results/validation.ts';
import { rowsWhere } from '../data/cohort.ts';
import type { DataFile } from '../data/dataFile.ts';

/**
 * The policy's slices, each measured by itself; none without labels. A condition that cannot be used is said, and
 * stops nothing else.
 * @param scored row i is row i of the data
 */
export async function namedSlices(
  { slices = {} }: Policy,
  data: DataFile,
  scored: Scored,
  measure: (slice: Scored) => Metric[],
): Promise<NamedSlice[]> {
  if (labelledRows(scored).length === 0) return [];
  const found: NamedSlice[] = [];
  for (const [name, { where }] of Object.entries(slices)) {
    const rows = await rowsWhere(data, where).catch((error: unknown) => {
      if (error instanceof BadInput) return error;
      throw error;
    });
    if (rows instanceof BadInput) {
      found.push({ name, where, failure: rows.message, n: 0, metrics: [] });
      continue;
    }
    const own = onlyRows(scored, rows);
    found.push({ name, where, failure: null, n: labelledRows(own).length, metrics: measure(own) });
  }
  return found;
}
