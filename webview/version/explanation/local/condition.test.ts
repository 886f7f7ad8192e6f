import { expect, it } from 'vitest';
import { completions, example, typed } from './condition.tsx';

const columns = [
  { name: 'id', levels: null, middle: null },
  { name: 'age', levels: null, middle: 33 },
  { name: 'savings', levels: ['none', 'less than 100', "it's"], middle: null },
  { name: 'Monthly Wage', levels: null, middle: 2718.28 },
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
  expect(example(columns, '>')).toBe('age > 33');
  expect(example(columns.slice(2, 3), '>')).toBe("savings = 'none'");
  expect(example(columns.slice(3), '<')).toBe('"Monthly Wage" < 2700');
});
