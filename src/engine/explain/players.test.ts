import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { integer, modelBytes, node, numbers, text, value } from '../../core/onnx/testing.ts';
import type { ExplainJob } from '../../protocol/engine.ts';
import { explain } from '../tasks/explain.ts';
import { dataOf, noMeaning, quiet, scratch } from '../testing.ts';

/** y = the unit vector of (a, b), and c, weighted: a and b cannot be told apart behind the normaliser. */
async function mixed(): Promise<ExplainJob> {
  const bytes = modelBytes({
    name: 'g',
    node: [
      node('Concat', ['a', 'b'], ['ab'], [integer('axis', 1)]),
      node('ai.onnx.ml.Normalizer', ['ab'], ['unit'], [text('norm', 'L2')]),
      node('Concat', ['unit', 'c'], ['all'], [integer('axis', 1)]),
      node(
        'ai.onnx.ml.LinearRegressor',
        ['all'],
        ['y'],
        [numbers('coefficients', [1, -2, 3]), numbers('intercepts', [0.5])],
      ),
    ],
    input: ['a', 'b', 'c'].map(name => value(name, ['n', 1])),
    output: [value('y', ['n', 1])],
  });
  const file = join(await scratch(), 'mixed.onnx');
  await writeFile(file, bytes);
  const lines = Array.from({ length: 30 }, (_, i) => `${1 + (i % 7)},${2 + (i % 5)},${i % 3}`);
  return {
    kind: 'explain',
    model: { file, ref: { digest: '', name: null, version: null, path: 'mixed.onnx', size: 0 } },
    meaning: noMeaning,
    data: await dataOf(`a,b,c\n${lines.join('\n')}\n`),
    background: null,
    backgroundRows: 10,
    where: null,
    rows: [0, 4],
    method: 'linear',
    output: null,
    space: null,
    budget: 100,
    seed: 1,
  };
}

describe('columns that the model mixes', () => {
  it('are one player when the exact method is asked for, as enumeration with them together says', async () => {
    const job = await mixed();
    const exact = await explain(job, quiet);
    expect(exact.features).toMatchObject([
      { name: 'a + b', columns: ['a', 'b'], kind: 'category' },
      { name: 'c', columns: ['c'], kind: 'number' },
    ]);
    expect(exact.rows[0]!.inputs).toEqual(['1, 2', 0]);
    const each = await explain({ ...job, method: 'shapley' }, quiet);
    exact.rows.forEach(({ values, prediction }, i) => {
      const [a, b, c] = each.rows[i]!.values as [number, number, number];
      // c adds up with the rest: together a and b have what they have apart.
      expect(values[0]).toBeCloseTo(a + b, 5);
      expect(values[1]).toBeCloseTo(c, 5);
      expect(values.reduce((sum, part) => sum + part, exact.baseValue)).toBeCloseTo(prediction, 5);
    });
  });

  it('are left to a method that tells them apart otherwise, and why is said', async () => {
    const found = await explain({ ...(await mixed()), method: 'auto' }, quiet);
    expect(found.method).toBe('shapley-exact');
    expect(found.features.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
    expect(found.proof.whyNotExact).toMatch(/mixes these columns/);
  });
});
