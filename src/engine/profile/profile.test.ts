import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Table } from '../../core/data/table.ts';
import { seeded } from '../../core/random.ts';
import { NumberCounter } from './columns.ts';
import { DistinctCount } from './distinct.ts';
import { NumbersBeside } from './numbersBeside.ts';
import { RowKeys } from './rowKeys.ts';
import { RowSample } from './sample.ts';

const column = (values: Float64Array) => ({ kind: 'number' as const, name: 'x', values });

describe('a column counted in batches', () => {
  it('has the mean and deviation of all of it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true, min: -1e3, max: 1e3 }), { minLength: 2, maxLength: 60 }),
        fc.integer({ min: 1, max: 20 }),
        fc.constantFrom(0, 1e9),
        (plain, size, offset) => {
          const values = Float64Array.from(plain, value => value + offset);
          const counter = new NumberCounter();
          for (let from = 0; from < values.length; from += size)
            counter.add(column(values.slice(from, from + size)));
          const { numbers, distinct } = counter.profile(column(values), true);
          const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
          const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
          expect(numbers!.mean).toBeCloseTo(mean, 4);
          expect(numbers!.std).toBeCloseTo(Math.sqrt(variance), 4);
          expect([numbers!.min, numbers!.max]).toEqual([Math.min(...values), Math.max(...values)]);
          expect(distinct).toBe(new Set(values).size);
        },
      ),
    );
  });

  it('counts what is missing and what is infinite apart', () => {
    const values = Float64Array.of(1, Number.NaN, Infinity, 3, -Infinity);
    const counter = new NumberCounter();
    counter.add(column(values));
    expect(counter.profile(column(values), true)).toMatchObject({
      missing: 1,
      distinct: 4,
      numbers: { min: 1, max: 3, mean: 2, infinite: 2, integers: true },
      orderCorrelation: expect.any(Number) as number,
    });
  });

  it('is counted on a thread beside to the same bits, whatever the sizes of its batches', async () => {
    const random = seeded(4);
    const beside = new NumbersBeside(new URL('./numbersWorker.ts', import.meta.url).pathname, 2);
    onTestFinished(() => beside.close());
    const here = [new NumberCounter(), new NumberCounter()];
    for (const rows of [700, 700, 300, 900, 1]) {
      const columns = here.map((_, c) =>
        Float64Array.from({ length: rows }, () => (random() < 0.1 ? NaN : c === 0 ? 9 * random() : 1 / 0)),
      );
      await beside.add(columns, rows);
      here.forEach((counter, c) => counter.add(column(columns[c]!)));
    }
    expect(await beside.states()).toEqual(here.map(({ state }) => state));
  });

  it('estimates how many values differ within 3 %', () => {
    const random = seeded(3);
    for (const size of [10, 1000, 100_000]) {
      const count = new DistinctCount();
      const values = Float64Array.from({ length: size }, () => random());
      count.add(values);
      count.add(values);
      expect(Math.abs(count.estimate() / size - 1)).toBeLessThan(0.03);
    }
  });
});

describe('row keys', () => {
  it('find repeats, contradictions and rows of another file', () => {
    const keys = new RowKeys();
    keys.add(Float64Array.of(5, 6, 5), Int32Array.of(0, 0, 0));
    keys.add(Float64Array.of(5, 7), Int32Array.of(1, 0));
    expect(keys.repeats()).toEqual({
      duplicates: { count: 1, rows: [2] },
      conflicts: { count: 1, rows: [3] },
    });
    const other = new RowKeys();
    other.add(Float64Array.of(7, 8), null);
    expect(keys.overlap(other)).toEqual({ count: 1, rows: [4] });
  });
});

describe('a sample of rows', () => {
  const table = (from: number, rows: number): Table => ({
    rows,
    columns: [column(Float64Array.from({ length: rows }, (_, i) => from + i))],
  });

  it('is all rows when they fit', () => {
    const sample = new RowSample(10, seeded(1));
    sample.add(table(0, 4));
    sample.add(table(4, 3));
    const { table: taken, rows } = sample.take();
    expect(rows).toBeNull();
    expect(taken.columns[0]).toMatchObject({ values: Float64Array.of(0, 1, 2, 3, 4, 5, 6) });
  });

  it('is in order, tells its rows, and has every row alike often', () => {
    const hits = new Float64Array(30);
    for (let seed = 0; seed < 400; seed++) {
      const sample = new RowSample(10, seeded(seed));
      sample.add(table(0, 20));
      sample.add(table(20, 10));
      const { table: taken, rows } = sample.take();
      const values = (taken.columns[0] as { values: Float64Array }).values;
      expect(Array.from(rows!)).toEqual(Array.from(values));
      expect(Array.from(values)).toEqual(Array.from(values).sort((a, b) => a - b));
      for (const value of values) hits[value]!++;
    }
    // 400 draws of 10 among 30: 133 hits each, standard deviation 9.
    for (const count of hits) expect(Math.abs(count - 133)).toBeLessThan(45);
  });
});
