import { describe, expect, it } from 'vitest';
import { errorAnalysis as schema } from '../../protocol/results/errorAnalysis.ts';
import type { Table } from '../data/table.ts';
import { seeded } from '../random.ts';
import { byRows } from '../stats/resamples.ts';
import { wilson } from '../stats/proportion.ts';
import { errorTree } from './errorTree.ts';
import { findSlices } from './find.ts';
import { heatMaps } from './heatMaps.ts';
import { halvedLosses, halves, type HalvedLosses } from './losses.ts';
import { slicesOf } from './oneColumn.ts';
import { partitionOf } from './partition.ts';

const n = 2000;
const areas = ['north', 'south', 'west'];

/** Two numbers and a word that say nothing of each other. */
function tableOf(seed: number): Table {
  const random = seeded(seed);
  const numbers = (scale: number): Float64Array => Float64Array.from({ length: n }, () => scale * random());
  return {
    rows: n,
    columns: [
      { kind: 'number', name: 'age', values: numbers(80) },
      { kind: 'number', name: 'income', values: numbers(1) },
      { kind: 'category', name: 'area', codes: Int32Array.from(numbers(3), Math.floor), levels: areas },
    ],
  };
}

/** 0/1 losses at a rate that may depend on the row. */
function losses(rate: (row: number) => number, seed: number): HalvedLosses {
  const random = seeded(90_000 + seed);
  const labels = Int32Array.from({ length: n }, () => 0);
  const predicted = Int32Array.from({ length: n }, (_, row) => (random() < rate(row) ? 1 : 0));
  return halvedLosses(
    {
      ...{
        kind: 'classification',
        classes: ['good', 'bad'],
        labels,
        predicted,
        scores: new Float64Array(2 * n),
      },
      ...{ probabilities: true, positive: 1, threshold: 0.5, n },
    },
    n,
    null,
    byRows,
    seed,
  );
}

const ageOf = (table: Table): ((row: number) => number) => {
  const [age] = table.columns;
  return row => (age?.kind === 'number' ? age.values[row]! : NaN);
};
const areaOf = (table: Table): ((row: number) => number) => {
  const area = table.columns[2];
  return row => (area?.kind === 'category' ? area.codes[row]! : -1);
};

