import { describe, expect, it } from 'vitest';
import type { CategoryColumn, Table } from '../../data/table.ts';
import { seeded } from '../../random.ts';
import type { ComposedModel } from '../types.ts';
import { accumulatedEffects, accumulatedLevels, binsOf } from './accumulated.ts';
import { individualCurves, summarise } from './curves.ts';
import { numberGrid, quantileEdges } from './grid.ts';
import { levelOrder } from './levelOrder.ts';
import { interactionOf } from './pairs.ts';
import { levelSupport, numberSupport, supportBin } from './support.ts';

const still = { aborted: false, throwIfAborted: (): void => undefined };

/** A function over a pool of rows, given as columns. */
function model(columns: readonly Float64Array[], f: (x: readonly number[]) => number): ComposedModel {
  const d = columns.length;
  return {
    players: columns.map((_, j) => `x${j}`),
    poolRows: columns[0]!.length,
    outputs: 1,
    evaluate: picks =>
      Promise.resolve(
        Float64Array.from({ length: picks.length / d }, (_, i) =>
          f(columns.map((column, j) => column[picks[i * d + j]!]!)),
        ),
      ),
  };
}

function uniform(n: number, seed: number): Float64Array {
  const random = seeded(seed);
  return Float64Array.from({ length: n }, () => random());
}

const range = (from: number, to: number): Int32Array =>
  Int32Array.from({ length: to - from }, (_, i) => from + i);

describe('grids', () => {
  it('hold every value where there are few', () => {
    expect([...numberGrid(Float64Array.of(1, 1, 2, 5, 5), 8)]).toEqual([1, 2, 5]);
  });

  it('reach both ends, ascend, and keep whole numbers whole', () => {
    const grid = numberGrid(Float64Array.from({ length: 1000 }, (_, i) => Math.round(i ** 1.5)).sort(), 16);
    expect(grid[0]).toBe(0);
    expect(grid.at(-1)).toBe(Math.round(999 ** 1.5));
    expect(grid.every(Number.isInteger)).toBe(true);
    expect([...grid]).toEqual([...new Set(grid)].sort((a, b) => a - b));
    expect(grid.length).toBeLessThanOrEqual(16);
  });

  it('have edges at values, so that no bin of the same rows is empty, whatever the ties', () => {
    const values = Float64Array.from({ length: 500 }, (_, i) =>
      i < 300 ? 0 : i < 320 ? 1 : (i % 7) + 2,
    ).sort();
    const edges = quantileEdges(values, 20);
    const counts = new Float64Array(edges.length - 1);
    for (const bin of binsOf(values, edges)) counts[bin]!++;
    expect(Math.min(...counts)).toBeGreaterThan(0);
  });
});

describe('partial dependence', () => {
  it('is the function itself, moved, for an additive model, and its curves are parallel', async () => {
    const columns = [uniform(40, 1), uniform(40, 2)];
    const additive = model(columns, ([a, b]) => a! ** 2 + 3 * b!);
    const rows = range(0, 30);
    const curves = await individualCurves(
      additive,
      rows,
      [0],
      Array.from({ length: 10 }, (_, k) => Int32Array.of(30 + k)),
      still,
    );
    const { mean, spread, low, high } = summarise(curves, 30, 0);
    const rest = columns[1]!.subarray(0, 30).reduce((sum, value) => sum + 3 * value, 0) / 30;
    mean.forEach((value, k) => {
      expect(value).toBeCloseTo(columns[0]![30 + k]! ** 2 + rest, 12);
      expect(spread[k]).toBeCloseTo(0, 12);
      expect(low[k]).toBeLessThan(value);
      expect(high[k]).toBeGreaterThan(value);
    });
  });
});

