import { describe, expect, it } from 'vitest';
import type { Column } from '../data/table.ts';
import { seeded } from '../random.ts';
import { associations } from './association.ts';
import { averageLinkage, clustersWithin } from './clusters.ts';
import { spearman } from './ranks.ts';

const numbers = (name: string, values: Float64Array): Column => ({ kind: 'number', name, values });
const words = (name: string, codes: readonly number[]): Column => ({
  kind: 'category',
  name,
  codes: Int32Array.from(codes),
  levels: ['a', 'b', 'c'],
});

describe('associations', () => {
  const random = seeded(1);
  const n = 300;
  const x = Float64Array.from({ length: n }, () => random());
  const y = x.map(value => value ** 3 + 0.3 * random());

  it('of numbers are Spearman, over the rows that have both', () => {
    const pair = { rows: n, columns: [numbers('x', x), numbers('y', y)] };
    expect(associations(pair)[1]).toBeCloseTo(spearman(x, y)!, 12);
    const holes = y.map((value, i) => (i % 10 === 0 ? NaN : value));
    const found = associations({ rows: n, columns: [numbers('x', x), numbers('y', holes)] })[1]!;
    expect(Math.abs(found - spearman(x, y)!)).toBeLessThan(0.03);
  });

  it('are 1 where a category says all, near 0 where it says nothing, and 0 for a constant', () => {
    const own = Array.from(x, value => (value < 0.3 ? 0 : value < 0.6 ? 1 : 2));
    const other = Array.from(x, () => Math.floor(random() * 3));
    const table = {
      rows: n,
      columns: [
        words('own', own),
        words('same', own),
        words('other', other),
        numbers('x', x),
        numbers(
          'one',
          x.map(() => 1),
        ),
      ],
    };
    const matrix = associations(table);
    const at = (a: number, b: number): number => matrix[a * 5 + b]!;
    expect(at(0, 1)).toBeCloseTo(1, 6);
    expect(at(0, 3)).toBeGreaterThan(0.9);
    expect(at(0, 2)).toBeLessThan(0.15);
    expect(at(2, 3)).toBeLessThan(0.2);
    expect(at(3, 4)).toBe(0);
    expect(at(0, 4)).toBe(0);
  });
});

describe('clusters', () => {
  it('merge on average linkage, nearest first, as scipy.cluster.hierarchy.linkage does', () => {
    // Points 0, 1, 4, 6, 13 on a line: {0, 1} at 1, {4, 6} at 2, both at 4.5, all with 13 at 10.25.
    const points = [0, 1, 4, 6, 13];
    const gaps = Float64Array.from({ length: 25 }, (_, at) =>
      Math.abs(points[Math.floor(at / 5)]! - points[at % 5]!),
    );
    const merges = averageLinkage(gaps, 5);
    expect(merges.map(({ a, b, distance, size }) => [a, b, distance, size])).toEqual([
      [0, 1, 1, 2],
      [2, 3, 2, 2],
      [5, 6, 4.5, 4],
      [4, 7, 10.25, 5],
    ]);
    expect(clustersWithin(merges, 5, 2)).toEqual([[0, 1], [2, 3], [4]]);
    expect(clustersWithin(merges, 5, 0)).toEqual([[0], [1], [2], [3], [4]]);
    expect(clustersWithin(averageLinkage(new Float64Array(1), 1), 1, 1)).toEqual([[0]]);
  });
});
