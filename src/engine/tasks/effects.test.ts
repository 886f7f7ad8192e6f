import { describe, expect, it } from 'vitest';
import { BadInput } from '../../core/failure.ts';
import type { EffectsJob } from '../../protocol/engine.ts';
import { effects } from '../../protocol/results/effects.ts';
import { creditModel, dataOf, example, modelSource, noMeaning, oddModel, quiet } from '../testing.ts';
import { effectsOf } from './effects.ts';

const credit: EffectsJob = {
  kind: 'effects',
  model: creditModel('1.0.0'),
  meaning: { ...noMeaning, label: 'default', positive: 'bad' },
  data: example('credit-risk/data/holdout.csv'),
  reference: example('credit-risk/data/reference.csv'),
  where: null,
  curves: 'both',
  features: ['duration', 'purpose'],
  pairs: [],
  rows: 100,
  grid: 12,
  individuals: 10,
  output: null,
  space: null,
  seed: 3,
};
const bike: EffectsJob = {
  ...credit,
  model: modelSource('examples/bike-demand/models/bike-demand-2.0.0.onnx'),
  meaning: { ...noMeaning, label: 'bikers', unit: 'bikes/hour' },
  data: example('bike-demand/data/holdout.csv'),
  reference: null,
  features: null,
};

describe('effects', () => {
  it('are a document of its schema, the same each time', async () => {
    const first = await effectsOf(credit, quiet);
    expect(effects.parse(first)).toEqual(first);
    expect(await effectsOf(credit, quiet)).toEqual(first);
    expect(first).toMatchObject({ n: 100, output: { title: 'P(bad)' }, unit: null, space: 'probability' });
    const duration = first.features.find(({ feature }) => feature === 'duration')!;
    const { partial, accumulated, support } = duration;
    expect(partial!.values).toHaveLength(partial!.positions.length);
    expect(partial!.ice.curves).toHaveLength(10);
    expect(partial!.thin).toHaveLength(partial!.values.length);
    expect(accumulated!.counts).toHaveLength(accumulated!.positions.length - 1);
    expect(support).toMatchObject({ role: 'reference', rows: 700, missing: 0 });
    const purpose = first.features.find(({ feature }) => feature === 'purpose')!;
    expect(purpose.partial!.shape).toBe('levels');
    expect(purpose.accumulated!.counts).toHaveLength(purpose.accumulated!.positions.length);
  });

  it('draw what moves, in words of their unit, and warn where columns move together', async () => {
    const found = await effectsOf(bike, quiet);
    expect(found.features).toHaveLength(9);
    expect(found.features[0]!.feature).toBe('hour');
    expect(found.sentence).toMatch(/`hour` moves prediction most.*bikes\/hour between 16.5 and 17.5/);
    expect(found.warnings.find(({ kind }) => kind === 'extrapolation')!.sentence).toMatch(/feels_like/);
  });

  it('say how two columns interact, and where their rows are', async () => {
    const { pairs, features } = await effectsOf(
      { ...bike, features: null, pairs: [['hour', 'working_day']], rows: 60 },
      quiet,
    );
    expect(features).toHaveLength(0);
    const [pair] = pairs;
    expect(pair!.values).toHaveLength(pair!.positions[0].length);
    expect(pair!.interaction.h).toBeGreaterThan(0.2);
    expect(pair!.counts.flat().reduce((a, b) => a + b, 0)).toBe(1733);
  });

  it('say why a constant or empty column has no curve', async () => {
    const lines = Array.from({ length: 30 }, (_, i) => `${i % 7},5,${i % 3},1`);
    const data = await dataOf(`a,b,c,d\n${lines.join('\n')}\n`);
    const job = { ...credit, model: oddModel('tensor-integers'), meaning: noMeaning, data, reference: null };
    const found = await effectsOf({ ...job, features: ['a', 'b'] }, quiet);
    expect(found.features.find(({ feature }) => feature === 'b')).toMatchObject({
      partial: null,
      why: '`b` has one value in every row: there is nothing to vary.',
    });
    expect(
      (await effectsOf({ ...job, features: null }, quiet)).features.map(({ feature }) => feature).sort(),
    ).toEqual(['a', 'c']);
    const one = await dataOf('a,b,c,d\n1,2,3,4\n');
    const single = await effectsOf({ ...job, data: one, features: null }, quiet);
    expect(single).toMatchObject({
      n: 1,
      features: [],
      sentence: expect.stringMatching(/No column moves/) as string,
    });
  });

  it.each([
    ['an unknown column', { features: ['durtion'] }, /no column `durtion`\. Did you mean `duration`/],
    ['a grid of one', { grid: 1 }, /at least 4 positions/],
    ['a pair of one column', { pairs: [['age', 'age'] as const] }, /named twice/],
    ['a condition that no row meets', { where: 'age > 1000' }, /No row/],
  ] as const)('refuse %s', async (_, part, sentence) => {
    const failure = effectsOf({ ...credit, ...part }, quiet);
    await expect(failure).rejects.toThrow(sentence);
    await expect(failure).rejects.toThrow(BadInput);
  });
});
