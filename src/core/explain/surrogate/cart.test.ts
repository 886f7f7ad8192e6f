import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Table } from '../../data/table.ts';
import { fitCart, predictCart, type CartNode } from './cart.ts';
import { fidelityOf } from './fidelity.ts';

interface Golden {
  readonly trees: readonly {
    readonly depth: number;
    readonly min_leaf: number;
    readonly x: readonly (readonly number[])[];
    readonly y: readonly number[];
    readonly fitted: number;
    readonly feature: readonly number[];
    readonly threshold: readonly number[];
    readonly n: readonly number[];
    readonly predicted: readonly number[];
    readonly r2: number;
  }[];
}

const file = join(import.meta.dirname, '../../../../test/golden/local.json');
const golden = JSON.parse(readFileSync(file, 'utf8')) as Golden;

const range = (from: number, to: number): Int32Array =>
  Int32Array.from({ length: to - from }, (_, i) => from + i);

/** As scikit-learn lists them: a node, its yes side, its no side. */
function listed(node: CartNode): CartNode[] {
  return node.split === null ? [node] : [node, ...listed(node.split.yes), ...listed(node.split.no)];
}

describe('a surrogate tree', () => {
  it.each(golden.trees)('is that of scikit-learn: depth $depth, $min_leaf rows a leaf', one => {
    const table: Table = {
      rows: one.x.length,
      columns: one.x[0]!.map((_, j) => ({
        kind: 'number',
        name: `x${j}`,
        values: Float64Array.from(one.x, row => row[j]!),
      })),
    };
    const y = Float64Array.from(one.y);
    const tree = fitCart(table, range(0, one.fitted), y, { depth: one.depth, minLeaf: one.min_leaf });
    const nodes = listed(tree);
    expect(nodes.map(({ split }) => split?.test.column ?? -2)).toEqual(one.feature);
    expect(nodes.map(({ n }) => n)).toEqual(one.n);
    nodes.forEach(({ split }, i) => {
      if (split?.test.kind === 'number') expect(split.test.threshold).toBeCloseTo(one.threshold[i]!, 12);
    });
    const predicted = predictCart(tree, table, range(0, one.x.length));
    predicted.forEach((value, i) => expect(value).toBeCloseTo(one.predicted[i]!, 12));
    const { r2 } = fidelityOf(y.slice(one.fitted), predicted.slice(one.fitted), null, {
      resamples: 200,
      seed: 1,
    });
    expect(r2.value).toBeCloseTo(one.r2, 12);
    expect(r2.interval!.low).toBeLessThan(one.r2);
    expect(r2.interval!.high).toBeGreaterThan(one.r2);
  });

  it('splits words by their means, and sends what is missing where it fits', () => {
    const words = ['a', 'b', 'c', null, 'a', 'b', 'c', null];
    const levels = ['a', 'b', 'c'];
    const table: Table = {
      rows: 8,
      columns: [
        {
          kind: 'category',
          name: 'w',
          levels,
          codes: Int32Array.from(words, word => (word === null ? -1 : levels.indexOf(word))),
        },
      ],
    };
    const y = Float64Array.from(words, word => (word === 'a' || word === null ? 1 : 5));
    const tree = fitCart(table, range(0, 8), y, { depth: 3, minLeaf: 1 });
    expect(tree.split!.test).toEqual({ column: 0, kind: 'category', levels: ['a'], missing: true });
    expect(Array.from(predictCart(tree, table, range(0, 8)))).toEqual(Array.from(y));

    const numbers: Table = {
      rows: 6,
      columns: [{ kind: 'number', name: 'n', values: Float64Array.of(1, 2, NaN, NaN, 3, 4) }],
    };
    const missing = fitCart(numbers, range(0, 6), Float64Array.of(0, 0, 9, 9, 0, 0), {
      depth: 1,
      minLeaf: 1,
    });
    expect(missing.split!.test).toEqual({ column: 0, kind: 'number', threshold: 4, missing: false });
  });

  it('is one leaf where nothing can be told apart', () => {
    const constant: Table = {
      rows: 4,
      columns: [{ kind: 'number', name: 'n', values: new Float64Array(4) }],
    };
    const y = Float64Array.of(1, 2, 3, 4);
    expect(fitCart(constant, range(0, 4), y, { depth: 3, minLeaf: 1 })).toEqual({
      n: 4,
      value: 2.5,
      split: null,
    });
    const { r2, agreement } = fidelityOf(new Float64Array(4), new Float64Array(4), 0.5, {
      resamples: 50,
      seed: 1,
    });
    expect(r2).toEqual({ value: null, interval: null });
    expect(agreement!.value).toBe(1);
  });
});
