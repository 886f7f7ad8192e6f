import { fitCart, type CartNode } from '../explain/surrogate/cart.ts';
import type { Column, Table } from '../data/table.ts';
import { codesAt, numbersAt } from '../picked.ts';
import { allOf } from './conditions.ts';
import { meanOf, momentsOf, varianceOf, welchP, without, type HalvedLosses, type Moments } from './losses.ts';
import { cutAt, partitionOf, type Partition } from './partition.ts';

/** Rows that share one or two properties. */
export interface SliceOfRows {
  readonly name: string;
  readonly columns: readonly string[];
  /** DuckDB condition. */
  readonly where: string;
  /** Those of some rows that are in it, in their order. */
  among(rows: Int32Array): Int32Array;
}

/** A slice that the discovery half holds to be worse than the other rows. */
export interface Candidate extends SliceOfRows {
  /** How many standard errors it is worse by, there. */
  readonly strength: number;
}

export interface Search {
  /** A slice has at least this many rows in this half, and so have the others. */
  readonly leastRows: number;
  /** Columns that are looked at in pairs, at most. */
  readonly pairedColumns: number;
}

/** A one-sided p above this is no candidate. */
const suspicious = 0.05;

/**
 * Slices of one and two columns that are worse on the discovery half, strongest first. A slice of two columns must
 * also be worse than the rest of either of its one-column slices, else the wider slice says it all.
 */
export function candidatesIn(
  table: Table,
  losses: HalvedLosses,
  search: Search,
): { readonly candidates: Candidate[]; readonly tried: number } {
  const { loss, discovery } = losses;
  const total = momentsOf(loss, discovery);
  const coarse = table.columns.map(column => partitionOf(column, 2 * search.leastRows));
  const known = loss.map(value => (Number.isNaN(value) ? 0 : value));
  const fine = table.columns.flatMap(column => treePartitions(column, discovery, known, search));
  const found: Candidate[] = [];
  let tried = 0;
  const consider = (slice: Moments, others: readonly Moments[], made: () => SliceOfRows): void => {
    if (slice.n < search.leastRows || total.n - slice.n < search.leastRows) return;
    tried++;
    const rest = without(total, slice);
    if (meanOf(slice) <= meanOf(rest)) return;
    const worse = (than: Moments): boolean => than.n >= search.leastRows && welchP(slice, than) <= suspicious;
    if (worse(rest) && others.every(other => worse(without(other, slice))))
      found.push({ ...made(), strength: strengthOf(slice, rest, varianceOf(total)) });
  };
  const losing = numbersAt(loss, discovery);
  const sums = [...coarse, ...fine].map(partition => {
    const part = codesAt(partition.part, discovery);
    return { partition, part, cells: cellsOf(losing, part, partition.parts.length) };
  });
  for (const { partition, cells } of sums)
    cells.forEach((cell, at) => consider(cell, [], () => sliceOf([[partition, at]])));

  const paired = sums
    .slice(0, coarse.length)
    .filter(({ partition }) => partition.parts.length > 1)
    .sort((x, y) => explained(y.cells, total) - explained(x.cells, total))
    .slice(0, search.pairedColumns);
  const both = new Int32Array(discovery.length);
  paired.forEach((a, i) => {
    for (const b of paired.slice(i + 1)) {
      const width = b.cells.length;
      for (let i = 0; i < both.length; i++) both[i] = a.part[i]! * width + b.part[i]!;
      cellsOf(losing, both, a.cells.length * width).forEach((cell, at) => {
        const [first, second] = [Math.floor(at / width), at % width];
        consider(cell, [a.cells[first]!, b.cells[second]!], () =>
          sliceOf([
            [a.partition, first],
            [b.partition, second],
          ]),
        );
      });
    }
  });
  return { candidates: found.sort((x, y) => y.strength - x.strength), tried };
}

function sliceOf(properties: readonly (readonly [Partition, number])[]): SliceOfRows {
  const parts = properties.map(([partition, at]) => partition.parts[at]!);
  return {
    name: parts.map(({ name }) => name).join(' and '),
    columns: properties.map(([{ column }]) => column),
    where: allOf(parts.map(({ where }) => where)),
    among: rows => properties.reduce((kept, [{ part }, at]) => inPart(part, at, kept), rows),
  };
}

function inPart(part: Int16Array, at: number, rows: Int32Array): Int32Array {
  const inside = new Int32Array(rows.length);
  let n = 0;
  for (let i = 0; i < rows.length; i++) if (part[rows[i]!] === at) inside[n++] = rows[i]!;
  return inside.subarray(0, n);
}

/** A number column cut where small trees on the loss cut it: in two, and in up to four. */
function treePartitions(
  column: Column,
  rows: Int32Array,
  loss: Float64Array,
  { leastRows }: Search,
): Partition[] {
  if (column.kind !== 'number') return [];
  const tree = fitCart({ rows: loss.length, columns: [column] }, rows, loss, {
    depth: 2,
    minLeaf: leastRows,
  });
  const first = tree.split?.test.kind === 'number' ? [tree.split.test.threshold] : [];
  const all = [...new Set(thresholds(tree))].sort((a, b) => a - b);
  return [first, ...(all.length > 1 ? [all] : [])].flatMap(cuts => cutAt(column, cuts) ?? []);
}

function thresholds({ split }: CartNode): number[] {
  if (split === null) return [];
  const own = split.test.kind === 'number' ? [split.test.threshold] : [];
  return [...own, ...thresholds(split.yes), ...thresholds(split.no)];
}

/** @param part the part of each of these losses */
function cellsOf(losses: Float64Array, part: Int32Array, parts: number): Moments[] {
  const n = new Float64Array(parts);
  const sum = new Float64Array(parts);
  const squares = new Float64Array(parts);
  for (let i = 0; i < part.length; i++) {
    const at = part[i]!;
    const value = losses[i]!;
    n[at]!++;
    sum[at]! += value;
    squares[at]! += value * value;
  }
  return Array.from(n, (rowsIn, at) => ({ n: rowsIn, sum: sum[at]!, squares: squares[at]! }));
}

/** How much of the losses' sum of squares the parts explain. */
function explained(cells: readonly Moments[], total: Moments): number {
  return (
    cells.reduce((sum, cell) => sum + (cell.n === 0 ? 0 : cell.sum ** 2 / cell.n), 0) -
    total.sum ** 2 / total.n
  );
}

/** By the variance of all rows: a small slice with even losses would look surer than it is. */
function strengthOf(slice: Moments, rest: Moments, variance: number): number {
  const error = Math.sqrt(variance * (1 / slice.n + 1 / rest.n));
  return error > 0 ? (meanOf(slice) - meanOf(rest)) / error : Infinity;
}
