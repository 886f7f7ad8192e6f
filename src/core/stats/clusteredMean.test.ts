import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { meanInterval } from './meanInterval.ts';
import { clusteredMean } from './clusteredMean.ts';

const rowsOf = (values: { readonly length: number }): Int32Array =>
  Int32Array.from({ length: values.length }, (_, row) => row);

describe('the mean of clusters', () => {
  it('of one row each is the mean with Student’s interval', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 3, maxLength: 40 }), list => {
        const values = Float64Array.from(list);
        const alone = { parts: new Int32Array(list.length).fill(-1), by: '`user`' };
        const { interval } = clusteredMean(values, rowsOf(values), alone, 0.95);
        fc.pre(new Set(list).size > 1);
        const expected = meanInterval(values, '')!;
        expect(interval!.low).toBeCloseTo(expected.low, 9);
        expect(interval!.high).toBeCloseTo(expected.high, 9);
      }),
    );
  });

  it('does not get surer when each row is there twice', () => {
    const once = Float64Array.of(1, 0, -1, 0, 1, 1);
    const twice = Float64Array.from([...once, ...once]);
    const parts = Int32Array.from(twice, (_, row) => row % once.length);
    const own = clusteredMean(once, rowsOf(once), { parts, by: '`user`' }, 0.95);
    const both = clusteredMean(twice, rowsOf(twice), { parts, by: '`user`' }, 0.95);
    expect(both.p).toBeCloseTo(own.p, 12);
    expect(both.interval!.low).toBeCloseTo(own.interval!.low, 12);
  });

  it('has no interval without variation or with one cluster', () => {
    const values = Float64Array.of(0, 0, 0);
    const apart = { parts: Int32Array.of(0, 1, 2), by: '`user`' };
    expect(clusteredMean(values, rowsOf(values), apart, 0.95)).toEqual({ interval: null, p: 1 });
    const one = { parts: new Int32Array(3), by: '`user`' };
    expect(clusteredMean(Float64Array.of(1, 2, 3), rowsOf(values), one, 0.95)).toEqual({
      interval: null,
      p: 1,
    });
  });
});
