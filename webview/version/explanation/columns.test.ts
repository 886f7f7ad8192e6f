import { describe, expect, it } from 'vitest';
import type { Explanation } from '../../../src/protocol/results/explanation.ts';
import { errorOf, outputTitle, reasonsOf, sketchOf } from './columns.ts';

const row = {
  row: 4,
  prediction: 0.8,
  label: 'good',
  inputs: [5, 'b'],
  values: [0.1, -0.3],
  errors: null,
  interactions: null,
};
const result = {
  task: 'binary',
  space: 'probability',
  output: { name: 'p', class: 'bad', index: 1, title: 'P(bad)' },
  features: [
    { name: 'age', kind: 'number', levels: null },
    { name: 'job', kind: 'category', levels: ['a', 'b'] },
  ],
  rows: [row, { ...row, row: 5, inputs: [10, 'a'], values: [0.2, 0] }],
} as unknown as Explanation;

describe('columns of an explanation', () => {
  it('names the strongest reasons and leaves out none-reasons', () => {
    expect(reasonsOf(result, row).map(reason => reason.feature)).toEqual(['job', 'age']);
    expect(reasonsOf(result, result.rows[1]!).map(reason => reason.feature)).toEqual(['age']);
  });
  it('measures the error towards the explained class', () => {
    expect(errorOf(result, row)).toBe(0.8);
    expect(errorOf(result, { ...row, label: 'bad' })).toBeCloseTo(0.2, 12);
    expect(errorOf(result, { ...row, label: null })).toBeNull();
  });
  it('scales sketches to the range', () => {
    expect(sketchOf(result, 'age')).toEqual([
      [0, 0.1],
      [1, 0.2],
    ]);
    expect(sketchOf(result, 'job')).toEqual([
      [1, -0.3],
      [0, 0],
    ]);
  });
  it('says when the space is raw', () =>
    expect(outputTitle({ ...result, space: 'raw' })).toBe('P(bad), raw score'));
});
