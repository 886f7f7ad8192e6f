import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { BadInput } from '../../core/failure.ts';
import { seeded } from '../../core/random.ts';
import type { EffectsJob, ImportanceJob } from '../../protocol/engine.ts';
import { effects } from '../../protocol/results/effects.ts';
import { importance as importanceSchema } from '../../protocol/results/importance.ts';
import { effectsOf } from '../tasks/effects.ts';
import { importance } from '../tasks/importance.ts';
import { creditModel, dataOf, example, modelSource, noMeaning, oddModel, quiet } from '../testing.ts';
import { staircase, stumps } from '../testingTrees.ts';

/** Effects and importance of input that is bad, and of input that is merely odd. */
const credit = {
  model: creditModel('1.1.0'),
  meaning: { ...noMeaning, label: 'default', positive: 'bad' },
  data: example('credit-risk/data/holdout.csv'),
  where: null,
  seed: 1,
};
const curves: EffectsJob = {
  ...credit,
  kind: 'effects',
  reference: example('credit-risk/data/reference.csv'),
  curves: 'both',
  features: ['duration'],
  pairs: [],
  rows: 30,
  grid: 6,
  individuals: 3,
  output: null,
  space: null,
};
const measured: ImportanceJob = {
  ...credit,
  kind: 'importance',
  background: example('credit-risk/data/reference.csv'),
  backgroundRows: 5,
  method: 'sage',
  rows: 40,
  groups: [],
  correlated: null,
  metric: null,
  repeats: 2,
  precision: 0,
};
const both = { permutation: { ...measured, method: 'permutation' as const }, sage: measured };

async function refused(work: Promise<unknown>, sentence: RegExp): Promise<void> {
  await expect(work).rejects.toThrow(BadInput);
  await expect(work).rejects.toThrow(sentence);
  await expect(work).rejects.toThrow(/\.$/);
}

/** Numbers in rows, with a label that is the first column. */
function csv(
  columns: readonly string[],
  rows: number,
  cell: (i: number, j: number) => string | number,
): string {
  const lines = Array.from({ length: rows }, (_, i) => [
    ...columns.map((_name, j) => cell(i, j)),
    cell(i, 0),
  ]);
  return `${[...columns, 'y'].join(',')}\n${lines.map(line => line.join(',')).join('\n')}\n`;
}

it('one of several values a row is measured where it is said which', async () => {
  const columns = Array.from({ length: 10 }, (_, j) => `x${j}`);
  const random = seeded(5);
  const job: ImportanceJob = {
    ...both.permutation,
    model: modelSource('test/trees/sklearn-forest-two-targets.onnx'),
    meaning: { ...noMeaning, label: 'y' },
    data: await dataOf(csv(columns, 30, () => random() / 10)),
    background: null,
  };
  await refused(importance(job, quiet), /several values a row\. Say which one the label is of/);
  const [first, second] = [
    await importance({ ...job, output: 0 }, quiet),
    await importance({ ...job, output: '1' }, quiet),
  ];
  expect(importanceSchema.parse(second)).toEqual(second);
  expect(second.measure.value).not.toBe(first.measure.value);
});

describe('bad input is refused in a sentence', () => {
  const bikes = example('bike-demand/data/holdout.csv');

  it('features that the data lacks', async () => {
    await refused(effectsOf({ ...curves, data: bikes }, quiet), /no column/i);
    for (const job of Object.values(both))
      await refused(importance({ ...job, data: bikes }, quiet), /no column/i);
  });

  it('a reference or background without them', async () => {
    await refused(effectsOf({ ...curves, reference: bikes }, quiet), /no column/i);
    await refused(importance({ ...measured, background: bikes }, quiet), /no column/i);
  });

  it('a class that is not there', async () => {
    await refused(effectsOf({ ...curves, output: 7 }, quiet), /no class `7`.*`bad`, `good`/);
  });

  it('data and a background without rows', async () => {
    const header = `${(await headerOf()).join(',')}\n`;
    const empty = await dataOf(header);
    await refused(effectsOf({ ...curves, data: empty }, quiet), /has no rows/);
    await refused(importance({ ...measured, background: empty }, quiet), /background has no rows/);
    await refused(importance({ ...measured, backgroundRows: 0 }, quiet), /background has no rows/);
    for (const job of Object.values(both))
      await refused(importance({ ...job, data: empty }, quiet), /has no rows/);
  });

  it('one labelled row', async () => {
    for (const job of Object.values(both)) {
      const found = importance({ ...job, rows: 1 }, quiet);
      await refused(found, /at least 2 labelled rows|not defined on the labels/);
    }
  });

  it('an output that is no tensor', async () => {
    const data = await dataOf('a,b,c,d,y\n1,2,3,4,0\n2,3,4,5,1\n');
    const odd = { model: oddModel('sequence-output'), data, meaning: { ...noMeaning, label: 'y' } };
    await refused(effectsOf({ ...curves, ...odd, reference: null, features: null }, quiet), /\.$/);
    await refused(importance({ ...both.permutation, ...odd, background: null }, quiet), /\.$/);
  });

  it('missing values that go through to the answer', async () => {
    const data = await dataOf('a,b,c,d,y\n1,2,3,4,1\n,,,,2\n5,6,7,8,3\n');
    const job = { model: oddModel('linear'), data, meaning: { ...noMeaning, label: 'y' } };
    await refused(
      effectsOf({ ...curves, ...job, reference: null, features: ['a'] }, quiet),
      /missing value|NaN/,
    );
    for (const one of Object.values(both))
      await refused(importance({ ...one, ...job, background: null }, quiet), /missing value|NaN/);
  });

  it('a task that was cancelled half-way, with nothing that looks like a result', async () => {
    let reports = 0;
    const stopping = {
      ...quiet,
      progress: (): void => {
        if (++reports > 2) throw new Error('cancelled');
      },
    };
    await expect(
      effectsOf({ ...curves, features: ['duration', 'age', 'purpose'] }, stopping),
    ).rejects.toThrow('cancelled');
    reports = 0;
    await expect(importance(both.permutation, stopping)).rejects.toThrow('cancelled');
    // The next one is as if nothing had been.
    expect(await effectsOf(curves, quiet)).toEqual(await effectsOf(curves, quiet));
  });
});

