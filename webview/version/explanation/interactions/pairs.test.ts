import { expect, it } from 'vitest';
import type { Interactions } from '../../../../src/protocol/pages.ts';
import { busiest, matrixOf, pairsOf, partnerOf } from './pairs.ts';

const result = {
  features: ['x', 'y', 'z'].map(name => ({ name, columns: [name], kind: 'number', levels: null })),
  interactions: {
    values: [
      [9, 1, 0.5],
      [1, 9, 2],
      [0.5, 2, 9],
    ],
  },
} as unknown as Interactions;
const pairs = pairsOf(result);

it('takes both halves of a pair as one, strongest first, without main effects', () => {
  expect(pairs).toEqual([
    { a: 'y', b: 'z', value: 4 },
    { a: 'x', b: 'y', value: 2 },
    { a: 'x', b: 'z', value: 1 },
  ]);
});

it('names the columns that do most with others, and each column’s partner', () => {
  expect(busiest(pairs, 2)).toEqual(['y', 'z']);
  expect(partnerOf(pairs, 'x')).toBe('y');
  expect(partnerOf(pairs, 'other')).toBeNull();
});

it('is symmetric, and empty where nothing was measured', () => {
  expect(matrixOf(pairs, ['z', 'x', 'new'])).toEqual([
    [null, 1, null],
    [1, null, null],
    [null, null, null],
  ]);
});
