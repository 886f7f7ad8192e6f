import { expect, it } from 'vitest';
import { wilson } from '../stats/proportion.ts';
import { roughly, rowsToMeet, timesTheRows } from './needed.ts';

it('so many rows do decide', () => {
  for (const [hits, n, limit] of [
    [43, 90, 0.5],
    [270, 300, 0.88],
    [10, 10, 0.99],
    [0, 40, 0.01],
  ] as const) {
    const times = timesTheRows(hits / n, wilson(hits, n), limit)!;
    const more = Math.ceil(n * times * 1.1);
    const { low, high } = wilson(Math.round((hits / n) * more), more);
    expect(low >= limit || high <= limit, `${hits} of ${n} against ${limit}`).toBe(true);
  }
});

it('so many rows without an error meet a limit, and one less does not', () => {
  for (const limit of [0.5, 0.8, 0.95, 0.999]) {
    const least = rowsToMeet(limit, 0.95);
    expect(wilson(least, least).low).toBeGreaterThanOrEqual(limit);
    expect(wilson(least - 1, least - 1).low).toBeLessThan(limit);
  }
});

it('nothing decides a value on the limit', () => {
  expect(timesTheRows(0.5, wilson(50, 100), 0.5)).toBeNull();
});

it('numbers are rounded upwards', () => {
  expect([7, 41.2, 1234, 98_765].map(roughly)).toEqual(['7', '42', '1,300', '99,000']);
});
