import { associations } from '../stats/association.ts';
import { averageLinkage } from '../stats/clusters.ts';
import type { Column, NumberColumn, Table } from './table.ts';

/** A matrix beyond it is no longer read. */
const mostColumns = 60;
const mostPairs = 100;

export interface Pair {
  readonly a: string;
  readonly b: string;
  readonly measure: string;
  readonly value: number;
  /** Pearson's correlation of two numbers; null for others, and for a constant. */
  readonly pearson: number | null;
}

export interface Relations {
  /** Those that are related most, like beside like. */
  readonly columns: readonly string[];
  readonly matrix: readonly (readonly number[])[];
  /** Strongest first. */
  readonly pairs: readonly Pair[];
  /** How many pairs there are; `pairs` are the strongest of them. */
  readonly total: number;
}

/** How each two columns are related, with the measure that fits their kinds. */
export function relations(table: Table): Relations {
  const { columns } = table;
  const d = columns.length;
  const matrix = associations(table);
  const at = (a: number, b: number): number => matrix[a * d + b]!;
  const all: { readonly a: number; readonly b: number; readonly size: number }[] = [];
  const most = new Float64Array(d);
  for (let a = 0; a < d; a++)
    for (let b = a + 1; b < d; b++) {
      const size = Math.abs(at(a, b));
      all.push({ a, b, size });
      most[a] = Math.max(most[a]!, size);
      most[b] = Math.max(most[b]!, size);
    }
  const kept = Array.from(columns.keys())
    .sort((a, b) => most[b]! - most[a]! || a - b)
    .slice(0, mostColumns)
    .sort((a, b) => a - b);
  const order = likeBesideLike(kept, (a, b) => Math.abs(at(a, b)));
  return {
    columns: order.map(i => columns[i]!.name),
    matrix: order.map(a => order.map(b => at(a, b))),
    total: all.length,
    pairs: all
      .sort((x, y) => y.size - x.size || x.a - y.a || x.b - y.b)
      .slice(0, mostPairs)
      .map(({ a, b }) => {
        const [first, second] = [columns[a]!, columns[b]!];
        return {
          a: first.name,
          b: second.name,
          measure: measureOf(first, second),
          value: at(a, b),
          pearson: first.kind === 'number' && second.kind === 'number' ? pearsonOfBoth(first, second) : null,
        };
      }),
  };
}

/** The standard name of what `associations` works out for two columns. */
export function measureOf(a: Column, b: Column): string {
  if (a.kind === 'number' && b.kind === 'number') return "Spearman's rho";
  if (a.kind === 'category' && b.kind === 'category') return "Cramér's V (Bergsma's correction)";
  return 'eta of ranks (adjusted)';
}

/** Pearson's correlation over the rows that have both; null for a constant. */
export function pearsonOfBoth({ values: x }: NumberColumn, { values: y }: NumberColumn): number | null {
  let [n, mx, my, xx, yy, xy] = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    const [u, v] = [x[i]!, y[i]!];
    if (Number.isNaN(u) || Number.isNaN(v)) continue;
    n++;
    const [du, dv] = [u - mx, v - my];
    mx += du / n;
    my += dv / n;
    xx += du * (u - mx);
    yy += dv * (v - my);
    xy += du * (v - my);
  }
  return xx > 0 && yy > 0 ? Math.max(-1, Math.min(1, xy / Math.sqrt(xx * yy))) : null;
}

/** The leaves of the tree that average linkage makes of the distances 1 - strength. */
function likeBesideLike(items: readonly number[], strength: (a: number, b: number) => number): number[] {
  const n = items.length;
  if (n < 3) return [...items];
  const distances = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) distances[i * n + j] = i === j ? 0 : 1 - strength(items[i]!, items[j]!);
  const members = new Map<number, readonly number[]>(items.map((item, i) => [i, [item]]));
  averageLinkage(distances, n).forEach(({ a, b }, i) =>
    members.set(n + i, [...members.get(a)!, ...members.get(b)!]),
  );
  return [...members.get(2 * n - 2)!];
}
