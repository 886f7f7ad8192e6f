import { expect, test } from 'vitest';
import { keyOf, stickTo } from './sticky.ts';

const [a, b] = [{ digest: 'a'.repeat(64) }, { digest: 'b'.repeat(64) }] as const;
const keys = [...Array(10_000).keys()].map(n => `customer ${n}`);
const taken = (weight: number): Set<string> =>
  new Set(
    keys.filter(
      key =>
        stickTo(key, [
          { version: a, weight: 1 - weight },
          { version: b, weight },
        ]) === b,
    ),
  );

test('keys are shared out by the weights, the same each time', () => {
  for (const weight of [0.05, 0.3, 0.5]) {
    const { size } = taken(weight);
    // Five standard deviations of a binomial.
    expect(Math.abs(size - 10_000 * weight)).toBeLessThan(5 * Math.sqrt(10_000 * weight * (1 - weight)));
  }
  expect(taken(0.3)).toEqual(taken(0.3));
});

test('a version that gains weight keeps its keys', () => {
  const more = taken(0.2);
  for (const key of taken(0.1)) expect(more).toContain(key);
});

test('nothing to choose from gives nothing', () => {
  expect(stickTo('k', [])).toBeNull();
});

test('a key is a header or a parameter', () => {
  expect(keyOf({})).toBeNull();
  expect(keyOf({ 'slipway-key': 'x' }, { slipway_key: 'y' })).toBe('x');
  expect(keyOf({}, { slipway_key: 7 })).toBe('7');
  expect(keyOf({}, 3)).toBeNull();
  expect(() => keyOf({}, { slipway_key: {} })).toThrow('`slipway_key` must be a string or a number.');
});
