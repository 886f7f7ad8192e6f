import type { CategoryColumn, NumberColumn, Table } from '../../data/table.ts';
import { sortOrder } from '../../stats/ranks.ts';

export interface CartOptions {
  /** Tests on the longest path. */
  readonly depth: number;
  /** Rows a leaf has at least. */
  readonly minLeaf: number;
}

/** A test of one column: `v <= threshold`, or a word that is one of `levels`. */
export type CartTest = { readonly column: number; readonly missing: boolean } & (
  | { readonly kind: 'number'; readonly threshold: number }
  | { readonly kind: 'category'; readonly levels: readonly string[] }
);

export interface CartNode {
  /** Rows it was fitted on. */
  readonly n: number;
  /** Their mean. */
  readonly value: number;
  /** null for a leaf. `test.missing` says whether a missing value passes. */
  readonly split: { readonly test: CartTest; readonly yes: CartNode; readonly no: CartNode } | null;
}

interface Best {
  readonly gain: number;
  readonly test: CartTest;
}

/**
 * A regression tree of least squares (CART: Breiman, Friedman, Olshen and Stone 1984) over columns of numbers and
 * words. Thresholds lie midway between neighbours, as scikit-learn's; words are split in the order of their
 * means, which is optimal for squares (Fisher 1958), a missing word being one of them; a missing number goes where
 * it fits better. Of equal gains the first column wins.
 * @param rows of the table to fit on
 * @param y a value for each row of the table
 */
export function fitCart(table: Table, rows: Int32Array, y: Float64Array, options: CartOptions): CartNode {
  const total = sumOf(rows, y);
  const mean = total / rows.length;
  // Centred: squares of small differences from a large mean would round away.
  const centred = y.map(value => value - mean);
  const spread = rows.reduce((sum, row) => sum + centred[row]! ** 2, 0);
  const grow = (own: Int32Array, depth: number): CartNode => {
    const sum = sumOf(own, centred);
    const node = { n: own.length, value: mean + sum / own.length };
    const best =
      depth === 0 || own.length < 2 * options.minLeaf ? null : bestTest(table, own, centred, options.minLeaf);
    if (best === null || best.gain <= 1e-12 * spread) return { ...node, split: null };
    const passes = testOf(best.test, table);
    return {
      ...node,
      split: {
        test: best.test,
        yes: grow(
          own.filter(row => passes(row)),
          depth - 1,
        ),
        no: grow(
          own.filter(row => !passes(row)),
          depth - 1,
        ),
      },
    };
  };
  return grow(rows, options.depth);
}

/** What the tree says of rows of a table with the same columns. */
export function predictCart(tree: CartNode, table: Table, rows: Int32Array): Float64Array {
  const passing = new Map<CartNode, (row: number) => boolean>();
  return Float64Array.from(rows, row => {
    let node = tree;
    while (node.split !== null) {
      let passes = passing.get(node);
      if (passes === undefined) passing.set(node, (passes = testOf(node.split.test, table)));
      node = passes(row) ? node.split.yes : node.split.no;
    }
    return node.value;
  });
}

function testOf(test: CartTest, table: Table): (row: number) => boolean {
  const column = table.columns[test.column]!;
  if (test.kind === 'number') {
    const { values } = column as NumberColumn;
    return row => (Number.isNaN(values[row]!) ? test.missing : values[row]! <= test.threshold);
  }
  const { codes, levels } = column as CategoryColumn;
  const inside = levels.map(level => test.levels.includes(level));
  return row => (codes[row]! < 0 ? test.missing : inside[codes[row]!]!);
}

function bestTest(table: Table, rows: Int32Array, y: Float64Array, minLeaf: number): Best | null {
  let best: Best | null = null;
  table.columns.forEach((column, at) => {
    const found =
      column.kind === 'number'
        ? bestThreshold(column, at, rows, y, minLeaf)
        : bestLevels(column, at, rows, y, minLeaf);
    if (found !== null && found.gain > (best?.gain ?? 0) * (1 + 1e-12)) best = found;
  });
  return best;
}

/** Fall of the sum of squares when `n` rows with this sum are split off. */
function gainOf(sum: number, n: number, total: number, all: number): number {
  return sum ** 2 / n + (total - sum) ** 2 / (all - n) - total ** 2 / all;
}

function bestThreshold(
  { values }: NumberColumn,
  column: number,
  rows: Int32Array,
  y: Float64Array,
  minLeaf: number,
): Best | null {
  const known = rows.filter(row => !Number.isNaN(values[row]!));
  const total = sumOf(rows, y);
  const missing = rows.length - known.length;
  const missingSum = missing === 0 ? 0 : total - sumOf(known, y);
  const order = sortOrder(Float64Array.from(known, row => values[row]!));
  let best: Best | null = null;
  let sum = 0;
  for (let i = 0; i < known.length; i++) {
    const row = known[order[i]!]!;
    sum += y[row]!;
    const last = i === known.length - 1;
    const value = values[row]!;
    const next = last ? Infinity : values[known[order[i + 1]!]!]!;
    if (value === next || (last && missing === 0)) continue;
    for (const withMissing of missing === 0 ? [false] : last ? [false] : [false, true]) {
      const n = i + 1 + (withMissing ? missing : 0);
      if (n < minLeaf || rows.length - n < minLeaf) continue;
      const gain = gainOf(sum + (withMissing ? missingSum : 0), n, total, rows.length);
      if (gain > (best?.gain ?? 0))
        best = {
          gain,
          test: {
            column,
            kind: 'number',
            threshold: last ? value : midway(value, next),
            missing: withMissing,
          },
        };
    }
  }
  return best;
}

function midway(low: number, high: number): number {
  const middle = low / 2 + high / 2;
  return middle < high ? middle : low;
}

function bestLevels(
  { codes, levels }: CategoryColumn,
  column: number,
  rows: Int32Array,
  y: Float64Array,
  minLeaf: number,
): Best | null {
  // The last place is for missing words.
  const sums = new Float64Array(levels.length + 1);
  const counts = new Int32Array(levels.length + 1);
  for (const row of rows) {
    const code = codes[row]! < 0 ? levels.length : codes[row]!;
    sums[code]! += y[row]!;
    counts[code]!++;
  }
  const order = [...counts.keys()]
    .filter(code => counts[code]! > 0)
    .sort((a, b) => sums[a]! / counts[a]! - sums[b]! / counts[b]! || a - b);
  const total = sumOf(rows, y);
  let best: { readonly gain: number; readonly taken: number } | null = null;
  let [sum, n] = [0, 0];
  for (const [i, code] of order.slice(0, -1).entries()) {
    sum += sums[code]!;
    n += counts[code]!;
    if (n < minLeaf || rows.length - n < minLeaf) continue;
    const gain = gainOf(sum, n, total, rows.length);
    if (gain > (best?.gain ?? 0)) best = { gain, taken: i + 1 };
  }
  if (best === null) return null;
  const inside = order.slice(0, best.taken);
  return {
    gain: best.gain,
    test: {
      column,
      kind: 'category',
      levels: inside
        .filter(code => code < levels.length)
        .map(code => levels[code]!)
        .sort(),
      missing: inside.includes(levels.length),
    },
  };
}

function sumOf(rows: Int32Array, y: Float64Array): number {
  let sum = 0;
  for (const row of rows) sum += y[row]!;
  return sum;
}
