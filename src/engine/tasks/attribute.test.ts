import { copyFile, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Cell } from '../../core/data/table.ts';
import type { AttributeRequest } from '../../protocol/attribute.ts';
import type { ExplainJob } from '../../protocol/engine.ts';
import { creditModel, example, modelSource, noMeaning, quiet, root, scratch } from '../testing.ts';
import { attribute, forgetModels } from './attribute.ts';
import { explain } from './explain.ts';

const credit = {
  model: creditModel('1.1.0'),
  meaning: { ...noMeaning, positive: 'bad' },
  data: example('credit-risk/data/holdout.csv'),
  background: example('credit-risk/data/reference.csv'),
  backgroundRows: 15,
  method: 'auto',
  output: null,
  space: null,
  budget: 100,
  seed: 3,
} as const satisfies Omit<AttributeRequest, 'rows'>;
const more = { kind: 'explain', where: null, rows: [3, 250] } as const;

async function documentOf(setting: Omit<AttributeRequest, 'rows'>): Promise<{
  readonly rows: Readonly<Record<string, Cell>>[];
  readonly found: Awaited<ReturnType<typeof explain>>;
}> {
  const job: ExplainJob = { ...setting, ...more };
  const found = await explain(job, quiet);
  const rows = found.rows.map(({ inputs }) =>
    Object.fromEntries(found.features.map(({ name }, j) => [name, inputs[j]!])),
  );
  return { rows, found };
}

describe('rows given as values', () => {
  afterEach(forgetModels);

  it.each([
    ['trees', credit],
    ['path-dependent', { ...credit, method: 'tree-path' }],
    ['weights', { ...credit, model: creditModel('1.0.0'), space: 'raw' }],
    ['a black box', { ...credit, method: 'shapley' }],
  ] as const)('are explained as the document explains them: %s', async (_, setting) => {
    const { rows, found } = await documentOf(setting);
    for (let again = 0; again < 2; again++) {
      const answer = await attribute({ ...setting, rows });
      expect(answer).toMatchObject({
        method: found.method,
        space: found.space,
        output: found.output,
        background: found.background.description,
      });
      expect(answer.baseValue).toBeCloseTo(found.baseValue, 9);
      answer.rows.forEach(({ prediction, values, errors }, i) => {
        expect(prediction).toBeCloseTo(found.rows[i]!.prediction, 6);
        values.forEach((value, j) => expect(value).toBeCloseTo(found.rows[i]!.values[j]!, 6));
        expect(errors === null).toBe(found.exact);
      });
    }
  });

  it('may hold what the data never did', async () => {
    const { rows } = await documentOf(credit);
    const [row] = rows;
    const answer = await attribute({
      ...credit,
      rows: [{ ...row, purpose: 'a word not seen', credit_amount: null }],
    });
    const [{ prediction, values }] = answer.rows as [(typeof answer.rows)[number]];
    expect(values.reduce((sum, value) => sum + value, answer.baseValue)).toBeCloseTo(prediction, 6);
  });

  it.each([
    ['no row', [], /no row to explain/],
    ['a value left out', [{}], /no value of `/],
  ])('are refused with %s', async (_, rows, sentence) => {
    await expect(attribute({ ...credit, rows })).rejects.toThrow(sentence);
  });

  it('are explained by the model that the file holds now', async () => {
    const file = join(await scratch(), 'model.onnx');
    const at = (version: string): string =>
      join(root, `examples/bike-demand/models/bike-demand-${version}.onnx`);
    await copyFile(at('1.1.0'), file);
    const setting: Omit<AttributeRequest, 'rows'> = {
      ...credit,
      model: { ...modelSource('x'), file },
      meaning: noMeaning,
      data: example('bike-demand/data/holdout.csv'),
      background: null,
    };
    const { rows } = await documentOf({ ...setting, model: { ...setting.model, file: at('1.1.0') } });
    const before = await attribute({ ...setting, rows });
    await copyFile(at('2.0.0'), file);
    await utimes(file, 1, 1);
    const after = await attribute({ ...setting, rows });
    expect(after.rows[0]!.prediction).not.toBe(before.rows[0]!.prediction);
  });
});
