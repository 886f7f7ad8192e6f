import { describe, expect, it } from 'vitest';
import type { ExplainJob } from '../../protocol/engine.ts';
import type { Explanation } from '../../protocol/results/explanation.ts';
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
    expect(Math.abs(exact.proof.baseValue - exact.proof.meanBackgroundPrediction!)).toBeLessThan(1e-6);
  });

  it('are refused with the reason where the model is no tree ensemble', async () => {
    await expect(explain(job('credit-risk', '1.0.0', { method: 'tree' }), context)).rejects.toMatchObject({
      code: 'no-exact-method',
      message: expect.stringContaining('no tree ensemble') as string,
    });
  });
});

describe('exact attributions of a linear model behind its encoders', () => {
  const linear = job('credit-risk', '1.0.0', { space: 'raw' });

  it('are chosen by themselves, equal sampled ones, and add up', async () => {
    const exact = await explain(linear, context);
    expect(exact).toMatchObject({ method: 'linear', exact: true, space: 'raw' });
    expect(exact.output.title).toBe('log-odds of bad');
    const sampled = await explain({ ...linear, method: 'shapley', budget: 2000 }, context);
    const range = rangeOf(sampled);
    exact.rows.forEach(({ values, prediction }, i) => {
      const other = sampled.rows[i]!;
      expect(prediction).toBeCloseTo(other.prediction, 4);
      values.forEach((value, j) => expect(Math.abs(value - other.values[j]!) / range).toBeLessThan(1e-5));
    });
    expect(exact.proof.maxAdditivityError).toBeLessThan(1e-9);
    expect(exact.proof.readingError).toBeLessThan(1e-6);
    expect(exact.baseValue).toBeCloseTo(exact.proof.meanBackgroundPrediction!, 5);
  });

  it('are rescaled to probability, and say so', async () => {
    const exact = await explain({ ...linear, space: null }, context);
    expect(exact).toMatchObject({ method: 'linear', space: 'probability' });
    expect(exact.definition).toMatch(/rescaled/);
    expect(exact.proof.maxAdditivityError).toBeLessThan(1e-6);
    expect(exact.baseValue).toBeCloseTo(exact.proof.meanBackgroundPrediction!, 6);
  });
});

describe('path-dependent values', () => {
  it('are of the margin, over covers counted from the background', async () => {
    const path = await explain(job('credit-risk', '1.1.0', { method: 'tree-path' }), context);
    expect(path).toMatchObject({ method: 'tree-path', space: 'raw' });
    expect(path.definition).toMatch(/shares of the background rows/);
    expect(path.proof.maxAdditivityError).toBeLessThan(1e-9);
    expect(path.baseValue).toBeCloseTo(path.proof.meanBackgroundPrediction!, 4);
    await expect(
      explain(job('credit-risk', '1.1.0', { method: 'tree-path', space: 'probability' }), context),
    ).rejects.toThrow(/space of the margin/);
  });
});

describe('interaction values', () => {
  it.each([
    ['credit-risk', '1.1.0', 'auto'],
    ['bike-demand', '1.1.0', 'tree-path'],
    ['credit-risk', '1.0.0', 'linear'],
  ] as const)('of %s %s, %s, sum to the values', async (example, version, method) => {
    const found = await explain(job(example, version, { method, interactions: true }), context);
    for (const { values, interactions } of found.rows)
      interactions!.forEach((line, j) => {
        expect(line.reduce((sum, value) => sum + value, 0)).toBeCloseTo(values[j]!, 8);
        line.forEach((value, o) => expect(value).toBeCloseTo(interactions![o]![j]!, 8));
      });
    expect(found.interactions!.values).toHaveLength(found.features.length);
  });
});

describe('the background', () => {
  it('can be one row: the base value is its answer', async () => {
    const found = await explain(job('bike-demand', '1.1.0', { backgroundRows: [7] }), context);
    expect(found.background).toMatchObject({ rows: 1, description: 'row 7 of data/reference.csv' });
    const itself = await explain(
      job('bike-demand', '1.1.0', {
        data: job('bike-demand', '1.1.0', {}).background!,
        rows: [7],
        backgroundRows: [7],
      }),
      context,
    );
    // The runtime sums its trees in float32.
    expect(found.baseValue).toBeCloseTo(itself.rows[0]!.prediction, 3);
    expect(itself.rows[0]!.values.every(value => Math.abs(value) < 1e-9)).toBe(true);
  });

  it('can be a cohort, and is named', async () => {
    const found = await explain(
      job('bike-demand', '1.1.0', { backgroundWhere: 'temperature > 0.8', backgroundRows: 20 }),
      context,
    );
    expect(found.background.description).toMatch(
      /^20 of \d+ rows of data\/reference\.csv where `temperature > 0\.8`, seed 1$/,
    );
    expect(found.settings).toMatchObject({ backgroundWhere: 'temperature > 0.8' });
  });

  it.each([
    ['no rows', { backgroundRows: 0 }, /background has no rows/],
    ['a row that is not there', { backgroundRows: [999_999] }, /no row 999999/],
    ['a condition no row meets', { backgroundWhere: 'temperature > 99' }, /No row of .* meets/],
  ])('is refused with %s', async (_, overrides, sentence) => {
    await expect(explain(job('bike-demand', '1.1.0', overrides), context)).rejects.toThrow(sentence);
  });
});

function rangeOf({ rows }: Explanation): number {
  const predictions = rows.map(({ prediction }) => prediction);
  return Math.max(...predictions) - Math.min(...predictions);
}
