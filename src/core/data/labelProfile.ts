import { datum } from '../words.ts';
import { tQuantile } from '../stats/studentT.ts';
import { binOf, quantileEdges } from '../stats/drift.ts';
import { wilson } from '../stats/proportion.ts';
import { sortedValues } from '../stats/quantile.ts';
import type { Interval } from '../../protocol/results/shared.ts';
import type { CategoryColumn, Column, NumberColumn } from './table.ts';

/** What is looked at of a label: the share of one class, or the mean. */
export type LabelView =
  | { readonly kind: 'share'; readonly column: CategoryColumn; readonly positive: string }
  | { readonly kind: 'mean'; readonly column: NumberColumn };

export interface ProfileBin {
  readonly name: string;
  readonly n: number;
  readonly value: number;
  /** null: the mean of one row, which has no spread. */
  readonly interval: Interval | null;
}

const mostBins = 10;
const mostLevels = 12;
const level = 0.95;

/**
 * The label over the values of a column: bins of equal share of a number, the commonest words of a category;
 * `others` are the labelled rows of the words that are left out.
 */
export function labelProfile(
  column: Column,
  label: LabelView,
): { readonly bins: ProfileBin[]; readonly others: number } {
  const { names, codes } = column.kind === 'number' ? numberBins(column) : wordBins(column);
  const sums = names.map(() => ({ n: 0, mean: 0, squares: 0 }));
  const value = valuesOf(label);
  let others = 0;
  codes.forEach((code, row) => {
    const own = value(row);
    if (Number.isNaN(own)) return;
    const sum = sums[code];
    if (sum === undefined) {
      others++;
      return;
    }
    sum.n++;
    const step = own - sum.mean;
    sum.mean += step / sum.n;
    sum.squares += step * (own - sum.mean);
  });
  const bins = names.flatMap((name, i) => {
    const { n, mean, squares } = sums[i]!;
    if (n === 0) return [];
    return [
      {
        name,
        n,
        value: mean,
        interval: label.kind === 'share' ? wilson(Math.round(mean * n), n, level) : around(mean, squares, n),
      },
    ];
  });
  return { bins, others };
}

function valuesOf(label: LabelView): (row: number) => number {
  if (label.kind === 'mean') return row => label.column.values[row]!;
  const { codes, levels } = label.column;
  const positive = levels.indexOf(label.positive);
  return row => (codes[row]! < 0 ? NaN : codes[row] === positive ? 1 : 0);
}

function around(mean: number, squares: number, n: number): Interval | null {
  if (n < 2) return null;
  const half = tQuantile(0.5 + level / 2, n - 1) * Math.sqrt(squares / (n - 1) / n);
  return { low: mean - half, high: mean + half, level, method: "Student's t interval" };
}

interface Binned {
  readonly names: readonly string[];
  /** The bin of each row; -1 where the value is missing or rare. */
  readonly codes: Int32Array;
}

function numberBins({ values }: NumberColumn): Binned {
  const edges = quantileEdges(sortedValues(values), mostBins);
  const names = Array.from({ length: edges.length + 1 }, (_, bin) => {
    if (edges.length === 0) return 'all';
    if (bin === 0) return `<= ${datum(edges[0]!)}`;
    if (bin === edges.length) return `> ${datum(edges[bin - 1]!)}`;
    return `(${datum(edges[bin - 1]!)}, ${datum(edges[bin]!)}]`;
  });
  return {
    names: [...names, 'missing'],
    codes: Int32Array.from(values, value => (Number.isNaN(value) ? names.length : binOf(edges, value))),
  };
}

function wordBins({ codes, levels }: CategoryColumn): Binned {
  const counts = new Float64Array(levels.length);
  for (const code of codes) if (code >= 0) counts[code]!++;
  const common = Array.from(levels.keys())
    .filter(code => counts[code]! > 0)
    .sort((a, b) => counts[b]! - counts[a]! || a - b)
    .slice(0, mostLevels);
  const place = new Map(common.map((code, i) => [code, i]));
  return {
    names: [...common.map(code => levels[code]!), 'missing'],
    codes: codes.map(code => (code < 0 ? common.length : (place.get(code) ?? -1))),
  };
}
