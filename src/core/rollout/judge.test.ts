import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Measurement, VersionCounts } from './counts.ts';
import { judge, type Conditions } from './judge.ts';
import { quantileBounds, slowerThan } from './latency.ts';
import { windowBetween, type Window } from './window.ts';

const bounds = [0.001, 0.01, 0.1];
const conditions: Conditions = {
  requests: 500,
  success: { min: 0.99, worse: 0.01 },
  latency: { quantile: 0.99, worse: 0.02 },
};
const arms = { canary: 'c', stable: 's' };

function counts(digest: string, requests: number, failures = 0, slow = 0): VersionCounts {
  const good = requests - failures;
  return { digest, requests, failures, latency: { bounds, counts: [good - slow, 0, slow, 0] } };
}

function window(canary: VersionCounts, stable: VersionCounts): Window {
  return { seconds: 60, versions: [canary, stable] };
}

const outcomeOf = (seen: Window | null, more: Partial<Conditions> = {}): string =>
  judge(seen, arms, { ...conditions, ...more }, 0.95).outcome;

describe('judgement of a canary', () => {
  test('no window, no counts, no requests and too few requests decide nothing', () => {
    for (const seen of [
      null,
      { seconds: 60, versions: [] },
      { seconds: 60, versions: [counts('c', 10_000)] },
      window(counts('c', 0), counts('s', 10_000)),
      window(counts('c', 10_000), counts('s', 0)),
      window(counts('c', 0), counts('s', 0)),
      window(counts('c', 499), counts('s', 10_000)),
      window(counts('c', 10_000), counts('s', 499)),
    ]) {
      const judged = judge(seen, arms, conditions, 0.95);
      expect(judged.outcome).toBe('inconclusive');
      expect(judged.sentence).not.toMatch(/NaN|undefined/);
    }
  });

  test('bounds are turned with the side', () => {
    const better = judge(window(counts('c', 1_000, 10), counts('s', 9_000, 900)), arms, conditions, 0.95);
    const { sentence, interval } = better.conditions.find(({ name }) => name === 'success-compared')!;
    expect(interval!.high).toBeLessThan(0);
    expect(sentence).toMatch(/ is 9 points \(8.* to 9.*\) below the stable version's;/);
  });

  test('what answers as well as the stable version passes, with the figures of both', () => {
    const judged = judge(window(counts('c', 1_000, 1), counts('s', 9_000, 9)), arms, conditions, 0.95);
    expect(judged).toMatchObject({ outcome: 'pass', seconds: 60, canary: { requests: 1_000, failures: 1 } });
    expect(judged.conditions.map(({ name }) => name)).toEqual([
      'requests',
      'success',
      'success-compared',
      'latency-compared',
    ]);
    // Wilson's closed form for 999 of 1,000.
    expect(judged.canary!.success!.low).toBeCloseTo(0.9943574414, 9);
    expect(judged.canary!.latency).toEqual({ quantile: 0.99, low: 0, high: 0.001 });
  });

  test('a stable version slower than the last bound hides no slower canary', () => {
    const beyond = (digest: string, slow: number): VersionCounts => ({
      digest,
      requests: 1_000,
      failures: 0,
      latency: { bounds, counts: [1_000 - slow, 0, 0, slow] },
    });
    expect(outcomeOf(window(beyond('c', 1_000), beyond('s', 20)))).toBe('fail');
    expect(outcomeOf(window(beyond('c', 20), beyond('s', 20)))).toBe('pass');
  });

  test('failures beyond the limit fail, near the limit decide nothing', () => {
    expect(outcomeOf(window(counts('c', 1_000, 40), counts('s', 9_000, 9)))).toBe('fail');
    expect(outcomeOf(window(counts('c', 1_000, 9), counts('s', 9_000, 9)))).toBe('inconclusive');
  });

  test('a canary that is as bad as the stable version is told by the comparison alone', () => {
    const seen = window(counts('c', 20_000, 1_000), counts('s', 20_000, 1_000));
    expect(outcomeOf(seen)).toBe('fail');
    expect(outcomeOf(seen, { success: { min: 0.9, worse: 0.01 } })).toBe('pass');
  });

  test('answers slower than those of the stable version fail though all are answered', () => {
    const slower = window(counts('c', 1_000, 0, 200), counts('s', 9_000));
    const judged = judge(slower, arms, conditions, 0.95);
    expect(judged.outcome).toBe('fail');
    expect(judged.sentence).toBe(
      "Its share of answers slower than 1 ms is 20 points (18 to 23) above the stable version's; at most 2 points above is allowed.",
    );
    expect(outcomeOf(window(counts('c', 1_000, 0, 2), counts('s', 9_000, 0, 10)))).toBe('pass');
  });

  test('a limit in milliseconds between two bounds is decided only where both agree', () => {
    const limited = (max: number): Partial<Conditions> => ({
      latency: { quantile: 0.9, max, worse: 1 },
    });
    const seen = window(counts('c', 1_000, 0, 500), counts('s', 1_000, 0, 500));
    expect(outcomeOf(seen, limited(5))).toBe('fail');
    expect(outcomeOf(seen, limited(50))).toBe('inconclusive');
    expect(outcomeOf(seen, limited(100))).toBe('pass');
  });

  test('a stricter level decides less', () => {
    const seen = window(counts('c', 700, 0), counts('s', 9_000, 0));
    expect(judge(seen, arms, conditions, 0.95).outcome).toBe('pass');
    expect(judge(seen, arms, conditions, 0.999).outcome).toBe('inconclusive');
  });

  test('more failures never turn a judgement to the better', () => {
    const rank = { fail: 0, inconclusive: 1, pass: 2 } as const;
    fc.assert(
      fc.property(fc.nat(3_000), fc.nat(3_000), fc.nat(200), fc.nat(200), (n, m, failures, of) => {
        const [bad, worse] = [failures, failures + 1].map(some =>
          judge(
            window(counts('c', n + 500, Math.min(some, n)), counts('s', m + 500, Math.min(of, m))),
            arms,
            conditions,
            0.95,
          ),
        );
        // A failure takes an answer away from the latencies, which may then be too few to say anything of.
        const first = ([judged]: (typeof bad)[]): number =>
          Math.min(...judged!.conditions.slice(1, 3).map(({ outcome }) => rank[outcome]));
        expect(first([worse])).toBeLessThanOrEqual(first([bad]));
      }),
    );
  });

  test('what passes at the level is worse than allowed in at most that share of windows', () => {
    // 600 requests of which 1 % fail, at a limit of 1 %: the chance to pass must stay below 2.5 %.
    let [passed, state] = [0, 1];
    const random = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
    const runs = 2_000;
    for (let run = 0; run < runs; run++) {
      let failures = 0;
      for (let i = 0; i < 2_000; i++) if (random() < 0.01) failures++;
      const seen = window(counts('c', 2_000, failures), counts('s', 9_000));
      if (judge(seen, arms, conditions, 0.95).conditions[1]!.outcome === 'pass') passed++;
    }
    expect(passed / runs).toBeLessThan(0.03);
  });
});

describe('window between two measurements', () => {
  const at = (second: number, versions: readonly VersionCounts[], epoch = 'e'): Measurement => ({
    at: new Date(second * 1000).toISOString(),
    epoch,
    versions,
  });

  test('counts are subtracted version by version; a new version began at nothing', () => {
    const seen = windowBetween(
      at(0, [counts('s', 100, 10, 5)]),
      at(60, [counts('s', 300, 11, 6), counts('c', 7, 1)]),
    );
    expect(seen).toEqual({
      seconds: 60,
      versions: [
        { digest: 's', requests: 200, failures: 1, latency: { bounds, counts: [198, 0, 1, 0] } },
        counts('c', 7, 1),
      ],
    });
  });

  test('counts that began anew, shrank or were lost leave no window', () => {
    expect(windowBetween(at(0, [], 'e'), at(1, [], 'f'))).toBeNull();
    expect(windowBetween(at(0, [counts('s', 9)]), at(1, [counts('s', 8)]))).toBeNull();
    expect(windowBetween(at(0, [counts('s', 9)]), at(1, []))).toBeNull();
  });

  test('latencies in other bounds are not compared', () => {
    const other = { ...counts('s', 9), latency: { bounds: [1], counts: [9, 0] } };
    expect(windowBetween(at(0, [counts('s', 0)]), at(1, [other]))?.versions[0]?.latency).toBeNull();
  });
});

describe('latency histogram', () => {
  test('a quantile lies between the bounds that hold its rank', () => {
    const latency = { bounds, counts: [90, 9, 0, 1] };
    expect(quantileBounds(latency, 0.9)).toEqual({ low: 0, high: 0.001 });
    expect(quantileBounds(latency, 0.91)).toEqual({ low: 0.001, high: 0.01 });
    expect(quantileBounds(latency, 0.999)).toEqual({ low: 0.1, high: Infinity });
    expect(quantileBounds({ bounds, counts: [0, 0, 0, 0] }, 0.5)).toBeNull();
  });

  test('how many are slower is known at a bound, and held between two elsewhere', () => {
    const latency = { bounds, counts: [90, 9, 0, 1] };
    expect(slowerThan(latency, 0.001)).toEqual({ least: 10, most: 10 });
    expect(slowerThan(latency, 0.005)).toEqual({ least: 1, most: 10 });
    expect(slowerThan(latency, 5)).toEqual({ least: 0, most: 1 });
  });
});
