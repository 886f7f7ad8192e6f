import { expect, it } from 'vitest';
import type { Stored } from '../../protocol/pages.ts';
import type { Explanation } from '../../protocol/results/explanation.ts';
import { explanationForPage } from './explanationForPage.ts';

function stored(rows: number, features: number): Stored<Explanation> {
  const result = {
    n: rows,
    features: Array.from({ length: features }, (_, j) => ({ name: `f${j}` })),
    rows: Array.from({ length: rows }, (_, row) => ({ row, values: [], interactions: [[1]] })),
  };
  return { result: result as unknown as Explanation, storedAt: '', stale: null };
}

it('leaves few rows as they are, without their pairs', () => {
  const { rows } = explanationForPage(stored(50, 20)).result;
  expect(rows.map(({ row }) => row)).toEqual(Array.from({ length: 50 }, (_, i) => i));
  expect(rows.every(({ interactions }) => interactions === null)).toBe(true);
});

it('sends an even sample of many rows, and how many there are', () => {
  const { rows, n } = explanationForPage(stored(1000, 300)).result;
  expect(n).toBe(1000);
  expect(rows).toHaveLength(333);
  expect(rows[0]?.row).toBe(0);
  expect(rows.at(-1)?.row).toBe(996);
});

it('makes it once', () => {
  const whole = stored(10, 2);
  expect(explanationForPage(whole)).toBe(explanationForPage(whole));
});
