import type { CategoryColumn, Column } from '../data/table.ts';
import { meanRanks, pearson } from '../stats/ranks.ts';
import type { DataFacts } from './facts.ts';

export interface ColumnStrength {
  readonly name: string;
  /** 0 to 1. */
  readonly strength: number;
}

/** Rows from which leakage is read: more would not change the order. */
const mostRows = 20_000;
/** A category with fewer rows is pooled: alone it would explain its own rows. */
const leastRows = 10;
/** Label words beyond this many are no classes. */
const mostClasses = 20;

/**
 * How much of the label each input column tells alone, strongest first. Against a number: the absolute rank
 * correlation (correlation ratio for words). Against classes: 2 AUC - 1, one class against the rest, the
 * largest (for words by the share of the class in each category). null without a label that varies.
 */
export function strongestColumns(
  data: DataFacts,
): { readonly measure: string; readonly columns: ColumnStrength[] } | null {
  const { sample, sampleLabel } = data;
  const rows = Math.min(sample.rows, mostRows);
  if (sampleLabel === null) return null;
  const targets = targetsOf(sampleLabel, rows);
  if (targets.length === 0) return null;
  const columns = sample.columns
    .map(column => ({
      name: column.name,
      strength: Math.max(...targets.map(target => strengthOf(column, target, rows))),
    }))
    .sort((a, b) => b.strength - a.strength);
  const measure = isNumeric(sampleLabel) ? 'rank correlation' : '2 AUC - 1';
  return { measure, columns };
}

function isNumeric(label: Column): boolean {
  return label.kind === 'number' && new Set(label.values.slice(0, mostRows)).size > mostClasses;
}

/** The label as numbers: itself, or one indicator a class. NaN is missing. */
function targetsOf(label: Column, rows: number): Float64Array[] {
  if (isNumeric(label) && label.kind === 'number') return [label.values.slice(0, rows)];
  const values: (string | number | null)[] =
    label.kind === 'number'
      ? Array.from(label.values.subarray(0, rows), value => (Number.isNaN(value) ? null : value))
      : Array.from(label.codes.subarray(0, rows), code => label.levels[code] ?? null);
  const classes = [...new Set(values)].filter(value => value !== null).slice(0, mostClasses);
  if (classes.length < 2) return [];
  // Of two classes one indicator tells all.
  const asked = classes.length === 2 ? classes.slice(1) : classes;
  return asked.map(one => Float64Array.from(values, value => (value === null ? NaN : value === one ? 1 : 0)));
}

function strengthOf(column: Column, target: Float64Array, rows: number): number {
  const values = column.kind === 'number' ? column.values.subarray(0, rows) : categoryMeans(column, target);
  const kept = [new Float64Array(target.length), new Float64Array(target.length)] as const;
  let n = 0;
  let binary = true;
  let hits = 0;
  for (let row = 0; row < target.length; row++) {
    const [value, aim] = [values[row]!, target[row]!];
    if (value !== value || aim !== aim) continue;
    if (aim !== 0 && aim !== 1) binary = false;
    hits += aim;
    kept[0][n] = value;
    kept[1][n++] = aim;
  }
  const [x, y] = [kept[0].subarray(0, n), kept[1].subarray(0, n)];
  const ranks = meanRanks(x);
  if (!binary) return Math.abs(pearson(ranks, meanRanks(y)) ?? 0);
  const misses = n - hits;
  if (hits === 0 || misses === 0) return 0;
  let rankSum = 0;
  for (let i = 0; i < n; i++) rankSum += ranks[i]! * y[i]!;
  const auc = (rankSum - (hits * (hits + 1)) / 2) / (hits * misses);
  return Math.abs(2 * auc - 1);
}

/** The mean target of each row's category; rare categories pooled. */
function categoryMeans(column: CategoryColumn, target: Float64Array): Float64Array {
  const pool = column.levels.length;
  const [sums, counts] = [new Float64Array(pool + 1), new Float64Array(pool + 1)];
  const frequency = new Float64Array(pool);
  for (const code of column.codes.subarray(0, target.length)) if (code >= 0) frequency[code]!++;
  const slot = (row: number): number => {
    const code = column.codes[row]!;
    return code >= 0 && frequency[code]! >= leastRows ? code : pool;
  };
  target.forEach((value, row) => {
    if (Number.isNaN(value)) return;
    sums[slot(row)]! += value;
    counts[slot(row)]!++;
  });
  return target.map((_, row) => sums[slot(row)]! / counts[slot(row)]!);
}
