import type { Column, Table } from '../data/table.ts';
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
  const rows = Array.from({ length: count }, (_, row) => row);
  const part = (words: string, inside: (row: number) => boolean): Slice => ({
    column: name,
    name: words,
    rows: Int32Array.from(rows.filter(inside)),
  });
  if (column.kind === 'category') {
    const { codes, levels } = column;
    const frequency = new Array<number>(levels.length).fill(0);
    for (const code of codes) if (code >= 0) frequency[code]!++;
    const common = levels
      .map((_, code) => code)
      .sort((a, b) => frequency[b]! - frequency[a]! || a - b)
      .slice(0, mostLevels);
    return [
      ...common.map(code => part(`${name} = ${levels[code]!}`, row => codes[row] === code)),
      part(`${name} is missing`, row => codes[row]! < 0),
    ];
  }
  const { values } = column;
  const sorted = sortedValues(values);
  const missing = part(`${name} is missing`, row => Number.isNaN(values[row]!));
  const distinct = [...new Set(sorted)];
  if (distinct.length <= bins)
    return [
      ...distinct.map(value => part(`${name} = ${number(value)}`, row => values[row] === value)),
      missing,
    ];
  const edges = quantileEdges(sorted, bins);
  const words = (bin: number): string => {
    if (bin === 0) return `${name} <= ${number(edges[0]!)}`;
    if (bin === edges.length) return `${name} > ${number(edges[bin - 1]!)}`;
    return `${name} in (${number(edges[bin - 1]!)}, ${number(edges[bin]!)}]`;
  };
  const bin = Int8Array.from(values, value => (Number.isNaN(value) ? -1 : binOf(edges, value)));
  return [
    ...Array.from({ length: edges.length + 1 }, (_, at) => part(words(at), row => bin[row] === at)),
    missing,
  ];
}
