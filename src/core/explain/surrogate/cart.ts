import type { CategoryColumn, NumberColumn, Table } from '../../data/table.ts';
import { codesAt, numbersAt } from '../../picked.ts';
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

/** The rows of a node. */
interface Share {
  readonly rows: Int32Array;
  /** For each column of numbers those of the rows that have one, ascending by it; null for words. */
  readonly sorted: readonly (Int32Array | null)[];
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
  const centred = new Float64Array(y.length);
  for (let row = 0; row < y.length; row++) centred[row] = y[row]! - mean;
  const spread = squaresOf(rows, centred);
  const passing = new Uint8Array(table.rows);
  const grow = (own: Share, depth: number): CartNode => {
    const n = own.rows.length;
    const sum = sumOf(own.rows, centred);
    const node = { n, value: mean + sum / n };
    const best =
      depth === 0 || n < 2 * options.minLeaf ? null : bestTest(table, own, centred, options.minLeaf);
    if (best === null || best.gain <= 1e-12 * spread) return { ...node, split: null };
    pass(best.test, table, own.rows, passing);
    const [yes, no] = ([1, 0] as const).map(side => sideOf(own, passing, side, depth > 1)) as [Share, Share];
    return { ...node, split: { test: best.test, yes: grow(yes, depth - 1), no: grow(no, depth - 1) } };
  };
  return grow(sortedOnce(table, rows), options.depth);
}

/** Each column is sorted once: what a split leaves of it stays in order. */
function sortedOnce({ columns }: Table, rows: Int32Array): Share {
  const sorted = columns.map(column => {
    if (column.kind !== 'number') return null;
    const known = knownRows(column, rows);
    return codesAt(known, sortOrder(numbersAt(column.values, known)));
  });
  return { rows, sorted };
}

function knownRows({ values }: NumberColumn, rows: Int32Array): Int32Array {
  const known = new Int32Array(rows.length);
  let n = 0;
  for (let i = 0; i < rows.length; i++) if (!Number.isNaN(values[rows[i]!]!)) known[n++] = rows[i]!;
  return known.subarray(0, n);
}

/** @param again whether the side may be split in turn: a leaf's columns need no order */
function sideOf({ rows, sorted }: Share, passing: Uint8Array, side: 0 | 1, again: boolean): Share {
  const own = (all: Int32Array): Int32Array => {
    const taken = new Int32Array(all.length);
    let n = 0;
    for (let i = 0; i < all.length; i++) if (passing[all[i]!] === side) taken[n++] = all[i]!;
    return taken.subarray(0, n);
  };
  return { rows: own(rows), sorted: again ? sorted.map(column => column && own(column)) : [] };
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

/** Marks which of the rows pass. */
function pass(test: CartTest, table: Table, rows: Int32Array, passing: Uint8Array): void {
  const passes = testOf(test, table);
  for (let i = 0; i < rows.length; i++) passing[rows[i]!] = passes(rows[i]!) ? 1 : 0;
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

function bestTest(table: Table, { rows, sorted }: Share, y: Float64Array, minLeaf: number): Best | null {
  let best: Best | null = null;
  table.columns.forEach((column, at) => {
    const found =
      column.kind === 'number'
        ? bestThreshold(column, at, rows, sorted[at]!, y, minLeaf)
        : bestLevels(column, at, rows, y, minLeaf);
    if (found !== null && found.gain > (best?.gain ?? 0) * (1 + 1e-12)) best = found;
  });
  return best;
}

/** Fall of the sum of squares when `n` rows with this sum are split off. */
function gainOf(sum: number, n: number, total: number, all: number): number {
  return (sum * sum) / n + ((total - sum) * (total - sum)) / (all - n) - (total * total) / all;
}

/** @param sorted the rows with a value, ascending by it */
function bestThreshold(
  numbers: NumberColumn,
  column: number,
  rows: Int32Array,
  sorted: Int32Array,
  y: Float64Array,
  minLeaf: number,
): Best | null {
  const { values } = numbers;
  const [all, known] = [rows.length, sorted.length];
  const total = sumOf(rows, y);
  const missing = all - known;
  const missingSum = missing === 0 ? 0 : total - sumOf(knownRows(numbers, rows), y);
  const sums = runningSums(sorted, y);
  const cuts = cutsOf(values, sorted);
  // All known values on one side of the missing ones is a cut, too.
  if (missing > 0) cuts[known - 1] = 1;
  const alone = gainsOf({ sums, cuts, total, all, minLeaf }, 0, 0);
  const at = greatest(alone);
  if (missing > 0) cuts[known - 1] = 0;
  const joined = missing === 0 ? alone : gainsOf({ sums, cuts, total, all, minLeaf }, missing, missingSum);
  const joinedAt = greatest(joined);
  const withMissing = joined[joinedAt]! > alone[at]! || (joined[joinedAt] === alone[at] && joinedAt < at);
  const [gain, place] = withMissing ? [joined[joinedAt]!, joinedAt] : [alone[at]!, at];
  if (!(gain > 0)) return null;
  const value = values[sorted[place]!]!;
  const threshold = place === known - 1 ? value : midway(value, values[sorted[place + 1]!]!);
  return { gain, test: { column, kind: 'number', threshold, missing: withMissing } };
}

function runningSums(rows: Int32Array, y: Float64Array): Float64Array {
  const sums = new Float64Array(rows.length);
  let sum = 0;
  for (let i = 0; i < rows.length; i++) sums[i] = sum += y[rows[i]!]!;
  return sums;
}

/** 1 after the last of equal values, but for the greatest. */
function cutsOf(values: Float64Array, sorted: Int32Array): Uint8Array {
  const cuts = new Uint8Array(sorted.length);
  for (let i = 0, value = values[sorted[0]!]; i + 1 < sorted.length; i++) {
    const next = values[sorted[i + 1]!];
    cuts[i] = value === next ? 0 : 1;
    value = next;
  }
  return cuts;
}

interface Cuts {
  readonly sums: Float64Array;
  readonly cuts: Uint8Array;
  readonly total: number;
  readonly all: number;
  readonly minLeaf: number;
}

/**
 * The gain of each cut; 0 where there is none, or a side would be too small.
 * @param more rows, of this sum, that go with the lower side
 */
function gainsOf({ sums, cuts, total, all, minLeaf }: Cuts, more: number, sumOfMore: number): Float64Array {
  const gains = new Float64Array(sums.length);
  for (let i = 0; i < sums.length; i++) {
    const n = i + 1 + more;
    if (cuts[i] === 1 && n >= minLeaf && all - n >= minLeaf)
      gains[i] = gainOf(sums[i]! + sumOfMore, n, total, all);
  }
  return gains;
}

/**
 * The place of the first of the greatest; 0 of none. By itself: V8 compiles a loop wrongly that finds the gains,
 * too (docs/decisions.md).
 */
function greatest(gains: Float64Array): number {
  let place = 0;
  for (let i = 1; i < gains.length; i++) if (gains[i]! > gains[place]!) place = i;
  return place;
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
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
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
  for (let i = 0; i < rows.length; i++) sum += y[rows[i]!]!;
  return sum;
}

function squaresOf(rows: Int32Array, y: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < rows.length; i++) sum += y[rows[i]!]! * y[rows[i]!]!;
  return sum;
}
