import { describe, expect, it } from 'vitest';
import { age, escapeMarkdown, shortDigest } from './format.ts';

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

it('shortens a digest as git does', () => {
  expect(shortDigest('3f2a91c0ffee')).toBe('3f2a91c');
});

it('escapes what Markdown would read', () => {
  expect(escapeMarkdown('a_b*[x](http://y)\n<b>')).toBe('a\\_b\\*\\[x\\]\\(http://y\\) \\<b\\>');
});
