import type { ErrorAnalysis } from '../../protocol/results/errorAnalysis.ts';
import type { Table } from '../data/table.ts';
import { valueOf } from './find.ts';
import type { HalvedLosses } from './losses.ts';
import { partitionOf, type Partition } from './partition.ts';

const mostFeatures = 8;
/** A rarer word is put with the other rare ones. */
const leastShare = 0.02;
/** Cells with fewer rows have a count and no value. */
const leastInCell = 5;

/**
 * The errors over each pair of the features they vary most with: all labelled rows, a picture and no test.
 * @param first features that are shown whatever they explain, such as those of found slices
 */
export function heatMaps(
  table: Table,
  losses: HalvedLosses,
  first: readonly string[],
): Pick<ErrorAnalysis, 'features' | 'maps'> {
  const rows = Int32Array.from([...losses.discovery, ...losses.confirmation]);
  const least = Math.max(10, Math.ceil(leastShare * rows.length));
  const wanted = new Set(first);
  const partitions = table.columns
    .map(column => partitionOf(column, least))
    .filter(({ parts }) => parts.length > 1)
    .map(partition => ({ partition, explained: explained(partition, losses.loss, rows) }))
    .sort(
      (a, b) =>
        Number(wanted.has(b.partition.column)) - Number(wanted.has(a.partition.column)) ||
        b.explained - a.explained,
    )
    .slice(0, mostFeatures)
    .map(({ partition }) => partition);
  const maps: ErrorAnalysis['maps'] = [];
  partitions.forEach((a, i) =>
    partitions
      .slice(i + 1)
      .forEach((b, j) => maps.push({ a: i, b: i + 1 + j, ...cells(a, b, losses, rows) })),
  );
  return {
    features: partitions.map(({ column, parts }) => ({
      column,
      parts: parts.map(({ name, where }) => ({ name, where })),
    })),
    maps,
  };
}

function cells(
  a: Partition,
  b: Partition,
  losses: HalvedLosses,
  rows: Int32Array,
): Pick<ErrorAnalysis['maps'][number], 'n' | 'value'> {
  const width = b.parts.length;
  const n = new Float64Array(a.parts.length * width);
  const sum = new Float64Array(n.length);
  const { loss } = losses;
  const [first, second] = [a.part, b.part];
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    const cell = first[row]! * width + second[row]!;
    n[cell]!++;
    sum[cell]! += loss[row]!;
  }
  const value = Array.from(n, (count, cell) =>
    count < leastInCell ? null : valueOf(sum[cell]! / count, losses),
  );
  const lines = <T>(all: readonly T[]): T[][] =>
    a.parts.map((_, line) => all.slice(line * width, (line + 1) * width));
  return { n: lines([...n]), value: lines(value) };
}

/** Sum of squares of the losses between the parts. */
function explained({ part, parts }: Partition, loss: Float64Array, rows: Int32Array): number {
  const n = new Float64Array(parts.length);
  const sum = new Float64Array(parts.length);
  let total = 0;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    const at = part[row]!;
    n[at]!++;
    sum[at]! += loss[row]!;
    total += loss[row]!;
  }
  return (
    sum.reduce((all, own, at) => all + (n[at]! === 0 ? 0 : own ** 2 / n[at]!), 0) - total ** 2 / rows.length
  );
}
