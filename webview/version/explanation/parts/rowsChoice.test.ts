import { expect, it } from 'vitest';
import { rowsChoice, sampled } from './rowsChoice.ts';

it('takes numbers and ranges, each row once', () => {
  expect(rowsChoice('3, 17 20-22; 21')).toEqual([3, 17, 20, 21, 22]);
});

it('samples when nothing is named', () => expect(rowsChoice('  ')).toBe(sampled));

it('refuses what is no row, a range backwards, and too many', () => {
  for (const text of ['x', '-3', '5-2', '0-100', '1.5']) expect(rowsChoice(text)).toBeNull();
});
