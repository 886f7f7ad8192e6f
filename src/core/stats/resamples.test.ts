import { describe, expect, it } from 'vitest';
import { Resamples, type Scheme } from './resamples.ts';

const n = 120;
const rows = Int32Array.from({ length: n }, (_, row) => row);
const sum = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((total, value) => total + value, 0);

describe('resamples', () => {
  it('draw as many rows as there are, the same ones for the same seed', () => {
    const [a, b] = [new Resamples(rows, 3), new Resamples(rows, 3)];
    for (let draw = 0; draw < 5; draw++) {
      const times = a.next().slice();
      expect(sum(times)).toBe(n);
      expect(b.next()).toEqual(times);
    }
  });

  it('keep the rows of each stratum', () => {
    const parts = rows.map(row => (row < 17 ? 0 : row < 50 ? 1 : 2));
    const draws = new Resamples(rows, 1, { kind: 'stratified', parts, by: 'class' });
    for (let draw = 0; draw < 20; draw++) {
      const times = draws.next();
      for (const [part, size] of [17, 33, 70].entries())
        expect(sum(times.filter((_, row) => parts[row] === part))).toBe(size);
    }
  });

  it('draw whole clusters, and rows without one by themselves', () => {
    const parts = rows.map(row => (row >= 117 ? -1 : Math.floor(row / 13)));
    const scheme: Scheme = { kind: 'clustered', parts, by: '`customer`' };
    const draws = new Resamples(rows, 2, scheme);
    for (let draw = 0; draw < 20; draw++) {
      const times = draws.next();
      for (let row = 1; row < 117; row++)
        if (parts[row] === parts[row - 1]) expect(times[row]).toBe(times[row - 1]);
      // 9 clusters and 3 single rows: 12 are drawn.
      const clusters = Array.from({ length: 9 }, (_, cluster) => times[cluster * 13]!);
      expect(sum(clusters) + sum(times.subarray(117))).toBe(12);
    }
  });

  it('draw fewer of many rows, each stratum by its share', () => {
    const many = Int32Array.from({ length: 200_000 }, (_, row) => row);
    const parts = many.map(row => (row % 10 === 0 ? 1 : 0));
    const draws = new Resamples(many, 4, { kind: 'stratified', parts, by: 'class' });
    const times = draws.next();
    expect(draws.size).toBe(20_000);
    expect(Math.abs(sum(times) - 20_000)).toBeLessThanOrEqual(1);
    const rare = sum(times.filter((_, place) => parts[draws.pool[place]!] === 1));
    expect(Math.abs(rare - 2000)).toBeLessThan(100);
  });
});
