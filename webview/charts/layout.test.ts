import { describe, expect, it } from 'vitest';
import { curvePoints, ranks, spread, swarmOffsets, thinRanges, thinTails, waterfall } from './layout.ts';

describe('swarmOffsets', () => {
  it('sets equal values beside each other and lone ones on the line', () => {
    const offsets = swarmOffsets([1, 1, 1, 5]);
    expect(new Set(offsets.slice(0, 3)).size).toBe(3);
    expect(offsets[3]).toBe(0);
  });
  it('stays within reach', () => {
    const offsets = swarmOffsets(Array.from({ length: 500 }, () => 0));
    expect(Math.max(...offsets.map(Math.abs))).toBeLessThanOrEqual(0.4);
  });
});

describe('waterfall', () => {
  it('runs from base to prediction, strongest first', () => {
    const bars = waterfall(0.3, [0.1, -0.4, 0.05, 0.02, 0.01], 2);
    expect(bars.map(bar => bar.feature)).toEqual([1, 0, null]);
    expect(bars[0]?.start).toBe(0.3);
    expect(bars.at(-1)?.end).toBeCloseTo(0.3 + 0.1 - 0.4 + 0.05 + 0.02 + 0.01, 12);
    expect(bars.at(-1)?.features).toBe(3);
    for (const [i, bar] of bars.entries()) if (i > 0) expect(bar.start).toBe(bars[i - 1]?.end);
  });
  it('never lumps a single feature', () => expect(waterfall(0, [1, 2, 3], 2)).toHaveLength(3));
});

describe('thinTails', () => {
  it('finds a long thin tail', () => {
    const values = [...Array.from({ length: 98 }, (_, i) => i), 1000, 2000];
    expect(thinTails(values).high).toEqual({ from: 96, to: 2000, rows: 3 });
    expect(thinTails(values).low).toBeNull();
  });
  it('leaves an even spread alone', () => {
    expect(thinTails(Array.from({ length: 100 }, (_, i) => i))).toEqual({ low: null, high: null });
    expect(thinTails([1])).toEqual({ low: null, high: null });
  });
});

describe('spread and ranks', () => {
  it('keeps labels apart, in order and inside', () => {
    const places = spread([10, 11, 12, 99], 10, 0, 100);
    expect(places).toEqual([10, 20, 30, 99]);
    expect(spread([95, 96], 10, 0, 100)).toEqual([90, 100]);
  });
  it('ranks by distinct value', () => expect(ranks([5, 1, 5, 100])).toEqual([0.5, 0, 0.5, 1]));
});

describe('curves', () => {
  it('holds each step between its two positions', () => {
    expect(curvePoints([0, 2, 5], [1, 3], true)).toEqual([
      [0, 1],
      [2, 1],
      [2, 3],
      [5, 3],
    ]);
  });
  it('joins points as they are', () => {
    expect(curvePoints([0, 2], [1, 3], false)).toEqual([
      [0, 1],
      [2, 3],
    ]);
  });
  it('joins neighbouring thin bins to one range', () => {
    expect(thinRanges([0, 1, 2, 3, 4], [true, true, false, true])).toEqual([
      { from: 0, to: 2 },
      { from: 3, to: 4 },
    ]);
  });
});
