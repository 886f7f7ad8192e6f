import { expect, test } from 'vitest';
import { didYouMean, nearest, proposed } from './nearest.ts';

test.each([
  ['tsk', ['task', 'path', 'label'], 'task'],
  ['roc_acu', ['roc_auc', 'log_loss'], 'roc_auc'],
  ['AUC', ['auc'], 'auc'],
  ['holdouts', ['holdout'], 'holdout'],
  ['completely', ['task', 'path'], null],
  ['x', [], null],
])('%s', (word, candidates, expected) => {
  expect(nearest(word, candidates)).toBe(expected);
});

test('a guess as a sentence', () => {
  expect(didYouMean('tsk', ['task'])).toBe(' Did you mean `task`?');
  expect(didYouMean('zebra', ['task'])).toBe('');
  expect(proposed(`There is no key.${didYouMean('tsk', ['task'])}`)).toBe('task');
  expect(proposed('There is no key.')).toBeNull();
});
