import { datum } from '../words.ts';
import type { CategoryColumn, Column, NumberColumn } from '../data/table.ts';
import { quantileEdges } from '../stats/drift.ts';
import { sortedValues } from '../stats/quantile.ts';
import { amongSql, columnSql, numberSql } from './conditions.ts';

/** One property of one column. */
export interface Part {
  /** "purpose = education", "age in (30, 41]". */
  readonly name: string;
  /** The same as a DuckDB condition. */
  readonly where: string;
}

/** A column's rows in parts: every row is in exactly one. */
export interface Partition {
  readonly column: string;
  /** The part of each row. */
  readonly part: Int16Array;
  readonly parts: readonly Part[];
}

const bins = 4;
const quantileRows = 5000;
const mostLevels = 30;

/**
 * A column in parts: each word, rare words together; each quartile of a number (each value when there are at most
 * four); missing values.
 * @param least a word with fewer rows is rare
 */
export function partitionOf(column: Column, least: number): Partition {
  return column.kind === 'category' ? byLevel(column, least) : byQuantile(column);
}

/** A number column cut at these values; null where it has so few values that each is a part already. */
export function cutAt(column: NumberColumn, cuts: readonly number[]): Partition | null {
  if (cuts.length === 0 || fewValues(column.values) !== null) return null;
  return byEdges(column, cuts);
}

function byLevel({ name, codes, levels }: CategoryColumn, least: number): Partition {
  const frequency = new Float64Array(levels.length);
  for (const code of codes) if (code >= 0) frequency[code]!++;
  const present = levels
    .map((_, code) => code)
    .filter(code => frequency[code]! > 0)
    .sort((a, b) => frequency[b]! - frequency[a]! || a - b);
  const often = present.filter((code, place) => place < mostLevels && frequency[code]! >= least);
  // One rare word alone needs no other name.
  const common = present.length === often.length + 1 ? present : often;
  const rare = present.length - common.length;
  const at = new Int16Array(levels.length).fill(common.length);
  common.forEach((code, place) => (at[code] = place));
  const parts = common.map(code => ({
    name: `${name} = ${levels[code]!}`,
    where: amongSql(name, [levels[code]!], true),
  }));
  if (rare > 0)
    parts.push({
      name: common.length === 0 ? `${name} is known` : `${name} is one of ${rare} rarer`,
      where:
        common.length === 0
          ? `${columnSql(name)} IS NOT NULL`
          : amongSql(
              name,
              common.map(code => levels[code]!),
              false,
            ),
    });
  return withMissing(
    name,
    parts,
    Int16Array.from(codes, code => (code < 0 ? missing : at[code]!)),
  );
}

function byQuantile(column: NumberColumn): Partition {
  const { name, values } = column;
  const few = fewValues(values);
  if (few === null) {
    // Edges to a hundredth of the rows are near enough, and a sort of all of them is not free.
    const step = Math.ceil(values.length / quantileRows);
    const some = new Float64Array(Math.ceil(values.length / step));
    for (let i = 0; i < some.length; i++) some[i] = values[i * step]!;
    return byEdges(column, quantileEdges(sortedValues(some), bins));
  }
  const place = new Map(few.map((value, at) => [value, at]));
  return withMissing(
    name,
    few.map(value => ({
      name: `${name} = ${datum(value)}`,
      where: `${columnSql(name)} = ${numberSql(value)}`,
    })),
    Int16Array.from(values, value => (Number.isNaN(value) ? missing : place.get(value)!)),
  );
}

/** The distinct values when there are at most four, ascending. */
function fewValues(values: Float64Array): number[] | null {
  const distinct = new Set<number>();
  for (const value of values) {
    if (!Number.isNaN(value)) distinct.add(value);
    if (distinct.size > bins) return null;
  }
  return [...distinct].sort((x, y) => x - y);
}

/** Part i holds the values in (edge[i - 1], edge[i]]. */
function byEdges({ name, values }: NumberColumn, edges: readonly number[]): Partition {
  const column = columnSql(name);
  const parts = Array.from({ length: edges.length + 1 }, (_, bin): Part => {
    const [low, high] = [edges[bin - 1], edges[bin]];
    if (low === undefined)
      return high === undefined
        ? { name: `${name} is known`, where: `${column} IS NOT NULL` }
        : { name: `${name} <= ${datum(high)}`, where: `${column} <= ${numberSql(high)}` };
    if (high === undefined)
      return { name: `${name} > ${datum(low)}`, where: `${column} > ${numberSql(low)}` };
    return {
      name: `${name} in (${datum(low)}, ${datum(high)}]`,
      where: `${column} > ${numberSql(low)} AND ${column} <= ${numberSql(high)}`,
    };
  });
  const part = new Int16Array(values.length);
  const below = Float64Array.from(edges);
  for (let row = 0; row < part.length; row++) {
    const value = values[row]!;
    // The bin is the number of edges below; there are few.
    let bin = 0;
    for (let edge = 0; edge < below.length; edge++) bin += below[edge]! < value ? 1 : 0;
    part[row] = value === value ? bin : missing;
  }
  return withMissing(name, parts, part);
}

const missing = -1;

/** Missing values are the last part, where there are any. */
function withMissing(name: string, parts: readonly Part[], part: Int16Array): Partition {
  if (!part.includes(missing)) return { column: name, part, parts };
  return {
    column: name,
    part: part.map(at => (at === missing ? parts.length : at)),
    parts: [...parts, { name: `${name} is missing`, where: `${columnSql(name)} IS NULL` }],
  };
}