describe('slices', () => {
  it('finds a word whose rows are worse, and confirms it on rows that did not choose it', () => {
    const table = tableOf(1);
    const area = areaOf(table);
    const { slices } = findSlices(
      table,
      losses(row => (area(row) === 1 ? 0.4 : 0.1), 1),
    );
    const [first] = slices;
    expect(first).toMatchObject({
      confirmed: true,
      slice: { name: 'area = south', where: `"area" = 'south'` },
    });
    expect(first!.confirmation.n + first!.discovery.n).toBe(first!.n);
    expect(first!.ratio!).toBeLessThan(0.9);
    expect(slices.filter(({ confirmed }) => confirmed)).toHaveLength(1);
  });

  it('finds what only two columns together tell', () => {
    const table = tableOf(2);
    const [age, area] = [ageOf(table), areaOf(table)];
    const odd = (row: number): boolean => (area(row) === 0) === age(row) <= 20;
    const { slices } = findSlices(
      table,
      losses(row => (odd(row) && area(row) === 0 ? 0.5 : 0.15), 2),
    );
    expect(slices[0]).toMatchObject({ confirmed: true });
    expect(slices[0]!.slice.columns.toSorted()).toEqual(['age', 'area']);
  });

  it('cuts a number where its losses change', () => {
    const table = tableOf(3);
    const age = ageOf(table);
    const { slices } = findSlices(
      table,
      losses(row => (age(row) > 72 ? 0.6 : 0.1), 3),
    );
    const { slice, merged } = slices[0]!;
    const cut = Number(/^age > ([\d.]+)$/.exec(slice.name)?.[1]);
    expect(cut, slice.name).toBeGreaterThan(70);
    expect(cut).toBeLessThan(74);
    expect(merged.some(name => name.startsWith('age '))).toBe(true);
  });

  it('tells overlapping slices once', () => {
    const table = tableOf(4);
    const age = ageOf(table);
    // Age again under another name: every slice of it has a twin.
    const twin = { ...table.columns[0]!, name: 'years' };
    const twice = { rows: n, columns: [...table.columns, twin] };
    const { slices } = findSlices(
      twice,
      losses(row => (age(row) > 60 ? 0.5 : 0.1), 4),
    );
    const confirmed = slices.filter(one => one.confirmed);
    expect(confirmed).toHaveLength(1);
    expect(confirmed[0]!.merged.some(name => name.startsWith('years >'))).toBe(true);
  });

  it('confirms nothing where there is nothing, in 95 of 100 data sets or more', () => {
    let wrong = 0;
    for (let seed = 0; seed < 100; seed++) {
      const { slices } = findSlices(
        tableOf(seed),
        losses(() => 0.2, 1000 + seed),
      );
      if (slices.some(({ confirmed }) => confirmed)) wrong++;
    }
    // P of more than 9 of 100 at a true rate of 5 % is 0.03; Fisher's test is conservative.
    expect(wrong).toBeLessThanOrEqual(9);
  });

  it('covers the ratio with its interval as often as it says', () => {
    let covered = 0;
    let seen = 0;
    for (let seed = 0; seed < 150; seed++) {
      const table = tableOf(seed);
      const area = areaOf(table);
      const { slices } = findSlices(
        table,
        losses(row => (area(row) === 1 ? 0.5 : 0.1), seed),
      );
      const one = slices.find(({ slice }) => slice.name === 'area = south');
      if (one === undefined) continue;
      seen++;
      const truth = 0.5 / (1 - (0.5 + 0.1 + 0.1) / 3);
      if (one.ratioInterval!.low <= truth && truth <= one.ratioInterval!.high) covered++;
    }
    expect(seen).toBeGreaterThan(145);
    const { low, high } = wilson(covered, seen, 0.999);
    expect(low).toBeLessThan(0.95);
    expect(high).toBeGreaterThan(0.95);
  });

  describe('of rows that come in clusters', () => {
    /** A cluster has eight rows, one area, and errs more or less as a whole. */
    const size = 8;
    const parts = Int32Array.from({ length: n }, (_, row) => Math.floor(row / size));
    const scheme = { kind: 'clustered', parts, by: '`customer`' } as const;
    const clusteredTable = (seed: number): Table => {
      const random = seeded(seed);
      const codes = Float64Array.from({ length: n / size }, () => 3 * random());
      const ages = Float64Array.from({ length: n / size }, () => 80 * random());
      return {
        rows: n,
        columns: [
          { kind: 'number', name: 'age', values: Float64Array.from(parts, part => ages[part]!) },
          {
            kind: 'category',
            name: 'area',
            codes: Int32Array.from(parts, part => codes[part]!),
            levels: areas,
          },
        ],
      };
    };
    const clusteredLosses = (rate: (row: number) => number, seed: number): HalvedLosses => {
      const random = seeded(70_000 + seed);
      const shift = Float64Array.from({ length: n / size }, () => (random() < 0.5 ? 0 : 2));
      const { loss, binary } = losses(row => rate(row) * shift[parts[row]!]!, seed);
      return { loss, binary, scheme, ...halves(loss, scheme, seed) };
    };

    it('has whole clusters in either half', () => {
      const { discovery, confirmation } = clusteredLosses(() => 0.2, 1);
      const first = new Set(discovery.map(row => parts[row]!));
      expect(confirmation.every(row => !first.has(parts[row]!))).toBe(true);
      expect(discovery.length + confirmation.length).toBe(n);
    });

    it('confirms nothing where there is nothing, which rows taken for independent do', () => {
      let [wrong, naive] = [0, 0];
      for (let seed = 0; seed < 60; seed++) {
        const table = clusteredTable(seed);
        const clustered = clusteredLosses(() => 0.25, seed);
        const confirmed = (one: HalvedLosses): number =>
          findSlices(table, one).slices.some(slice => slice.confirmed) ? 1 : 0;
        wrong += confirmed(clustered);
        naive += confirmed({ ...clustered, scheme: byRows });
      }
      // P of more than 7 of 60 at a true rate of 5 % is 0.01.
      expect(wrong).toBeLessThanOrEqual(7);
      expect(naive).toBeGreaterThan(2 * Math.max(1, wrong));
    });

    it('finds and covers a slice that is there', () => {
      let [found, covered] = [0, 0];
      for (let seed = 0; seed < 60; seed++) {
        const table = clusteredTable(seed);
        const area = table.columns[1];
        const inSouth = (row: number): boolean => area?.kind === 'category' && area.codes[row] === 1;
        const { slices } = findSlices(
          table,
          clusteredLosses(row => (inSouth(row) ? 0.45 : 0.1), seed),
        );
        const south = slices.find(({ slice }) => slice.name === 'area = south');
        if (south === undefined) continue;
        found++;
        expect(south.confirmation.interval.method).toMatch(/clusters of `customer`$/);
        const { low, high } = south.confirmation.interval;
        if (low <= 0.55 && 0.55 <= high) covered++;
      }
      expect(found).toBeGreaterThan(50);
      expect(wilson(covered, found, 0.999).high).toBeGreaterThan(0.95);
    });
  });

  it('is the same for the same seed', () => {
    const table = tableOf(5);
    const found = (): string =>
      JSON.stringify(
        findSlices(
          table,
          losses(row => (row % 7 === 0 ? 0.6 : 0.1), 9),
        ),
      );
    expect(found()).toBe(found());
  });
});

