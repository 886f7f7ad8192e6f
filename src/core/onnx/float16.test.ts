import { describe, expect, it } from 'vitest';
import { float16OfNumber, float16ToNumbers, numberOfFloat16, numbersToFloat16 } from './float16.ts';

describe('float16', () => {
  it('reads and writes every value', () => {
    for (let bits = 0; bits < 0x10000; bits++) {
      const number = numberOfFloat16(bits);
      if (Number.isNaN(number)) expect(float16OfNumber(number)).toBe(0x7e00);
      else expect(float16OfNumber(number)).toBe(bits);
    }
  });

  it.each([
    [1, 0x3c00],
    [-2, 0xc000],
    [65504, 0x7bff],
    [65519, 0x7bff],
    [65520, 0x7c00],
    [2 ** -24, 1],
    [2 ** -25, 0],
    [2 ** -25 * 1.001, 1],
    [2 ** -14, 0x0400],
    [1 / 3, 0x3555],
    [1 + 2 ** -11, 0x3c00],
    [1 + 3 * 2 ** -11, 0x3c02],
    [-0, 0x8000],
    [-Infinity, 0xfc00],
  ])('rounds %d to the nearest, ties to even', (number, bits) => {
    expect(float16OfNumber(number)).toBe(bits);
  });

  it('converts lists', () => {
    expect([...float16ToNumbers(numbersToFloat16([0.5, -1.25, 3]))]).toEqual([0.5, -1.25, 3]);
  });
});
