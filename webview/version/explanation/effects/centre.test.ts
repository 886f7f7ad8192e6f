import { expect, it } from 'vitest';
import { centreOf } from './centre.ts';

it('finds the step that holds the centre of the curves, and the point or the word that is it', () => {
  expect(centreOf({ shape: 'steps', positions: [4, 9, 12, 20], ice: { centre: 10.5 } })).toBe(1);
  expect(centreOf({ shape: 'steps', positions: [4, 9, 12], ice: { centre: 4 } })).toBe(0);
  expect(centreOf({ shape: 'points', positions: [4, 9, 12], ice: { centre: 12 } })).toBe(2);
  expect(centreOf({ shape: 'levels', positions: ['a', 'b'], ice: { centre: 'b' } })).toBe(1);
});