describe('parts of a column', () => {
  it('put rare words together and missing values last', () => {
    const levels = ['a', 'b', "c'", 'd'];
    const codes = Int32Array.from({ length: 100 }, (_, row) =>
      row < 60 ? 0 : row < 90 ? 1 : row < 94 ? 2 : row < 97 ? 3 : -1,
    );
    const { parts, part } = partitionOf({ kind: 'category', name: 'p"q', codes, levels }, 10);
    expect(parts).toEqual([
      { name: 'p"q = a', where: `"p""q" = 'a'` },
      { name: 'p"q = b', where: `"p""q" = 'b'` },
      { name: 'p"q is one of 2 rarer', where: `"p""q" NOT IN ('a', 'b')` },
      { name: 'p"q is missing', where: `"p""q" IS NULL` },
    ]);
    expect([part[0], part[70], part[92], part[95], part[99]]).toEqual([0, 1, 2, 2, 3]);
  });

  it('name one rare word that stands alone', () => {
    const codes = Int32Array.from({ length: 40 }, (_, row) => (row < 38 ? 0 : 1));
    const { parts } = partitionOf({ kind: 'category', name: 'x', codes, levels: ['a', 'b'] }, 10);
    expect(parts.map(({ name }) => name)).toEqual(['x = a', 'x = b']);
  });

  it('leave no slice that is every row', () => {
    const constant: Table = {
      rows: 50,
      columns: [{ kind: 'number', name: 'x', values: new Float64Array(50) }],
    };
    expect(slicesOf(constant, 10)).toEqual([]);
  });
});

describe('the error tree', () => {
  it('splits where the other half agrees, and is estimated there', () => {
    const table = tableOf(6);
    const area = areaOf(table);
    const tree = errorTree(
      table,
      losses(row => (area(row) === 2 ? 0.45 : 0.1), 6),
    );
    expect(tree.length).toBeGreaterThanOrEqual(3);
    const [root, ...sides] = tree;
    const first = sides.filter(({ parent }) => parent === 0);
    expect(first.map(({ name }) => name).some(name => name.includes('west'))).toBe(true);
    expect(first.reduce((sum, side) => sum + side.n, 0)).toBe(root!.n);
  });

  it('is a root alone where errors fall anywhere', () => {
    const sizes = Array.from(
      { length: 20 },
      (_, seed) =>
        errorTree(
          tableOf(seed),
          losses(() => 0.2, seed),
        ).length,
    );
    expect(sizes.filter(size => size > 1).length).toBeLessThanOrEqual(3);
  });
});

describe('heat maps', () => {
  it('count every labelled row once and put the asked features first', () => {
    const table = tableOf(7);
    const { features, maps } = heatMaps(
      table,
      losses(() => 0.2, 7),
      ['income'],
    );
    expect(features[0]!.column).toBe('income');
    for (const map of maps) {
      expect(map.n.flat().reduce((sum, count) => sum + count, 0)).toBe(n);
      expect(map.n).toHaveLength(features[map.a]!.parts.length);
      expect(map.n[0]).toHaveLength(features[map.b]!.parts.length);
    }
    schema.shape.maps.parse(maps);
  });
});
