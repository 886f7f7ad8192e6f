import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Interval } from '../../protocol/results/shared.ts';
import { seeded } from '../random.ts';
import { clusteredGreater, clusteredMean, type Clustered } from './clusteredMean.ts';
import { normalQuantile } from './distributions.ts';
import { wilson } from './proportion.ts';
import { byRows } from './resamples.ts';
import { differenceInterval, ratioInterval, shareInterval, type Counted } from './shares.ts';

/** statsmodels' cluster-robust numbers; the file names its version. Lists are value, low, high. */
interface Golden {
  level: number;
  cases: {
    name: string;
    hit: number[];
    value: number[];
    group: number[];
    cluster: number[];
    shares: number[][];
    difference: number[];
    ratio: number[] | null;
    mean: number[];
    greater: { p: number };
  }[];
}
const { level, cases } = JSON.parse(readFileSync('test/golden/clusters.json', 'utf8')) as Golden;

const clusteredBy = (parts: Int32Array): Clustered => ({ kind: 'clustered', parts, by: '`customer`' });

function countedIn(rows: Int32Array, hit: (row: number) => boolean): Counted {
  return { rows, hit, hits: rows.filter(hit).length };
}

function expectEnds(found: Interval | null, [, low, high]: readonly number[]): void {
  expect(found!.low).toBeCloseTo(low!, 10);
  expect(found!.high).toBeCloseTo(high!, 10);
}

describe.each(cases)('rows in clusters ($name)', one => {
  const scheme = clusteredBy(Int32Array.from(one.cluster));
  const rows = [0, 1].map(group =>
    Int32Array.from(one.group.keys()).filter(row => one.group[row] === group),
  ) as [Int32Array, Int32Array];
  const [a, b] = rows.map(own => countedIn(own, row => one.hit[row] === 1)) as [Counted, Counted];

  it('have the score interval with statsmodels’ cluster-robust variance', () => {
    [a, b].forEach((counted, i) => {
      const expected = one.shares[i]!;
      expect(counted.hits / counted.rows.length).toBeCloseTo(expected[0]!, 12);
      expectEnds(shareInterval(counted, level, scheme), expected);
    });
  });

  it('differ by limits that are joined by their correlation', () => {
    expectEnds(differenceInterval(a, b, level, scheme), one.difference);
  });

  it('have the ratio of a log-link model', () => {
    const found = ratioInterval(a, b, level, scheme);
    if (one.ratio === null) expect(found).toBeNull();
    else expectEnds(found, one.ratio);
  });

  it('have the mean and the difference of means of a linear model', () => {
    const values = Float64Array.from(rows[0], row => one.value[row]!);
    expectEnds(clusteredMean(values, rows[0], scheme, level).interval, one.mean);
    expect(clusteredGreater(rows[0], rows[1], row => one.value[row]!, scheme)).toBeCloseTo(one.greater.p, 10);
  });
});

describe('shares', () => {
  const all = Int32Array.from({ length: 200 }, (_, row) => row);
  const third = countedIn(all, row => row % 3 === 0);

  it('of independent rows are Wilson’s', () => {
    expect(shareInterval(third, 0.95, byRows)).toEqual(wilson(third.hits, 200));
  });

  it('of rows that are each a cluster are no surer than those of independent rows, and nearly as sure', () => {
    const alone = shareInterval(third, 0.95, clusteredBy(new Int32Array(200).fill(-1)));
    const rows = wilson(third.hits, 200);
    expect(alone.high - alone.low).toBeGreaterThan(rows.high - rows.low);
    expect(alone.high - alone.low).toBeLessThan(1.02 * (rows.high - rows.low));
  });

  it('of one cluster say nothing', () => {
    expect(shareInterval(third, 0.95, clusteredBy(new Int32Array(200)))).toMatchObject({ low: 0, high: 1 });
  });

  it('of clusters that are all alike are those of so many rows', () => {
    const none = countedIn(all, () => false);
    const scheme = clusteredBy(all.map(row => Math.floor(row / 10)));
    expect(shareInterval(none, 0.95, scheme).high).toBeGreaterThan(wilson(0, 20).high);
    expect(shareInterval(none, 0.95, scheme).high).toBeLessThan(1.2 * wilson(0, 20).high);
  });

  it('cover what they are to cover where rows of a cluster are alike', () => {
    const [clusters, size, repeats] = [40, 8, 600];
    const parts = Int32Array.from({ length: clusters * size }, (_, row) => Math.floor(row / size));
    const scheme = clusteredBy(parts);
    const [first, second] = [0, 1].map(group =>
      Int32Array.from(parts.keys()).filter(row => row % 2 === group),
    );
    // A latent normal with half of its variance shared in the cluster.
    const truth = 0.2;
    const random = seeded(5);
    const normal = (): number => normalQuantile(Math.max(1e-12, random()));
    const covered = { rows: 0, clusters: 0, difference: 0, ratio: 0 };
    const within = (interval: Interval | null, value: number): number =>
      interval !== null && interval.low <= value && value <= interval.high ? 1 : 0;
    for (let repeat = 0; repeat < repeats; repeat++) {
      const shared = Float64Array.from({ length: clusters }, normal);
      const hit = Uint8Array.from(parts, part =>
        Math.SQRT1_2 * (shared[part]! + normal()) < normalQuantile(0.2) ? 1 : 0,
      );
      const counted = countedIn(Int32Array.from(parts.keys()), row => hit[row] === 1);
      const [a, b] = [first!, second!].map(rows => countedIn(rows, row => hit[row] === 1)) as [
        Counted,
        Counted,
      ];
      covered.rows += within(shareInterval(counted, 0.95, byRows), truth);
      covered.clusters += within(shareInterval(counted, 0.95, scheme), truth);
      covered.difference += within(differenceInterval(a, b, 0.95, scheme), 0);
      covered.ratio += within(ratioInterval(a, b, 0.95, scheme), 1);
    }
    expect(covered.rows / repeats).toBeLessThan(0.85);
    for (const count of [covered.clusters, covered.difference, covered.ratio]) {
      const { low, high } = wilson(count, repeats, 0.999);
      expect(low).toBeLessThan(0.95);
      expect(high).toBeGreaterThan(0.94);
    }
  });
});
