import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changedReasons, contrast, type Attributed } from './contrast.ts';

function attributed(features: readonly string[], rows: readonly (readonly number[])[]): Attributed {
  return { features, values: Float64Array.from(rows.flat()), rows: rows.length };
}
const settings = { paired: true, resamples: 100, seed: 1 };

describe('explanations side by side', () => {
  it('say what gained and what lost, in size and in rank', () => {
    const a = attributed(
      ['x', 'y'],
      [
        [1, -2],
        [3, 2],
        [2, -2],
        [2, 2],
      ],
    );
    const b = attributed(
      ['y', 'z'],
      [
        [1, 4],
        [-1, 5],
        [1, -6],
        [1, 5],
      ],
    );
    const found = contrast(a, b, settings);
    expect(
      found.map(({ feature, a: x, b: y, delta, rankA, rankB, gained }) => [
        feature,
        x,
        y,
        delta,
        rankA,
        rankB,
        gained,
      ]),
    ).toEqual([
      ['z', null, 5, 5, null, 1, null],
      ['x', 2, null, -2, 1, null, null],
      ['y', 2, 1, -1, 2, 2, 0],
    ]);
    const y = found.find(({ feature }) => feature === 'y')!;
    expect(y.interval).toMatchObject({ low: -1, high: -1, level: 0.95 });
  });

  it('differ by nothing from themselves when rows are drawn together', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 3, maxLength: 3 }), {
          minLength: 2,
          maxLength: 12,
        }),
        rows => {
          const one = attributed(['p', 'q', 'r'], rows);
          for (const { delta, interval, gained } of contrast(one, one, settings)) {
            expect(delta).toBe(0);
            expect(gained).toBe(0);
            expect(interval).toMatchObject({ low: 0, high: 0 });
          }
          for (const { moved, cosine } of changedReasons(one, one, 5)) {
            expect(moved).toBe(0);
            if (cosine !== null) expect(cosine).toBeCloseTo(1, 10);
          }
        },
      ),
    );
  });

  it('cover the true difference of two cohorts about as often as they say', () => {
    // Sizes are exponential of mean 1 and 1.5: the true difference is 0.5.
    let state = 7;
    const random = (): number => (state = (state * 16807) % 2147483647) / 2147483647;
    const side = (mean: number): Attributed =>
      attributed(
        ['x'],
        Array.from({ length: 80 }, () => [-mean * Math.log(random())]),
      );
    let covered = 0;
    for (let i = 0; i < 100; i++) {
      const [only] = contrast(side(1), side(1.5), { paired: false, resamples: 200, seed: i });
      if (only!.interval!.low <= 0.5 && only!.interval!.high >= 0.5) covered++;
    }
    expect(covered / 100).toBeGreaterThan(0.88);
  });

  it('put the rows whose reasons changed most first', () => {
    const a = attributed(
      ['x', 'y'],
      [
        [1, 0],
        [1, 1],
        [2, 0],
      ],
    );
    const b = attributed(
      ['x', 'y'],
      [
        [1, 0],
        [-1, 1],
        [0, 2],
      ],
    );
    expect(changedReasons(a, b, 2)).toEqual([
      {
        at: 2,
        moved: 4,
        cosine: 0,
        changes: [
          { feature: 'x', a: 2, b: 0 },
          { feature: 'y', a: 0, b: 2 },
        ],
      },
      {
        at: 1,
        moved: 2,
        cosine: 0,
        changes: [
          { feature: 'x', a: 1, b: -1 },
          { feature: 'y', a: 1, b: 1 },
        ],
      },
    ]);
  });

  it('refuse a side without rows', () => {
    const empty = attributed(['x'], []);
    expect(() => contrast(empty, attributed(['x'], [[1]]), settings)).toThrow(/no rows on one side/);
  });
});
