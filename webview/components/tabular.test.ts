import { describe, expect, it } from 'vitest';
import { matches, sortRows, toCsv, toTsv, visibleRows } from './tabular.ts';

describe('sortRows', () => {
  it('keeps missing values last in both directions', () => {
    const rows = [3, null, 1, Number.NaN, 2];
    expect(sortRows(rows, r => r, false)).toEqual([1, 2, 3, null, Number.NaN]);
    expect(sortRows(rows, r => r, true)).toEqual([3, 2, 1, null, Number.NaN]);
  });
  it('reads numbers inside words', () =>
    expect(sortRows(['v10', 'v9', 'v1'], r => r, false)).toEqual(['v1', 'v9', 'v10']));
  it('is stable', () => {
    const rows = [
      { k: 1, n: 'a' },
      { k: 0, n: 'b' },
      { k: 1, n: 'c' },
    ];
    expect(sortRows(rows, r => r.k, true).map(r => r.n)).toEqual(['a', 'c', 'b']);
  });
});

describe('text', () => {
  it('quotes what CSV needs quoted', () =>
    expect(
      toCsv(
        ['a', 'b,c'],
        [
          ['say "x"', null],
          [1.5, 'line\nline'],
        ],
      ),
    ).toBe('a,"b,c"\r\n"say ""x""",\r\n1.5,"line\nline"\r\n'));
  it('keeps tabs out of fields', () => expect(toTsv(['a', 'b'], [['x\ty', 2]])).toBe('a\tb\nx y\t2'));
});

describe('matches', () => {
  it('wants every word', () => {
    expect(matches('roc fail', ['ROC AUC', 'fail'])).toBe(true);
    expect(matches('roc pass', ['ROC AUC', 'fail'])).toBe(false);
    expect(matches('', [null])).toBe(true);
  });
});

describe('visibleRows', () => {
  it('draws what is seen and a little more', () =>
    expect(visibleRows(1000, 26, 2600, 260, 5)).toEqual({ from: 95, to: 115 }));
  it('stays inside', () => expect(visibleRows(10, 26, 0, 1000)).toEqual({ from: 0, to: 10 }));
});