describe('accumulated local effects', () => {
  const x = uniform(400, 3);
  const n = 300;
  /** Moves with x: partial dependence would ask about pairs that never occur. */
  const y = x.map((value, i) => value + 0.01 * Math.sin(i));

  it('are those of the column alone where two move together', async () => {
    const edges = quantileEdges(x.slice(0, n).sort(), 10);
    const columns = [
      new Float64Array([...x.subarray(0, n), ...edges]),
      new Float64Array([...y.subarray(0, n), ...edges]),
    ];
    const product = model(columns, ([a, b]) => 5 * a! + 2 * b!);
    const found = await accumulatedEffects(
      product,
      range(0, n),
      0,
      binsOf(x.subarray(0, n), edges),
      range(n, n + edges.length),
      still,
    );
    found.values.forEach((value, k) =>
      expect(value - found.values[0]!).toBeCloseTo(5 * (edges[k]! - edges[0]!), 10),
    );
    expect(found.high[3]! - found.low[3]!).toBeCloseTo(0, 10);
  });

  it('are zero on average over the rows', async () => {
    const edges = quantileEdges(x.slice(0, n).sort(), 7);
    const columns = [
      new Float64Array([...x.subarray(0, n), ...edges]),
      new Float64Array([...y.subarray(0, n), ...edges]),
    ];
    const bins = binsOf(x.subarray(0, n), edges);
    const curved = model(columns, ([a, b]) => Math.exp(a! * b!));
    const { values } = await accumulatedEffects(
      curved,
      range(0, n),
      0,
      bins,
      range(n, n + edges.length),
      still,
    );
    let sum = 0;
    for (const bin of bins) sum += (values[bin]! + values[bin + 1]!) / 2;
    expect(sum / n).toBeCloseTo(0, 12);
  });

  it('of levels are the differences of an additive model, rows with missing levels left out', async () => {
    const codes = Float64Array.from({ length: 60 }, (_, i) => i % 3);
    const gains = [4, -1, 7];
    const additive = model(
      [new Float64Array([...codes, 0, 1, 2]), uniform(63, 4)],
      ([a, b]) => gains[a!]! + b!,
    );
    const places = Int32Array.from(codes, code => code);
    places[0] = -1;
    const { values } = await accumulatedLevels(additive, range(0, 60), 0, places, range(60, 63), still);
    expect(values[1]! - values[0]!).toBeCloseTo(-5, 12);
    expect(values[2]! - values[1]!).toBeCloseTo(8, 12);
  });

  it('order levels so that neighbours are alike', () => {
    const n = 300;
    const codes = Int32Array.from({ length: n }, (_, i) => i % 3);
    const column: CategoryColumn = {
      kind: 'category',
      name: 'size',
      codes,
      levels: ['large', 'small', 'middle'],
    };
    const heights = [9, 1, 5];
    const table: Table = {
      rows: n,
      columns: [
        column,
        {
          kind: 'number',
          name: 'height',
          values: Float64Array.from(codes, (code, i) => heights[code]! + ((i * 7) % 10)),
        },
      ],
    };
    const order = levelOrder(table, column, [0, 1, 2]);
    expect(order[1]).toBe(2);
  });
});

describe('interactions', () => {
  it('are null in a sum, whole in a product of centred columns, and undefined where nothing moves', async () => {
    const columns = [uniform(60, 5).map(v => v - 0.5), uniform(60, 6).map(v => v - 0.5)];
    const rows = range(0, 60);
    const sum = await interactionOf(
      model(columns, ([a, b]) => a! + b! ** 3),
      rows,
      [0, 1],
      1,
      still,
    );
    expect(sum.h).toBeCloseTo(0, 6);
    expect(sum.size).toBeCloseTo(0, 12);
    const product = await interactionOf(
      model(columns, ([a, b]) => a! * b!),
      rows,
      [0, 1],
      0.1,
      still,
    );
    expect(product.h).toBeGreaterThan(0.9);
    const flat = await interactionOf(
      model(columns, () => 3),
      rows,
      [0, 1],
      0,
      still,
    );
    expect(flat.h).toBeNull();
  });
});

describe('support', () => {
  it('counts rows in bins and marks those that are nearly empty', () => {
    const values = Float64Array.from({ length: 1000 }, (_, i) => (i < 990 ? i / 990 : 9 + i / 1000));
    const grid = numberGrid(values.slice().sort(), 16);
    const found = numberSupport({ kind: 'number', name: 'x', values }, grid, false);
    expect(found.counts.reduce((a, b) => a + b, 0)).toBe(1000);
    expect(found.thin[0]).toBe(false);
    expect(found.thin[supportBin(found.edges, 5)]).toBe(true);
    expect(supportBin(found.edges, 11)).toBe(-1);
  });

  it('counts levels that the reference never saw as none', () => {
    const reference: CategoryColumn = {
      kind: 'category',
      name: 'c',
      codes: Int32Array.from({ length: 20 }, () => 0),
      levels: ['seen'],
    };
    expect(levelSupport(reference, ['seen', 'new'])).toMatchObject({
      levels: ['seen', 'new'],
      counts: [20, 0],
      thin: [false, true],
    });
  });
});
