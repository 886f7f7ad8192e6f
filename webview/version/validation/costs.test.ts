import { describe, expect, it } from 'vitest';
import { cheapest, costOf, nearest, rates } from './costs.ts';

const points = [
  { threshold: 0.2, tp: 9, fp: 8, tn: 2, fn: 1 },
  { threshold: 0.5, tp: 7, fp: 3, tn: 7, fn: 3 },
  { threshold: 0.8, tp: 2, fp: 0, tn: 10, fn: 8 },
];

describe('costs', () => {
  it('weighs both errors', () => expect(costOf(points[0]!, 2, 5)).toBe(21));
  it('moves the cheapest threshold with the costs', () => {
    expect(cheapest(points, 1, 1)).toBe(1);
    expect(cheapest(points, 1, 10)).toBe(0);
    expect(cheapest(points, 10, 1)).toBe(2);
  });
  it('finds the nearest threshold', () => expect(nearest(points, 0.6)).toBe(1));
  it('never divides by nothing', () => {
    expect(rates({ tp: 0, fp: 0, tn: 4, fn: 0 })).toEqual({
      precision: null,
      recall: null,
      specificity: 1,
      accuracy: 1,
    });
  });
});
