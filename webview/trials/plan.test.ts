import { expect, it } from 'vitest';
import { chosenOf, differs, planOf } from './plan.tsx';

const usual = { folds: 5, repeats: 10, groups: null, time: null, column: null, seed: 1 };

it('makes a plan once a column is named where one is needed', () => {
  const chosen = chosenOf(null, 10);
  expect(planOf(chosen)).toEqual(usual);
  expect(planOf({ ...chosen, way: 'groups' })).toBeNull();
  expect(planOf({ ...chosen, way: 'groups', by: 'customer' })).toEqual({
    ...usual,
    repeats: 1,
    groups: 'customer',
  });
});

it.each([
  usual,
  { ...usual, repeats: 1, groups: 'customer' },
  { ...usual, repeats: 1, time: 'date' },
  { ...usual, repeats: 1, column: 'fold' },
])('takes the plan of a result up again', plan => {
  const result = { scheme: 'in words', ...plan };
  expect(planOf(chosenOf(result, 1))).toEqual(plan);
  expect(differs(chosenOf(result, 1), result)).toBe(false);
  expect(differs({ ...chosenOf(result, 1), seed: 2 }, result)).toBe(true);
});

it('tells a plan with as many folds as the column has from no other', () => {
  const result = { scheme: 'by `fold`', ...usual, repeats: 1, column: 'fold', folds: 4 };
  expect(differs({ ...chosenOf(result, 1), folds: 5 }, result)).toBe(false);
  expect(differs({ ...chosenOf(result, 1), way: 'shuffled', by: null, folds: 4, repeats: 1 }, result)).toBe(
    true,
  );
});
