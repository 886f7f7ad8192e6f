import type { ErrorAnalysis } from '../../protocol/results/errorAnalysis.ts';
import type { Table } from '../data/table.ts';
import { isClustered, observations } from '../stats/clusteredMean.ts';
import { errorTree } from './errorTree.ts';
import { findSlices, leastRows, valueOf } from './find.ts';
import { heatMaps } from './heatMaps.ts';
import { meanOf, momentsOf, type HalvedLosses } from './losses.ts';

/** Where the model errs more than elsewhere; null when the labelled rows (or clusters) are too few for two halves. */
export function errorAnalysis(sample: Table, losses: HalvedLosses): ErrorAnalysis | null {
  const { discovery, confirmation, loss, scheme } = losses;
  if (observations(discovery, scheme) < 2 * leastRows || sample.columns.length === 0) return null;
  const { slices, tried } = findSlices(sample, losses);
  const shown = slices.filter(({ confirmed }) => confirmed).flatMap(({ slice }) => slice.columns);
  const both = Int32Array.from([...discovery, ...confirmation]);
  return {
    measure: losses.binary ? 'accuracy' : 'mean_absolute_error',
    overall: valueOf(meanOf(momentsOf(loss, both)), losses),
    halves: {
      discovery: { n: discovery.length, value: valueOf(meanOf(momentsOf(loss, discovery)), losses) },
      confirmation: { n: confirmation.length, value: valueOf(meanOf(momentsOf(loss, confirmation)), losses) },
    },
    leastRows,
    ...(isClustered(scheme) ? { clusters: scheme.by.replaceAll('`', '') } : {}),
    tried,
    slices: slices.map(({ slice, merged, ...found }) => ({
      ...found,
      name: slice.name,
      columns: [...slice.columns],
      where: slice.where,
      merged: merged.slice(0, 10),
      more: Math.max(0, merged.length - 10),
    })),
    tree: errorTree(sample, losses),
    ...heatMaps(sample, losses, shown),
  };
}
