import { expect, it } from 'vitest';
import { Remaining, remainingWords } from './remaining.ts';

it('says nothing before enough is known, then goes by the speed of late', () => {
  const remaining = new Remaining();
  expect(remaining.after(0, 1000, 'rows', 0)).toBeNull();
  expect(remaining.after(100, 1000, 'rows', 1000)).toBeNull();
  expect(remaining.after(400, 1000, 'rows', 4000)).toBe(6000);
  // Slower from here on: the fast beginning is forgotten.
  for (let second = 5; second <= 30; second++)
    remaining.after(400 + 10 * (second - 4), 1000, 'rows', second * 1000);
  expect(remaining.after(670, 1000, 'rows', 31_000)).toBeCloseTo(33_000, -2);
  expect(remaining.after(0, 10, 'another task', 32_000)).toBeNull();
});

it.each([
  [null, ''],
  [900, ''],
  [12_000, 'about 10 s left'],
  [130_000, 'about 2 min left'],
  [5_400_000, 'about 1.5 h left'],
])('words of %s', (ms, words) => expect(remainingWords(ms)).toBe(words));
