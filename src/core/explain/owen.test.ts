import { describe, expect, it } from 'vitest';
import { seeded } from '../random.ts';
import { allCoalitions, exactShapley } from './exact.ts';
import { interactionMatrix } from './interactionIndex.ts';
import { consistentOrder, exactOwen } from './owen.ts';
import { shapley } from './shapley.ts';
import { membersOf, structureOfGroups, structureOfMerges, type Structure } from './structure.ts';
import type { ComposedModel } from './types.ts';

/** Values of all coalitions of d players. */
function game(d: number, seed: number): Float64Array {
  const random = seeded(seed);
  return Float64Array.from({ length: 2 ** d }, (_, bits) => (bits === 0 ? 0 : random() * 4 - 2));
}

function owenOf(values: Float64Array, d: number, structure: Structure): Float64Array {
  const design = exactOwen(structure, d, 2 ** d)!;
  const asked = Float64Array.from({ length: design.coalitions.length / d }, (_, c) => {
    const coalition = design.coalitions.subarray(c * d, (c + 1) * d);
    return values[coalition.reduce((sum, member, j) => sum + (member << j), 0)]!;
  });
  return design.estimate(asked, values[0]!, values.at(-1)!).phi;
}

/** By definition: the mean marginal contribution over all orders in which groups stay together. */
function byOrders(values: Float64Array, d: number, groups: readonly number[][]): Float64Array {
  const phi = new Float64Array(d);
  let count = 0;
  for (const outer of orders(groups))
    for (const inner of products(outer.map(group => orders(group)))) {
      count++;
      let bits = 0;
      for (const player of inner.flat()) {
        phi[player]! += values[bits | (1 << player)]! - values[bits]!;
        bits |= 1 << player;
      }
    }
  return phi.map(value => value / count);
}

function orders<T>(items: readonly T[]): T[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item, at) => orders(items.toSpliced(at, 1)).map(rest => [item, ...rest]));
}

function products<T>(choices: readonly T[][]): T[][] {
  return choices.reduce<T[][]>((all, some) => all.flatMap(head => some.map(item => [...head, item])), [[]]);
}

function near(found: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(found.length).toBe(expected.length);
  Array.from(found).forEach((value, at) => expect(value).toBeCloseTo(expected[at]!, 12));
}

