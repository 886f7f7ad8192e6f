import { readdir, readFile, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { BadInput } from '../../core/failure.ts';
import type { ExplainJob } from '../../protocol/engine.ts';
import { explanation } from '../../protocol/results/explanation.ts';
import { DataFile } from '../data/dataFile.ts';
import { explain } from '../tasks/explain.ts';
import { creditModel, dataOf, example, noMeaning, opened, quiet, scratch } from '../testing.ts';

const job: ExplainJob = {
  kind: 'explain',
  model: creditModel('1.1.0'),
  meaning: { ...noMeaning, label: 'default', positive: 'bad' },
  data: example('credit-risk/data/holdout.csv'),
  background: example('credit-risk/data/reference.csv'),
  backgroundRows: 10,
  where: null,
  rows: 'all',
  method: 'auto',
  output: null,
  space: 'raw',
  budget: 100,
  seed: 1,
};

describe('rows in a file', () => {
  it.each(['1.1.0', '1.0.0'])('are those of the document, row by row: credit-risk %s', async version => {
    const file = join(await scratch(), 'rows.parquet');
    const asked = { ...job, model: creditModel(version) };
    const told: number[] = [];
    const result = await explain(
      { ...asked, out: { file, path: 'rows.parquet' } },
      { ...quiet, progress: done => void told.push(done) },
    );
    const whole = await explain(asked, quiet);
    expect(explanation.parse(result)).toEqual(result);
    expect(result).toMatchObject({ n: 300, rows: [], rowsFile: { path: 'rows.parquet', rows: 300 } });
    expect(result.job).not.toBe(whole.job);
    expect(result.baseValue).toBe(whole.baseValue);
    result.global.forEach(({ value, interval }, i) => {
      expect(value).toBeCloseTo(whole.global[i]!.value, 12);
      expect(interval!.low).toBeCloseTo(whole.global[i]!.interval!.low, 12);
    });
    const data = await opened({ file, path: 'rows.parquet' });
    expect(data.columns.map(({ name }) => name)).toEqual([
      'row',
      'prediction',
      'label_default',
      ...whole.features.map(({ name }) => `shap_${name}`),
    ]);
    const rows = await data.query(`select * from ${data.table}`);
    expect(rows).toHaveLength(300);
    rows.forEach(([row, prediction, label, ...values], i) => {
      const expected = whole.rows[i]!;
      expect([Number(row), label]).toEqual([expected.row, expected.label]);
      expect(prediction).toBeCloseTo(expected.prediction, 12);
      values.forEach((value, j) => expect(value).toBeCloseTo(expected.values[j]!, 12));
    });
    expect(told.at(-1)).toBe(300);
  });

  it('may be a cohort, a sample, or rows by number', async () => {
    const file = join(await scratch(), 'rows.parquet');
    for (const [part, count] of [
      [{ rows: [5, 2, 299] }, 3],
      [{ rows: 17 }, 17],
      [{ where: 'age > 40' }, 90],
    ] as const) {
      const result = await explain({ ...job, ...part, out: { file, path: 'rows.parquet' } }, quiet);
      const data = await opened({ file, path: 'rows.parquet' });
      expect(await data.rows()).toBe(result.n);
      if (!('where' in part)) expect(result.n).toBe(count);
      else expect(result.n).toBe(result.cohort!.rows);
    }
  });

  it('leave nothing behind when the work ends half-way', async () => {
    const folder = await scratch();
    const out = { file: join(folder, 'rows.parquet'), path: 'rows.parquet' };
    const stopping = {
      ...quiet,
      progress: () => {
        throw new Error('cancelled');
      },
    };
    await expect(explain({ ...job, out }, stopping)).rejects.toThrow('cancelled');
    expect(await readdir(folder)).toEqual([]);
  });

  it('leave nothing behind when the data got shorter after its rows were counted', async () => {
    const folder = await scratch();
    const text = await readFile(job.data.file, 'utf8');
    const data = await dataOf(text);
    const scan = vi.spyOn(DataFile.prototype, 'scan').mockImplementationOnce(async function* (
      this: DataFile,
      ...asked
    ) {
      await truncate(data.file, text.lastIndexOf('\n', text.length / 2) + 1);
      yield* this.scan(...asked);
    });
    onTestFinished(() => {
      scan.mockRestore();
    });
    const out = { file: join(folder, 'rows.parquet'), path: 'rows.parquet' };
    const failure = explain({ ...job, data, out }, quiet);
    await expect(failure).rejects.toThrow(
      '`data.csv` has fewer rows than when they were counted. Run it again when the file is written.',
    );
    await expect(failure).rejects.toThrow(BadInput);
    expect(scan).toHaveBeenCalledTimes(2);
    expect(await readdir(folder)).toEqual([]);
  });

  it('are not written by a method that samples', async () => {
    const file = join(await scratch(), 'rows.parquet');
    const sampled = { ...job, method: 'shapley', out: { file, path: 'rows.parquet' } } as const;
    await expect(explain(sampled, quiet)).rejects.toThrow(/exact methods only/);
    await expect(explain({ ...job, interactions: true, out: sampled.out }, quiet)).rejects.toThrow(
      /Interaction values are not written/,
    );
  });
});
