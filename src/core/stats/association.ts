import type { CategoryColumn, Column, NumberColumn, Table } from '../data/table.ts';
import { meanRanks } from './ranks.ts';

/**
 * How strongly each two columns move together, d x d, symmetric, 1 on the diagonal: Spearman's correlation of two
 * number columns (-1 to 1), the adjusted correlation ratio of ranks for a number and a category, Cramer's V with
 * Bergsma's correction for two categories (0 to 1). Over the rows where both have a value; 0 for a constant.
 */
export function associations(table: Table): Float64Array {
  const d = table.columns.length;
  const prepared = table.columns.map(prepare);
  const matrix = new Float64Array(d * d);
  for (let a = 0; a < d; a++) {
    matrix[a * d + a] = 1;
    for (let b = a + 1; b < d; b++) {
      const value = between(prepared[a]!, prepared[b]!);
      matrix[a * d + b] = value;
      matrix[b * d + a] = value;
    }
  }
  return matrix;
}

interface Ranked {
  readonly kind: 'number';
  /** Ranks less their mean; NaN where missing. */
  readonly ranks: Float64Array;
  readonly complete: boolean;
  readonly squares: number;
}

type Prepared = Ranked | CategoryColumn;

function prepare(column: Column): Prepared {
  return column.kind === 'category' ? column : ranked(column);
}

function ranked({ values }: NumberColumn): Ranked {
  const present = values.filter(value => !Number.isNaN(value));
  const compact = meanRanks(present);
  const mean = (present.length + 1) / 2;
  const ranks = new Float64Array(values.length).fill(NaN);
  let [next, squares] = [0, 0];
  values.forEach((value, row) => {
    if (Number.isNaN(value)) return;
    const rank = compact[next++]! - mean;
    ranks[row] = rank;
    squares += rank * rank;
  });
  return { kind: 'number', ranks, complete: present.length === values.length, squares };
}

function between(a: Prepared, b: Prepared): number {
  if (a.kind === 'number') return b.kind === 'number' ? rankCorrelation(a, b) : correlationRatio(b, a);
  return b.kind === 'number' ? correlationRatio(a, b) : cramersV(a, b);
}

function rankCorrelation(a: Ranked, b: Ranked): number {
  const [x, y] = [a.ranks, b.ranks];
  let xy = 0;
  if (a.complete && b.complete) {
    for (let i = 0; i < x.length; i++) xy += x[i]! * y[i]!;
    return a.squares > 0 && b.squares > 0 ? clamped(xy / Math.sqrt(a.squares * b.squares)) : 0;
  }
  let [n, sx, sy, xx, yy] = [0, 0, 0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    const [u, v] = [x[i]!, y[i]!];
    if (Number.isNaN(u) || Number.isNaN(v)) continue;
    n++;
    sx += u;
    sy += v;
    xx += u * u;
    yy += v * v;
    xy += u * v;
  }
  const [vx, vy] = [n * xx - sx * sx, n * yy - sy * sy];
  return vx > 0 && vy > 0 ? clamped((n * xy - sx * sy) / Math.sqrt(vx * vy)) : 0;
}

function correlationRatio(words: CategoryColumn, numbers: Ranked): number {
  const k = words.levels.length;
  const counts = new Float64Array(k);
  const sums = new Float64Array(k);
  let [n, total, squares] = [0, 0, 0];
  words.codes.forEach((code, row) => {
    const rank = numbers.ranks[row]!;
    if (code < 0 || Number.isNaN(rank)) return;
    n++;
    total += rank;
    squares += rank * rank;
    counts[code]!++;
    sums[code]! += rank;
  });
  const levels = counts.filter(count => count > 0).length;
  const all = squares - (total * total) / Math.max(1, n);
  if (levels < 2 || n <= levels || all <= 0) return 0;
  let between = -(total * total) / n;
  counts.forEach((count, code) => (between += count > 0 ? sums[code]! ** 2 / count : 0));
  const unexplained = ((1 - between / all) * (n - 1)) / (n - levels);
  return Math.sqrt(Math.max(0, 1 - unexplained));
}

function cramersV(a: CategoryColumn, b: CategoryColumn): number {
  const cells = new Map<number, number>();
  const [rows, columns] = [new Float64Array(a.levels.length), new Float64Array(b.levels.length)];
  let n = 0;
  a.codes.forEach((code, row) => {
    const other = b.codes[row]!;
    if (code < 0 || other < 0) return;
    n++;
    rows[code]!++;
    columns[other]!++;
    const at = code * columns.length + other;
    cells.set(at, (cells.get(at) ?? 0) + 1);
  });
  const r = rows.filter(count => count > 0).length;
  const c = columns.filter(count => count > 0).length;
  if (r < 2 || c < 2 || n < 2) return 0;
  // chi squared / n = sum of observed^2 / (row x column) - 1: empty cells add nothing.
  let phi = -1;
  for (const [at, count] of cells)
    phi += count ** 2 / (rows[Math.floor(at / columns.length)]! * columns[at % columns.length]!);
  const corrected = Math.max(0, phi - ((r - 1) * (c - 1)) / (n - 1));
  const most = Math.min(r - (r - 1) ** 2 / (n - 1), c - (c - 1) ** 2 / (n - 1)) - 1;
  return most > 0 ? Math.min(1, Math.sqrt(corrected / most)) : 0;
}

function clamped(r: number): number {
  return Math.max(-1, Math.min(1, r));
}