describe('Owen values', () => {
  const groups = [[0, 2], [1], [3, 4, 5]];

  it('are the mean over all orders in which groups stay together', () => {
    const values = game(6, 5);
    near(owenOf(values, 6, structureOfGroups(groups)), byOrders(values, 6, groups));
  });

  it('are Shapley values where there is one group, or every player is its own', () => {
    const values = game(5, 2);
    const shapleyValues = exactShapley(values, 5);
    near(owenOf(values, 5, [0, 1, 2, 3, 4]), shapleyValues);
    near(owenOf(values, 5, [[0, 1, 2, 3, 4]]), shapleyValues);
  });

  it('sum over a group to its Shapley value in the game of groups', () => {
    const values = game(6, 9);
    const phi = owenOf(values, 6, structureOfGroups(groups));
    const quotient = Float64Array.from(allCoalitions(groups.length), coalition => {
      let bits = 0;
      coalition.forEach((member, g) => {
        if (member === 1) for (const player of groups[g]!) bits |= 1 << player;
      });
      return values[bits]!;
    });
    near(
      groups.map(group => group.reduce((sum, player) => sum + phi[player]!, 0)),
      exactShapley(quotient, groups.length),
    );
  });

  it('add up, and alike players of a group get the same', () => {
    const symmetric = Float64Array.from({ length: 16 }, (_, bits) => {
      const [a, b] = [(bits & 1) + ((bits >> 1) & 1), bits >> 2];
      return a * a + a * b + b;
    });
    const phi = owenOf(symmetric, 4, [
      [0, 1],
      [2, 3],
    ]);
    expect(phi[0]).toBeCloseTo(phi[1]!, 12);
    expect(phi.reduce((sum, value) => sum + value, 0)).toBeCloseTo(symmetric[15]!, 12);
  });

  it('are asked of the coalitions that the structure allows, and no more than that', () => {
    const pairs: Structure = Array.from({ length: 5 }, (_, g) => [2 * g, 2 * g + 1]);
    expect(exactOwen(pairs, 10, 2 ** 10)!.coalitions.length / 10).toBeLessThan(200);
    expect(
      exactOwen(
        Array.from({ length: 30 }, (_, j) => j),
        30,
        2048,
      ),
    ).toBeNull();
  });

  it('follow the tree of a clustering', () => {
    const tree = structureOfMerges(
      [
        { a: 0, b: 2, distance: 0.1, size: 2 },
        { a: 1, b: 3, distance: 0.2, size: 2 },
        { a: 4, b: 5, distance: 0.9, size: 4 },
      ],
      4,
    );
    expect(tree).toEqual([
      [0, 2],
      [1, 3],
    ]);
    expect(membersOf(tree)).toEqual([0, 2, 1, 3]);
    const values = game(4, 3);
    near(
      owenOf(values, 4, tree),
      byOrders(values, 4, [
        [0, 2],
        [1, 3],
      ]),
    );
  });

  it('are exact where the structure has few coalitions, else sampled in orders that keep groups together', async () => {
    const structure: Structure = [
      [0, 1, 2, 3],
      [4, 5, 6, 7, 8],
      [9, 10, 11],
      [12, 13],
    ];
    const order = consistentOrder(structure, seeded(4));
    const place = Array.from({ length: 14 }, (_, player) => order.indexOf(player));
    for (const group of structure as number[][]) {
      const places = group.map(player => place[player]!);
      expect(Math.max(...places) - Math.min(...places)).toBe(group.length - 1);
    }
    const model = tangled(14);
    const task = {
      rows: Int32Array.of(0),
      background: Int32Array.of(1, 2, 3),
      signal: { aborted: false, throwIfAborted: (): void => undefined },
      progress: (): void => undefined,
    };
    const truth = await shapley(model, { ...task, seed: 1 }, { budget: 2 ** 14, structure });
    expect(truth).toMatchObject({ method: 'owen-exact', exact: true });
    const wide: Structure = Array.from({ length: 14 }, (_, j) => j);
    expect(await shapley(model, { ...task, seed: 1 }, { budget: 300, structure: wide })).toMatchObject({
      method: 'owen-permutation',
      exact: false,
    });
  });
});

describe('interaction values of a game', () => {
  it('have lines that sum to the Shapley values, half the index off the diagonal', () => {
    const values = game(4, 8);
    const matrix = interactionMatrix(values, 4);
    exactShapley(values, 4).forEach((phi, i) => {
      let line = 0;
      for (let j = 0; j < 4; j++) {
        line += matrix[i * 4 + j]!;
        expect(matrix[i * 4 + j]).toBe(matrix[j * 4 + i]);
      }
      expect(line).toBeCloseTo(phi, 12);
    });
  });

  it('find a product where it is, and nothing elsewhere', () => {
    const product = Float64Array.from(
      { length: 8 },
      (_, bits) => 3 * (bits & 1) * ((bits >> 1) & 1) + 5 * ((bits >> 2) & 1),
    );
    near(interactionMatrix(product, 3), [0, 1.5, 0, 1.5, 0, 0, 0, 0, 5]);
  });
});

/** A function of d numbers in which neighbours act together. */
function tangled(d: number): ComposedModel {
  const random = seeded(1);
  const pool = Float64Array.from({ length: 4 * d }, () => random() * 2 - 1);
  return {
    players: Array.from({ length: d }, (_, j) => `x${j}`),
    poolRows: 4,
    outputs: 1,
    evaluate: picks =>
      Promise.resolve(
        Float64Array.from({ length: picks.length / d }, (_, i) => {
          let sum = 0;
          for (let j = 1; j < d; j++)
            sum += pool[picks[i * d + j]! * d + j]! * pool[picks[i * d + j - 1]! * d + j - 1]!;
          return Math.tanh(sum);
        }),
      ),
  };
}
