import { describe, expect, it } from 'vitest';
import { age, bytes, escapeMarkdown, figure, shortDigest } from './format.ts';

describe('age', () => {
  const now = new Date('2026-11-23T12:00:00Z');
  it.each([
    ['2026-11-23T11:59:30Z', 'now'],
    ['2026-11-23T12:05:00Z', 'now'],
    ['2026-11-23T11:57:00Z', '3 min ago'],
    ['2026-11-23T07:00:00Z', '5 h ago'],
    ['2026-11-22T11:00:00Z', '1 day ago'],
    ['2026-11-01T12:00:00Z', '3 weeks ago'],
    ['2024-11-01T12:00:00Z', '2 years ago'],
  ])('%s is %s', (date, words) => {
    expect(age(date, now)).toBe(words);
  });
});

describe('numbers', () => {
  it('gives bytes in the unit that fits', () => {
    expect([0, 999, 1000, 1_214_000, 3e9].map(bytes)).toEqual(['0 B', '999 B', '1 kB', '1.21 MB', '3 GB']);
  });
  it('keeps three significant digits', () => {
    expect([0.71449, 12345, 0].map(figure)).toEqual(['0.714', '12300', '0']);
  });
  it('shortens a digest as git does', () => {
    expect(shortDigest('3f2a91c0ffee')).toBe('3f2a91c');
  });
});

it('escapes what Markdown would read', () => {
  expect(escapeMarkdown('a_b*[x](http://y)\n<b>')).toBe('a\\_b\\*\\[x\\]\\(http://y\\) \\<b\\>');
});
