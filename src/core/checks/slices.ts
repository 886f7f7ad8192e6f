import type { CategoryColumn, Column, NumberColumn, Table } from '../data/table.ts';
import { quantileEdges, binOf } from '../stats/drift.ts';
import { sortedValues } from '../stats/quantile.ts';
import { number } from './words.ts';

/** Rows that share one property of one column. */
export interface Slice {
  readonly column: string;
  /** "purpose = education", "age in (30, 41]". */
  readonly name: string;
  /** Rows of the table, ascending. */
  readonly rows: Int32Array;
}

const bins = 4;
const mostLevels = 30;

/**
 * One-column slices with at least `least` rows: each word of a column, each quartile of a number (each value
 * when there are at most four), and its missing values.
 */
export function slicesOf(table: Table, least: number): Slice[] {
  return table.columns.flatMap(column =>
    partsOf(column, table.rows).filter(({ rows }) => rows.length >= least),
  );
}

function partsOf(column: Column, count: number): Slice[] {
  const { name } = column;
  const { part, words } = column.kind === 'category' ? levelParts(column) : numberParts(column);
  // Missing values come last.
  const all = [...words, `${name} is missing`];
  const sizes = new Uint32Array(all.length);
  const place = (row: number): number => (part[row]! === missing ? words.length : part[row]!);
  for (let row = 0; row < count; row++) if (part[row] !== other) sizes[place(row)]!++;
  const rows = all.map((_, at) => new Int32Array(sizes[at]!));
  sizes.fill(0);
  for (let row = 0; row < count; row++) {
    if (part[row] === other) continue;
    const at = place(row);
    rows[at]![sizes[at]!++] = row;
  }
  return all.map((slice, at) => ({ column: name, name: slice, rows: rows[at]! }));
}

/** The part of each row, and the parts' names. */
interface Parts {
  readonly part: Int16Array;
  readonly words: readonly string[];
}

const missing = -1;
/** In no slice: a word that is not among the commonest. */
const other = -2;

function levelParts({ name, codes, levels }: CategoryColumn): Parts {
  const frequency = new Float64Array(levels.length);
  for (const code of codes) if (code >= 0) frequency[code]!++;
  const common = levels
    .map((_, code) => code)
    .sort((a, b) => frequency[b]! - frequency[a]! || a - b)
    .slice(0, mostLevels);
  const at = new Int16Array(levels.length).fill(other);
  common.forEach((code, place) => (at[code] = place));
  return {
    part: Int16Array.from(codes, code => (code < 0 ? missing : at[code]!)),
    words: common.map(code => `${name} = ${levels[code]!}`),
  };
}

function numberParts({ name, values }: NumberColumn): Parts {
  const sorted = sortedValues(values);
  const distinct: number[] = [];
  for (const value of sorted) {
    if (value !== distinct.at(-1)) distinct.push(value);
    if (distinct.length > bins) break;
  }
  const few = distinct.length <= bins;
  const edges = few ? distinct.slice(0, -1) : quantileEdges(sorted, bins);
  const words = (bin: number): string => {
    if (few) return `${name} = ${number(distinct[bin]!)}`;
    if (bin === 0) return `${name} <= ${number(edges[0]!)}`;
    if (bin === edges.length) return `${name} > ${number(edges[bin - 1]!)}`;
    return `${name} in (${number(edges[bin - 1]!)}, ${number(edges[bin]!)}]`;
  };
  return {
    part: Int16Array.from(values, value => (Number.isNaN(value) ? missing : binOf(edges, value))),
    words: sorted.length === 0 ? [] : Array.from({ length: edges.length + 1 }, (_, bin) => words(bin)),
  };
}
