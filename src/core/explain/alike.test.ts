import { expect, it } from 'vitest';
import { seeded } from '../random.ts';
import { alikeOrder } from './alike.ts';
import { enumeration } from './exact.ts';
import { pairedLeverage } from './leverage.ts';

/** Players that change from each coalition to the next, in this order. */
function changes(coalitions: Uint8Array, d: number, order: ArrayLike<number>): number {
  let count = 0;
  for (let i = 1; i < order.length; i++)
    for (let j = 0; j < d; j++) count += coalitions[order[i - 1]! * d + j]! ^ coalitions[order[i]! * d + j]!;
  return count;
}

it.each([12, 20, 40])('of %i players, every drawn coalition has one place, near those like it', d => {
  const { coalitions } = pairedLeverage(d, [400], seeded(1))[0]!;
  const order = alikeOrder(coalitions, d);
  const given = Array.from(order, (_, c) => c);
  expect(Array.from(order).sort((a, b) => a - b)).toEqual(given);
  expect(changes(coalitions, d, order)).toBeLessThan(changes(coalitions, d, given) / 2);
});

it('along every coalition only a player or two change at a time', () => {
  const { coalitions } = enumeration(10);
  const order = alikeOrder(coalitions, 10);
  expect(changes(coalitions, 10, order) / order.length).toBeLessThan(1.05);
});

it('a game without players has no coalitions to order', () => {
  expect(alikeOrder(new Uint8Array(0), 0)).toHaveLength(0);
  expect(alikeOrder(Uint8Array.of(1, 0, 0, 1), 2)).toHaveLength(2);
});
