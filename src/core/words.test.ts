import { describe, expect, it } from 'vitest';
import { asGiven, bytes, counted, datum, fixed, number, withInterval, pWords } from './words.ts';

describe('number', () => {
  it.each([
    [0.71449, '0.714'],
    [0.74, '0.740'],
    [0, '0'],
    [-0.0213, '-0.0213'],
    [12.345, '12.3'],
    [1234.5, '1,235'],
    [1_234_567, '1,234,567'],
    [3.12e-7, '3.12e-7'],
    [1e300, '1.00e+300'],
  ])('%s reads %s', (value, words) => expect(number(value)).toBe(words));
});

it.each([
  [0.65, '0.65'],
  [0.7, '0.7'],
  [1200, '1,200'],
  [2e-5, '0.00002'],
])('a limit of %s stays %s', (value, words) => expect(asGiven(value)).toBe(words));

it.each([
  [30, '30'],
  [12_345.67, '12,350'],
  [0.5, '0.5'],
  [0.123456, '0.1235'],
])('a value of the data, %s, reads %s', (value, words) => expect(datum(value)).toBe(words));

describe('withInterval', () => {
  const interval = (
    low: number,
    high: number,
  ): { low: number; high: number; level: number; method: string } => ({
    low,
    high,
    level: 0.95,
    method: '',
  });
  it('gives the ends the decimals of the value', () =>
    expect(withInterval(0.7141, interval(0.68, 0.7444))).toBe('0.714 (0.680 to 0.744)'));
  it('says no more digits than the interval has', () =>
    expect(withInterval(-0.00778, interval(-0.0472, 0.0326))).toBe('-0.008 (-0.047 to 0.033)'));
  it('names the unit of the value', () =>
    expect(withInterval(63.8, interval(58.7, 68.9), 'bikes')).toBe('63.8 bikes (58.7 to 68.9)'));
});

it('never writes minus nothing', () => expect(fixed(-0.0001, 2)).toBe('0.00'));

it.each([
  [0, 'p < 0.001'],
  [0.00099, 'p < 0.001'],
  [0.0321, 'p = 0.032'],
  [1, 'p = 1'],
])('a p-value of %d is never 0: %s', (p, said) => expect(pWords(p)).toBe(said));

it('counts', () =>
  expect([counted(1, 'request'), counted(1204, 'request')]).toEqual(['1 request', '1,204 requests']));

it('gives bytes in the unit that fits', () =>
  expect([0, 999, 1000, 1_240_000, 5e12].map(bytes)).toEqual(['0 B', '999 B', '1 kB', '1.24 MB', '5 TB']));