describe('odd input is measured', () => {
  it('a background of one row', async () => {
    const found = await importance({ ...measured, backgroundRows: 1 }, quiet);
    expect(importanceSchema.parse(found)).toEqual(found);
    expect(found.warnings.map(({ kind }) => kind)).toContain('small-background');
  });

  it('columns that are constant or the same as another', async () => {
    const columns = ['a', 'b', 'c', 'd'];
    const data = await dataOf(csv(columns, 60, (i, j) => (j === 1 ? 3 : j === 3 ? i % 5 : i % 7)));
    const job = { model: await stumps(4, 8), data, meaning: { ...noMeaning, label: 'y' } };
    const drawn = await effectsOf({ ...curves, ...job, reference: null, features: columns }, quiet);
    expect(drawn.features.find(({ feature }) => feature === 'b')!.why).toMatch(/one value in every row/);
    expect(drawn.warnings.map(({ kind }) => kind)).toContain('extrapolation');
    for (const one of Object.values(both)) {
      const found = await importance({ ...one, ...job, background: null }, quiet);
      expect(found.global.find(({ feature }) => feature === 'b')!.value).toBeCloseTo(0, 9);
      expect(found.warnings.map(({ kind }) => kind)).toContain('correlated');
    }
  });

  it('missing values everywhere, where the model takes them', async () => {
    const header = await headerOf();
    const line = header.map(name => (name === 'default' ? 'bad' : ''));
    const other = header.map(name => (name === 'default' ? 'good' : ''));
    const data = await dataOf(
      `${[header, line, other, line, other].map(cells => cells.join(',')).join('\n')}\n`,
    );
    const attempts = [
      effectsOf({ ...curves, data, reference: null, features: null }, quiet),
      ...Object.values(both).map(job => importance({ ...job, data, background: null }, quiet)),
    ];
    // Either the encoders fill what is missing, or a sentence says that they do not.
    for (const attempt of attempts) {
      const found = await attempt.catch((error: unknown) => error);
      if (found instanceof Error) expect(found).toBeInstanceOf(BadInput);
      else expect(JSON.stringify(found)).not.toMatch(/NaN|Infinity/);
    }
  });

  it('a word that training never saw', async () => {
    const header = await headerOf();
    const text = csv(header.slice(0, -1), 30, (i, j) =>
      header[j] === 'purpose' && i % 2 === 0 ? 'unseen' : 1 + (i % 3),
    );
    const data = await dataOf(text.replace(/,y\n/, ',other\n'));
    const found = await effectsOf({ ...curves, data, reference: null, features: ['purpose'] }, quiet);
    expect(effects.parse(found)).toEqual(found);
    expect(found.features[0]!.partial!.positions).toContain('unseen');
  });

  it('1,000 columns', async () => {
    const random = seeded(1);
    const columns = Array.from({ length: 1000 }, (_, j) => `x${j}`);
    const data = await dataOf(csv(columns, 30, () => random().toFixed(4)));
    const job = { model: await stumps(1000, 1500), data, meaning: { ...noMeaning, label: 'y' } };
    const drawn = await effectsOf({ ...curves, ...job, reference: null, features: null, rows: 10 }, quiet);
    expect(drawn.features).toHaveLength(20);
    expect(drawn.features.every(({ partial }) => partial?.method === 'exact')).toBe(true);
    const found = await importance({ ...both.permutation, ...job, background: null, repeats: 1 }, quiet);
    expect(found.global).toHaveLength(1000);
  });

  it('a tree of depth 60', async () => {
    const random = seeded(2);
    const columns = Array.from({ length: 60 }, (_, j) => `x${j}`);
    const data = await dataOf(csv(columns, 40, () => random().toFixed(4)));
    const job = { model: await staircase(60), data, meaning: { ...noMeaning, label: 'y' } };
    const drawn = await effectsOf({ ...curves, ...job, reference: null, features: ['x0', 'x59'] }, quiet);
    expect(drawn.features.map(({ partial }) => partial!.method)).toEqual(['exact', 'exact']);
    const found = await importance({ ...measured, ...job, background: null, rows: 10 }, quiet);
    expect(found.proof.additivityError).toBeLessThan(1e-6);
  });
});

async function headerOf(): Promise<string[]> {
  return (await readFile(example('credit-risk/data/holdout.csv').file, 'utf8'))
    .split('\n')[0]!
    .trim()
    .split(',');
}
