import { expect, it } from 'vitest';
import { wrapped } from './picture.ts';

const letters = (text: string): number => text.length;

it('breaks between words, and never inside one', () => {
  expect(wrapped('the mean of  each value', 9, letters)).toEqual(['the mean', 'of each', 'value']);
  expect(wrapped('extraordinarily so', 5, letters)).toEqual(['extraordinarily', 'so']);
  expect(wrapped('', 5, letters)).toEqual([]);
});
