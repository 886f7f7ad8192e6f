import { expect, it } from 'vitest';
import { seeded } from '../../core/random.ts';
import type { CategoryColumn, NumberColumn } from '../../core/data/table.ts';
import { errorAnalysis } from '../../core/slices/analysis.ts';
import { halvedLosses } from '../../core/slices/losses.ts';
import { byRows } from '../../core/stats/resamples.ts';
import { askedBeside } from '../workerFile.ts';
import type { ErrorsTask } from './errorsBeside.ts';

const file = new URL('./errorsWorker.ts', import.meta.url).pathname;

it('what a thread beside finds is what this one finds, bit by bit', async () => {
  const rows = 3000;
  const random = seeded(3);
  const number: NumberColumn = {
    kind: 'number',
    name: 'income',
    values: Float64Array.from({ length: rows }, (_, row) => (row % 11 === 0 ? NaN : random())),
  };
  const word: CategoryColumn = {
    kind: 'category',
    name: 'area',
    codes: Int32Array.from({ length: rows }, (_, row) => (row % 4) - 1),
    levels: ['north', 'south', 'west'],
  };
  const labels = Float64Array.from({ length: rows }, () => random());
  const predictions = labels.map((label, row) => label + (number.values[row]! > 0.8 ? 1 : 0.1) * random());
  const sample = { rows, columns: [number, word] };
  const scored = { kind: 'regression', labels, predictions, unit: null, n: rows } as const;
  const losses = halvedLosses(scored, rows, null, byRows, 1);
  const found = errorAnalysis(sample, losses);
  expect(await askedBeside(file, { sample, losses } satisfies ErrorsTask)).toEqual(found);
  expect(found!.slices.some(({ confirmed }) => confirmed)).toBe(true);
});
