import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { goldenTrees, opened } from '../../../../tools/fixtures/goldenTrees.ts';
import { evaluateForest, binned } from './forest.ts';
import { proveReading, roundingOf } from './proof.ts';

/** Every golden model's trees, read and evaluated here, against ONNX Runtime's scores row by row. */
const golden = goldenTrees();

describe.each(golden.models)('$model', entry => {
  const data = golden.data[entry.data]!;

  if (entry.refused) {
    it('is refused in a sentence', () => {
      const model = opened(entry.model, data.columns.length);
      expect(model.planned).toHaveProperty(
        'refused',
        expect.stringMatching(/^The model has no exact method: .+\. Explain it as a black box\.$/),
      );
    });
    return;
  }

  it('is read as the runtime runs it', async () => {
    const model = opened(entry.model, data.columns.length);
    const rows = [...data.rows, ...data.train];
    const { forest, encoded, scores } = await model.run(rows);
    const margins = evaluateForest(forest, binned(forest, encoded, rows.length), rows.length);
    const { plan } = model;
    const reading = proveReading(margins, plan.columns.length, plan.link, scores, roundingOf(forest));
    expect(reading.refused).toBeNull();
    expect(plan.merged).toBeNull();
    expect(plan.players).toHaveLength(data.columns.length);
    expect([...plan.playerOf]).toEqual(data.columns.map((_, at) => at));
  });
});

it('covers every model of test/trees', () => {
  const files = readdirSync(new URL('../../../../test/trees', import.meta.url)).sort();
  expect(files).toEqual(golden.models.map(({ model }) => `${model}.onnx`).sort());
});
