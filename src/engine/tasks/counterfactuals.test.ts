import { describe, expect, it } from 'vitest';
import { BadInput } from '../../core/failure.ts';
import { unconstrained } from '../../core/explain/counterfactual/constraints.ts';
import type { CounterfactualsJob } from '../../protocol/local.ts';
import { counterfactuals as schema } from '../../protocol/results/counterfactuals.ts';
import { creditModel, dataOf, example, modelSource, noMeaning, quiet } from '../testing.ts';
import { counterfactuals } from './counterfactuals.ts';

const credit: CounterfactualsJob = {
  kind: 'counterfactuals',
  model: creditModel('1.0.0'),
  meaning: { ...noMeaning, label: 'default', positive: 'bad' },
  data: example('credit-risk/data/holdout.csv'),
  reference: example('credit-risk/data/reference.csv'),
  referenceRows: 5000,
  where: null,
  row: { row: 3, changes: {} },
  method: 'nice',
  wanted: { class: null, min: null, max: null },
  constraints: unconstrained,
  count: 4,
  output: null,
  seed: 1,
};
const bike: CounterfactualsJob = {
  ...credit,
  model: modelSource('examples/bike-demand/models/bike-demand-2.0.0.onnx'),
  meaning: { ...noMeaning, label: 'bikers', unit: 'bikes/hour' },
  data: example('bike-demand/data/holdout.csv'),
  reference: null,
  wanted: { class: null, min: 400, max: null },
};

