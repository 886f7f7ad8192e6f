import { describe, expect, it } from 'vitest';
import type { Answer } from '../../core/onnx/facts.ts';
import { noMeaning } from '../testing.ts';
import { resolveTask, scoredOf } from './task.ts';

const answer = (part: Partial<Answer>): Answer => ({
  task: 'binary',
  classes: ['bad', 'good'],
  scoreOutput: 'p',
  labelOutput: null,
  columns: 2,
  probabilities: true,
  ...part,
});
const words = (...values: (string | null)[]) => {
  const levels = [...new Set(values.filter(value => value !== null))];
  const codes = Int32Array.from(values, value => (value === null ? -1 : levels.indexOf(value)));
  return { kind: 'category' as const, name: 'y', codes, levels };
};
const answers = (width: number, ...scores: number[]) => ({
  rows: scores.length / width,
  width,
  scores: Float64Array.from(scores),
  labels: null,
});

describe('what answers mean', () => {
  it('takes the last class as positive unless told', () => {
    expect(resolveTask(answer({}), noMeaning, 2, null)).toMatchObject({ positive: 1, threshold: 0.5 });
    const told = { ...noMeaning, positive: 'bad', threshold: 0.3 };
    expect(resolveTask(answer({}), told, 2, null)).toMatchObject({ positive: 0, threshold: 0.3 });
    expect(() => resolveTask(answer({}), { ...noMeaning, positive: 'ugly' }, 2, null)).toThrow(
      /positive class is given as `ugly`.*`bad`, `good`/,
    );
  });

  it('refuses a task that the model does not have', () => {
    expect(() => resolveTask(answer({}), { ...noMeaning, task: 'regression' }, 2, null)).toThrow(
      /regression/,
    );
    const value = answer({ task: 'regression', classes: [], probabilities: false });
    expect(() => resolveTask(value, { ...noMeaning, task: 'binary' }, 1, null)).toThrow(/predicts a value/);
  });

  it('names the classes of a model that does not, by the configured positive one', () => {
    const plain = answer({ classes: [] });
    expect(resolveTask(plain, noMeaning, 1, ['0', '1'])).toMatchObject({ classes: ['0', '1'] });
    const told = { ...noMeaning, positive: 'yes' };
    expect(resolveTask(plain, told, 1, ['yes', 'no'])).toMatchObject({ classes: ['no', 'yes'], positive: 1 });
    expect(resolveTask(answer({ task: 'unknown', classes: [] }), noMeaning, 3, null)).toMatchObject({
      task: 'multiclass',
      classes: ['0', '1', '2'],
    });
  });
});

describe('scored rows', () => {
  it('are none of several values, unless it is said which is meant', () => {
    const unknown = answer({ task: 'unknown', classes: [], probabilities: false });
    const task = resolveTask(unknown, { ...noMeaning, task: 'regression' }, 2, null);
    const two = answers(2, 1, 2, 3, 4);
    expect(() => scoredOf(two, task, null, null, 'd')).toThrow(/predicts 2 values a row/);
    const second = scoredOf(two, { task: 'regression', column: 1 }, null, null, 'd');
    expect(second).toMatchObject({ predictions: Float64Array.of(2, 4) });
  });

  it('put one probability in two columns and decide at the threshold', () => {
    const task = resolveTask(answer({}), { ...noMeaning, threshold: 0.7 }, 1, null);
    const scored = scoredOf(answers(1, 0.25, 0.75), task, words('good', null), null, 'd');
    expect(scored).toMatchObject({
      labels: Int32Array.of(1, -1),
      scores: Float64Array.of(0.75, 0.25, 0.25, 0.75),
      predicted: Int32Array.of(0, 1),
    });
  });

  it('decide margins at zero', () => {
    const task = resolveTask(answer({ probabilities: false }), noMeaning, 1, null);
    expect(scoredOf(answers(1, -2, 3), task, null, null, 'd')).toMatchObject({
      predicted: Int32Array.of(0, 1),
      scores: Float64Array.of(2, -2, -3, 3),
    });
  });

  it('map labels to classes by their text', () => {
    const task = resolveTask(answer({ classes: [0, 1] }), noMeaning, 2, null);
    const two = answers(2, 0.1, 0.9, 0.8, 0.2, 0.5, 0.5);
    for (const labels of [words('1', '0', '1'), words('1.0', '0.0', '1.0'), words('True', 'false', 'true')])
      expect(scoredOf(two, task, labels, null, 'd')).toMatchObject({ labels: Int32Array.of(1, 0, 1) });
    const numbers = { kind: 'number' as const, name: 'y', values: Float64Array.of(1, 0, Number.NaN) };
    expect(scoredOf(two, task, numbers, null, 'd')).toMatchObject({ labels: Int32Array.of(1, 0, -1) });
  });

  it('refuse labels that are not the classes, naming both', () => {
    const task = resolveTask(answer({}), noMeaning, 2, null);
    expect(() => scoredOf(answers(2, 0.1, 0.9), task, words('great'), null, 'data.csv')).toThrow(
      /label `y` of `data\.csv` holds `great`, but the model's classes are `bad`, `good`/,
    );
  });
});
