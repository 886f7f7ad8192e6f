import { describe, expect, it } from 'vitest';
import { ago, cellText, fixed, plural, range, share, signed, significant, withInterval } from './format.ts';

describe('significant', () => {
  it.each([
    [0.71449, '0.714'],
    [0, '0'],
    [12.345, '12.3'],
    [1234.5, '1,235'],
    [1000, '1,000'],
    [1_234_567, '1,234,567'],
    [-0.0213, '−0.0213'],
    [3.12e-7, '3.12e−7'],
    [Number.NaN, 'missing'],
    [Number.NEGATIVE_INFINITY, '−∞'],
  ])('%s reads %s', (value, text) => expect(significant(value)).toBe(text));
});

describe('withInterval', () => {
  it('gives the ends the decimals of the value', () =>
    expect(withInterval(0.7141, { low: 0.68, high: 0.7444 })).toBe('0.714 (0.680–0.744)'));
  it('never sets a sign against the dash', () =>
    expect(withInterval(0.0212, { low: -0.00801, high: 0.034 })).toBe('0.021 (−0.008 to 0.034)'));
  it('keeps three digits of large values', () =>
    expect(withInterval(63.8, { low: 58.7, high: 68.9 })).toBe('63.8 (58.7–68.9)'));
  it('stands alone without an interval', () => expect(withInterval(3, null)).toBe('3'));
});

describe('small words', () => {
  it('signs', () => expect([signed(0.02), signed(-1), signed(0)]).toEqual(['+0.0200', '−1', '0']));
  it('never writes minus nothing', () => expect(fixed(-0.0001, 2)).toBe('0.00'));
  it('shares', () => expect([share(0.237), share(0.0042), share(0)]).toEqual(['24 %', '0.4 %', '0 %']));
  it('plurals', () => expect([plural(1, 'row'), plural(2000, 'row')]).toEqual(['1 row', '2,000 rows']));
  it('ranges', () => expect(range('1', '2')).toBe('1–2'));
  it('cells', () =>
    expect([cellText(null), cellText('x'), cellText(0.12345), cellText(0.64)]).toEqual([
      'missing',
      'x',
      '0.1235',
      '0.64',
    ]));
  it('ages', () => {
    const now = Date.parse('2026-01-02T00:00:00Z');
    expect(ago('2026-01-01T23:57:00Z', now)).toBe('3 min ago');
    expect(ago('2026-01-01T00:00:00Z', now)).toBe('1 day ago');
    expect(ago('2025-01-01T00:00:00Z', now)).toBe('2025-01-01');
  });
});
