import { expect, it } from 'vitest';
import { completions, example, typed } from './condition.tsx';

const columns = [
  { name: 'age', levels: null },
  { name: 'savings', levels: ['none', 'less than 100', "it's"] },
  { name: 'Monthly Wage', levels: null },
];

it.each([
  ['a', ['age', 'savings', '"Monthly Wage"']],
  ['sav', ['savings']],
  ['age > 40 and mon', ['"Monthly Wage"']],
  ['age', ['"Monthly Wage"']],
  ['age > 4', []],
  ['', []],
  ["savings = 'no", ["'none'"]],
  ['savings = ', ["'none'", "'less than 100'", "'it''s'"]],
  ["savings in ('none', ", ["'none'", "'less than 100'", "'it''s'"]],
])('after %j come %j', (before, words) => {
  expect(completions(before, columns)).toEqual(words);
});

it('knows the word in the making', () => {
  expect(typed('age > 3 and sav')).toBe('sav');
  expect(typed('"Monthly W')).toBe('"Monthly W');
  expect(typed('age > 3 ')).toBe('');
});

it('shows a condition of its own columns as an example', () => {
  expect(example(columns, '>')).toBe('age > 0');
  expect(example(columns.slice(1, 2), '>')).toBe("savings = 'none'");
  expect(example(columns.slice(2), '<')).toBe('"Monthly Wage" < 0');
});
