import { describe, expect, it } from 'vitest';
import { BadInput } from '../../core/failure.ts';
import type { CompareJob } from '../../protocol/engine.ts';
import { comparison } from '../../protocol/results/comparison.ts';
import {
  creditModel,
  dataOf,
  example,
  modelSource,
  noMeaning,
  noPolicy,
  oddModel,
  quiet,
} from '../testing.ts';
import { compare } from './compare.ts';

const named = (version: string): CompareJob['a'] => {
  const source = creditModel(version);
  return { ...source, ref: { ...source.ref, name: 'credit-risk', version } };
};
const credit: CompareJob = {
  kind: 'compare',
  a: named('1.0.0'),
  b: named('2.0.0'),
  meaning: { ...noMeaning, label: 'default', positive: 'bad' },
  policy: noPolicy,
  holdout: example('credit-risk/data/holdout.csv'),
  reference: null,
  resamples: 50,
  seed: 7,
};
const bikes = (version: string): CompareJob['a'] =>
  modelSource(`examples/bike-demand/models/bike-demand-${version}.onnx`);
const bike: CompareJob = {
  ...credit,
  a: bikes('1.0.0'),
  b: bikes('2.0.0'),
  meaning: { ...noMeaning, label: 'bikers' },
  holdout: example('bike-demand/data/holdout.csv'),
};

describe('a comparison', () => {
  it('is a document of its schema, the same each time but for the speed', async () => {
    const first = await compare(credit, quiet);
    expect(comparison.parse(first)).toEqual(first);
    expect({ ...(await compare(credit, quiet)), speed: null }).toEqual({ ...first, speed: null });
    expect(first).toMatchObject({ n: 300, task: 'binary', classes: ['bad', 'good'], positive: 'bad' });
    expect(first.sentence).toMatch(/^2\.0\.0 is /);
    expect(first.speed!.calls).toBeGreaterThanOrEqual(20);
    const { bothRight, bothWrong, onlyA, onlyB, negative } = first.flips!;
    expect(bothRight + bothWrong + onlyA + onlyB).toBe(300);
    expect(negative[0]!.inputs).toHaveLength(first.features.length);
    expect(first.importances).toHaveLength(20);
  });

  it('says for whom the faulty example is worse, though the whole hardly shows it', async () => {
    const { sentence, slices } = await compare({ ...credit, a: named('1.1.0'), resamples: 1000 }, quiet);
    expect(sentence).toMatch(
      /^2\.0\.0 is not clearly better or worse overall .* but worse for purpose = furniture\/equipment \(n = 48,/,
    );
    expect(slices[0]).toMatchObject({ slice: 'purpose = furniture/equipment', status: 'fail' });
  });

  it('of a model with itself finds no difference', async () => {
    const { metrics, flips, structure } = await compare({ ...credit, b: named('1.0.0') }, quiet);
    for (const { delta } of metrics) expect(delta === null || delta === 0).toBe(true);
    expect(flips).toMatchObject({ onlyA: 0, onlyB: 0 });
    expect(structure).toEqual([]);
  });

  it('takes a model of columns and one of a matrix on the same file', async () => {
    const { metrics, changes, importances, structure } = await compare(bike, quiet);
    expect(metrics[0]).toMatchObject({ name: 'mean_absolute_error', status: 'pass' });
    expect(changes!.length).toBeGreaterThan(0);
    // The matrix model does not read the words.
    expect(importances.find(({ feature }) => feature === 'season')!.b).toBeNull();
    expect(structure.some(({ breaking }) => breaking)).toBe(true);
  });

  it('refuses models that do not answer the same question', async () => {
    const mixed = compare({ ...bike, b: oddModel('iris') }, quiet);
    await expect(mixed).rejects.toThrow(BadInput);
  });

  it('refuses data without the label', async () => {
    await expect(compare({ ...credit, meaning: noMeaning }, quiet)).rejects.toThrow(/label/);
    const holdout = await dataOf('a,b\n1,2\n');
    await expect(compare({ ...credit, holdout }, quiet)).rejects.toThrow(/no columns/);
  });
});
