import { expect, test } from 'vitest';
import type { Golden } from '../protocol/engine.ts';
import { compareGolden } from './golden.ts';

const output = (datatype: string, ...data: Golden['outputs'][number]['data']): Golden['outputs'][number] => ({
  ...{ name: 'y', shape: [data.length], datatype, data },
});
const golden = (datatype: string, ...data: Golden['outputs'][number]['data']): Golden => ({
  ...{ inputs: [], rows: data.length, outputs: [output(datatype, ...data)] },
});

test('numbers may differ by rounding, and the largest difference is told', () => {
  expect(compareGolden(golden('FP32', 0.5, 2000), [output('FP32', 0.500001, 2000.002)])).toEqual({
    rows: 2,
    maxDifference: expect.closeTo(1e-6, 9) as number,
    tolerance: 1e-5,
  });
});

test.each([
  ['a number too far off', golden('FP32', 0.5), [output('FP32', 0.51)]],
  ['a whole number off by little', golden('INT64', 1_000_000_000), [output('INT64', 1_000_000_001)]],
  ['another label', golden('BYTES', 'good'), [output('BYTES', 'bad')]],
  ['NaN in place of a number', golden('FP32', 0.5), [output('FP32', null)]],
  ['a number in place of NaN', golden('FP32', null), [output('FP32', 0.5)]],
  ['fewer values', golden('FP32', 1, 2), [output('FP32', 1)]],
  ['no such output', golden('FP32', 1), []],
])('%s is not verified', (_, expected, answered) => {
  expect(() => compareGolden(expected, answered)).toThrow(/^The target does not answer as the local runtime/);
});

test('NaN answers NaN', () => {
  expect(compareGolden(golden('FP32', null), [output('FP32', null)]).maxDifference).toBe(0);
});
