import { describe, expect, it } from 'vitest';
import type { PrototypesJob } from '../../protocol/local.ts';
import { prototypes as schema } from '../../protocol/results/prototypes.ts';
import { creditModel, example, modelSource, noMeaning, quiet } from '../testing.ts';
import { prototypes } from './prototypes.ts';

const credit: PrototypesJob = {
  kind: 'prototypes',
  model: creditModel('1.1.0'),
  meaning: { ...noMeaning, label: 'default', positive: 'bad' },
  data: example('credit-risk/data/holdout.csv'),
  reference: example('credit-risk/data/reference.csv'),
  referenceRows: 300,
  where: null,
  row: { row: 3, changes: {} },
  backgroundRows: 20,
  count: 4,
  output: null,
  seed: 1,
};

describe('similar reference rows', () => {
  it('are a document of its schema, the same each time, by values and by reasons', async () => {
    const first = await prototypes(credit, quiet);
    expect(schema.parse(first)).toEqual(first);
    expect(await prototypes(credit, quiet)).toEqual(first);
    expect(first.similar.map(({ by }) => by)).toEqual(['inputs', 'attributions']);
    for (const { rows } of first.similar) {
      expect(rows).toHaveLength(4);
      const distances = rows.map(({ distance }) => distance);
      expect(distances).toEqual(distances.toSorted((a, b) => a - b));
      for (const { label, answer } of rows) {
        expect(['good', 'bad']).toContain(label);
        expect(['good', 'bad']).toContain(answer.class);
      }
    }
    expect(first.sentence).toMatch(/^\d of the 4 most similar reference rows are answered `(good|bad)`/);
  });

  it('start with the row itself when it is in the reference', async () => {
    const own = await prototypes(
      { ...credit, data: credit.reference!, reference: null, referenceRows: 700 },
      quiet,
    );
    for (const { rows } of own.similar) expect(rows[0]).toMatchObject({ row: 3, distance: 0 });
    expect(own.similar[0]!.rows[0]!.inputs).toEqual(own.inputs);
  });

  it('come from a cohort when one is named', async () => {
    const old = await prototypes({ ...credit, where: 'age > 50' }, quiet);
    const at = old.features.findIndex(({ name }) => name === 'age');
    for (const { rows } of old.similar) for (const { inputs } of rows) expect(inputs[at]).toBeGreaterThan(50);
  });

  it('of a value say what they are predicted, and why there are none by reasons', async () => {
    const bike = await prototypes(
      {
        ...credit,
        model: modelSource('examples/bike-demand/models/bike-demand-1.0.0.onnx'),
        meaning: { ...noMeaning, label: 'bikers' },
        data: example('bike-demand/data/holdout.csv'),
        reference: null,
      },
      quiet,
    );
    expect(bike.similar.length === 1).toBe(bike.why !== null);
    expect(bike.sentence).toMatch(/predicted .* on average/);
  });
});
