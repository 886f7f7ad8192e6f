import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Table } from '../../data/table.ts';
import type { TreeEnsemble, TreeNode } from '../../onnx/ensemble.ts';
import { seeded, type Random } from '../../random.ts';
import { Gower } from '../gower.ts';
import { binned, forestOf, isForestLeaf, passes, type Forest } from '../tree/forest.ts';
import { lire } from './lire.ts';

const signal = new AbortController().signal;
const d = 3;

function randomTree(random: Random, depth: number): TreeNode {
  if (depth === 0 || random() < 0.15) return { outputs: [0], weights: [random() - 0.5] };
  return {
    feature: Math.floor(random() * d),
    mode: random() < 0.5 ? 'LEQ' : 'LT',
    threshold: Math.round(random() * 20) / 2,
    members: [],
    missingTrue: random() < 0.5,
    whenTrue: randomTree(random, depth - 1),
    whenFalse: randomTree(random, depth - 1),
  };
}

function randomForest(random: Random): Forest {
  const ensemble: TreeEnsemble = {
    operator: 'TreeEnsembleRegressor',
    trees: [randomTree(random, 3), randomTree(random, 3), randomTree(random, 2)],
    features: d,
    outputs: 1,
    single: false,
    average: false,
    baseValues: [0],
    postTransform: 'NONE',
    classifier: false,
    binaryMargin: 'none',
  };
  return forestOf(ensemble);
}

/** The leaf that a row reaches in each tree, as one word. */
function leavesOf(forest: Forest, row: readonly number[], known: Map<object, number>): string {
  const bins = binned(forest, row, 1);
  return forest.trees
    .map(tree => {
      let node = tree;
      while (!isForestLeaf(node)) node = passes(node, bins[node.feature]!) ? node.whenTrue : node.whenFalse;
      if (!known.has(node)) known.set(node, known.size);
      return known.get(node);
    })
    .join(' ');
}

function above(value: number): number {
  const bits = new BigInt64Array(1);
  const number = new Float64Array(bits.buffer);
  number[0] = value;
  bits[0]! += value >= 0 ? 1n : -1n;
  return value === 0 ? Number.MIN_VALUE : number[0];
}

interface Case {
  readonly forest: Forest;
  /** The row, then the reference. */
  readonly rows: readonly (readonly number[])[];
  readonly wanted: Int32Array;
  readonly gower: Gower;
}

function made(seed: number): Case {
  const random = seeded(seed);
  const forest = randomForest(random);
  const rows = Array.from({ length: 9 }, (_, i) =>
    Array.from({ length: d }, () => (i === 0 && random() < 0.1 ? NaN : random() * 10)),
  );
  const table: Table = {
    rows: rows.length,
    columns: Array.from({ length: d }, (_, j) => ({
      kind: 'number',
      name: `x${j}`,
      values: Float64Array.from(rows, row => row[j]!),
    })),
  };
  const others = Int32Array.from({ length: rows.length - 1 }, (_, i) => i + 1);
  return {
    forest,
    rows,
    wanted: Int32Array.from([0, 2, 4, 5].slice(0, 1 + Math.floor(random() * 4))),
    gower: new Gower(table, others),
  };
}

async function nearestPoint(
  { forest, rows, wanted, gower }: Case,
  frozen: readonly number[],
): ReturnType<typeof lire> {
  return await lire({
    forest,
    columnOf: Int32Array.from({ length: d }, (_, j) => j),
    own: { data: Float64Array.from(rows[0]!), rows: 1 },
    reference: { data: Float64Array.from(rows.slice(1).flat()), rows: rows.length - 1 },
    wanted,
    gower,
    number: (column, row) => rows[row]![column]!,
    columns: d,
    whole: [false, false, false],
    permits: column => !frozen.includes(column),
    encode: (values, from) =>
      Promise.resolve({
        data: matrix(values, from, rows),
        rows: from.length,
      }),
    count: 5,
    signal,
  });
}

function matrix(values: readonly Float64Array[], from: Int32Array, rows: Case['rows']): Float64Array {
  const out = new Float64Array(from.length * d);
  from.forEach((row, i) => {
    for (let j = 0; j < d; j++) {
      const value = values[j]![i]!;
      out[i * d + j] = Number.isNaN(value) ? rows[row]![j]! : value;
    }
  });
  return out;
}

/** The least distance over every combination of the row's values, the reference's, and both sides of each threshold. */
function bruteForce({ forest, rows, wanted, gower }: Case, frozen: readonly number[]): number | null {
  const known = new Map<object, number>();
  const boxes = new Set(Array.from(wanted, row => leavesOf(forest, rows[row + 1]!, known)));
  const values = Array.from({ length: d }, (_, j) =>
    frozen.includes(j)
      ? [rows[0]![j]!]
      : [
          ...new Set([
            rows[0]![j]!,
            ...rows.map(row => row[j]!),
            ...forest.cuts[j]!,
            ...Array.from(forest.cuts[j]!, above),
          ]),
        ],
  );
  let least: number | null = null;
  for (const x of values[0]!)
    for (const y of values[1]!)
      for (const z of values[2]!) {
        const point = [x, y, z];
        if (!boxes.has(leavesOf(forest, point, known))) continue;
        const away = point.reduce((sum, value, j) => sum + gower.numbers(j, rows[0]![j]!, value), 0) / d;
        if (least === null || away < least) least = away;
      }
  return least;
}

describe('counterfactuals in boxes of leaves that hold data', () => {
  it('are as near as the nearest of all combinations', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 100_000 }),
        fc.subarray([0, 1, 2], { maxLength: 1 }),
        async (seed, frozen) => {
          const one = made(seed);
          const [nearest] = await nearestPoint(one, frozen);
          const least = bruteForce(one, frozen);
          if (least === null) expect(nearest).toBeUndefined();
          else expect(nearest!.distance).toBeCloseTo(least, 9);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('lie in the box of the row they name', async () => {
    for (let seed = 0; seed < 60; seed++) {
      const one = made(seed);
      const known = new Map<object, number>();
      for (const { cells, toward } of await nearestPoint(one, [])) {
        const point = cells.map((cell, j) =>
          cell === 'own' ? one.rows[0]![j]! : cell === 'reference' ? one.rows[toward]![j]! : cell,
        );
        expect(leavesOf(one.forest, point, known)).toBe(leavesOf(one.forest, one.rows[toward]!, known));
      }
    }
  });
});
