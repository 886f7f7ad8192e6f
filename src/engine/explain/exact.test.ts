import { describe, expect, it } from 'vitest';
import type { ExplainJob } from '../../protocol/engine.ts';
import { explain } from '../tasks/explain.ts';

const root = new URL('../../../', import.meta.url).pathname;

function job(example: string, version: string, overrides: Partial<ExplainJob>): ExplainJob {
  const folder = `${root}examples/${example}`;
  const path = `models/${example}-${version}.onnx`;
  return {
    kind: 'explain',
    model: { file: `${folder}/${path}`, ref: { digest: '', name: null, version: null, path, size: 0 } },
    meaning: { task: null, label: null, positive: 'bad', threshold: null, unit: null },
    data: { file: `${folder}/data/holdout.csv`, path: 'data/holdout.csv' },
    background: { file: `${folder}/data/reference.csv`, path: 'data/reference.csv' },
    backgroundRows: 10,
    where: null,
    rows: 5,
    method: 'auto',
    output: null,
    space: null,
    metric: null,
    repeats: 1,
    budget: 100,
    seed: 1,
    ...overrides,
  };
}

const context = { progress: (): void => undefined, entry: null };

describe('exact attributions of a tree model behind its encoders', () => {
  it('equal enumeration through the runtime, in the raw columns', async () => {
    const exact = await explain(job('bike-demand', '1.1.0', { method: 'tree' }), context);
    const enumerated = await explain(job('bike-demand', '1.1.0', { method: 'shapley' }), context);
    expect(exact.method).toBe('tree');
    expect(enumerated.method).toBe('shapley-exact');
    expect(exact.features).toEqual(enumerated.features);
    const predictions = enumerated.rows.map(({ prediction }) => prediction);
    const range = Math.max(...predictions) - Math.min(...predictions);
    exact.rows.forEach(({ values }, i) =>
      values.forEach((value, j) =>
        expect(Math.abs(value - enumerated.rows[i]!.values[j]!) / range).toBeLessThan(1e-5),
      ),
    );
  });

  it.each(['1.1.0', '2.0.0'])('of credit-risk %s add up to the answer of the runtime', async version => {
    const exact = await explain(job('credit-risk', version, {}), context);
    expect(exact.method).toBe('tree');
    expect(exact.exact).toBe(true);
    expect(exact.features).toHaveLength(20);
    expect(exact.proof.maxAdditivityError).toBeLessThan(1e-6);
    expect(Math.abs(exact.proof.baseValue! - exact.proof.meanBackgroundPrediction!)).toBeLessThan(1e-6);
  });

  it('are refused with the reason where the model is no tree ensemble', async () => {
    await expect(explain(job('credit-risk', '1.0.0', { method: 'tree' }), context)).rejects.toMatchObject({
      code: 'no-exact-method',
    });
  });
});