describe('counterfactuals', () => {
  it('are a document of its schema, the same each time, every one confirmed by the runtime', async () => {
    const first = await counterfactuals(credit, quiet);
    expect(schema.parse(first)).toEqual(first);
    expect(await counterfactuals(credit, quiet)).toEqual(first);
    expect(first.counterfactuals).toHaveLength(4);
    expect(first.proof).toMatchObject({ reference: 700, rescored: 4, confirmed: 4 });
    const other = first.answer.class === 'bad' ? 'good' : 'bad';
    for (const { answer, changes, inputs } of first.counterfactuals) {
      expect(answer.class).toBe(other);
      expect(changes.length).toBeGreaterThan(0);
      for (const { feature, to } of changes)
        expect(inputs[first.features.findIndex(({ name }) => name === feature)]).toBe(to);
    }
    const distances = first.counterfactuals.map(({ distance }) => distance);
    expect(distances).toEqual(distances.toSorted((a, b) => a - b));
  });

  it('keep what is frozen, within bounds and in one direction', async () => {
    const free = await counterfactuals(credit, quiet);
    const changed = new Set(
      free.counterfactuals.flatMap(({ changes }) => changes.map(({ feature }) => feature)),
    );
    const frozen = [...changed];
    const held = await counterfactuals({ ...credit, constraints: { ...unconstrained, frozen } }, quiet);
    expect(held.counterfactuals.length).toBeGreaterThan(0);
    for (const { changes } of held.counterfactuals)
      for (const { feature } of changes) expect(frozen).not.toContain(feature);
    const bounded = await counterfactuals(
      {
        ...bike,
        constraints: {
          frozen: ['hour'],
          bounds: { temperature: { min: 0.2, max: 0.6 } },
          monotonic: { humidity: 'decreasing' },
        },
      },
      quiet,
    );
    const at = (name: string): number => bounded.features.findIndex(feature => feature.name === name);
    for (const { inputs, answer } of bounded.counterfactuals) {
      expect(answer.value).toBeGreaterThanOrEqual(400);
      expect(inputs[at('hour')]).toBe(bounded.inputs[at('hour')]);
      expect(inputs[at('humidity')]).toBeLessThanOrEqual(Number(bounded.inputs[at('humidity')]));
    }
  });

  it('start from values that were changed, or from values alone', async () => {
    const changed = await counterfactuals({ ...bike, row: { row: 3, changes: { hour: 17 } } }, quiet);
    expect(changed.inputs[changed.features.findIndex(({ name }) => name === 'hour')]).toBe(17);
    const values = Object.fromEntries(changed.features.map(({ name }, j) => [name, changed.inputs[j]!]));
    const alone = await counterfactuals({ ...bike, row: { row: null, changes: values } }, quiet);
    expect(alone.counterfactuals).toEqual(changed.counterfactuals);
  });

  it('say why there is none', async () => {
    const none = await counterfactuals({ ...bike, wanted: { class: null, min: 1e6, max: null } }, quiet);
    expect(none).toMatchObject({ counterfactuals: [] });
    expect(none.why).toMatch(/prediction at least 1000000 to none of the 1733 reference rows/);
    const names = none.features.map(({ name }) => name);
    const held = await counterfactuals(
      { ...bike, constraints: { ...unconstrained, frozen: names.filter(name => name !== 'humidity') } },
      quiet,
    );
    expect(held.counterfactuals).toEqual([]);
    expect(held.why).toMatch(/but to none of them once .* are kept as asked/);
    expect(held.sentence).toBe(held.why);
  });

  it('come nearer through boxes of leaves that hold data, for a tree ensemble', async () => {
    const trees = { ...credit, model: creditModel('1.1.0') };
    const nice = await counterfactuals(trees, quiet);
    const lire = await counterfactuals({ ...trees, method: 'lire' }, quiet);
    const both = await counterfactuals({ ...trees, method: 'auto' }, quiet);
    expect(schema.parse(both)).toEqual(both);
    expect(both.method).toBe('nice+lire');
    expect(lire.counterfactuals.length).toBeGreaterThan(0);
    expect(lire.proof.confirmed).toBe(lire.proof.rescored);
    const nearest = (result: typeof nice): number => result.counterfactuals[0]!.distance;
    expect(nearest(lire)).toBeLessThan(nearest(nice));
    expect(nearest(both)).toBe(nearest(lire));
    // Whole numbers stay whole where the reference has only such.
    const at = lire.features.findIndex(({ name }) => name === 'age');
    for (const { inputs } of lire.counterfactuals) expect(Number.isInteger(inputs[at])).toBe(true);
    await expect(counterfactuals({ ...credit, method: 'lire' }, quiet)).rejects.toThrow(
      /need a tree ensemble.*The search `nice`/,
    );
  });

  const wanted = { class: null, min: null, max: null };
  it.each([
    ['a row beyond the data', { row: { row: 300, changes: {} } }, /no row 300: its rows are 0 to 299/],
    [
      'a change of no column',
      { row: { row: 3, changes: { agee: 3 } } },
      /reads no column `agee`.*Did you mean `age`/,
    ],
    [
      'a word for a number',
      { row: { row: 3, changes: { age: 'old' } } },
      /`age` is a column of numbers, and `old`/,
    ],
    ['values that are missing', { row: { row: null, changes: { age: 3 } } }, /has no value of/],
    ['a class the model does not have', { wanted: { ...wanted, class: 'ugly' } }, /no class `ugly`/],
    ['an answer it has', { wanted: { ...wanted, class: 'good' } }, /answers `good` to this row already/],
    ['a class and a range', { wanted: { class: 'bad', min: 0, max: null } }, /Both a class and a range/],
    [
      'a range upside down',
      { wanted: { class: null, min: 1, max: 0 } },
      /cannot be at least 1 and at most 0/,
    ],
    [
      'freezing what is not there',
      { constraints: { ...unconstrained, frozen: ['agee'] } },
      /`agee` is frozen, but/,
    ],
    [
      'bounds of words',
      { constraints: { ...unconstrained, bounds: { purpose: { min: 1 } } } },
      /holds words/,
    ],
  ] as const)('refuse %s', async (_, part, sentence) => {
    const failure = counterfactuals({ ...credit, ...part }, quiet);
    await expect(failure).rejects.toThrow(sentence);
    await expect(failure).rejects.toThrow(BadInput);
  });

  it('refuse a value without a wish, and data without rows', async () => {
    await expect(counterfactuals({ ...bike, wanted }, quiet)).rejects.toThrow(/say which value is wanted/);
    const empty = await dataOf('a,b,c,d\n');
    await expect(
      counterfactuals(
        { ...credit, model: modelSource('test/models/tensor-integers.onnx'), data: empty, reference: null },
        quiet,
      ),
    ).rejects.toThrow(/has no rows/);
  });
});
