import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { drawMask, rise } from '../../core/explain/images/rise.ts';
import { imageShapeOf } from '../../core/explain/images/image.ts';
import { seeded } from '../../core/random.ts';
import type { DataSource } from '../../protocol/engine.ts';
import type { HeatmapJob, TokensJob } from '../../protocol/masking.ts';
import { dataOf, modelSource, noMeaning, quiet, root } from '../testing.ts';
import { heatmap } from './heatmap.ts';
import { neverAborted } from './signal.ts';
import { tokens } from './tokens.ts';

const golden = JSON.parse(readFileSync(join(root, 'test/golden/gradients.json'), 'utf8')) as {
  readonly models: readonly { model: string; features: string[]; rows: number[][] }[];
  readonly occlusion: {
    column: number;
    patch: number;
    stride: number;
    fill: number;
    image: number[];
    values: number[];
  };
  readonly texts: {
    mask: number;
    padding: number;
    rows: number[];
    ids: number[][];
    words: string[];
    labels: string[];
    found: { column: number; values: number[]; hidden: number }[];
  };
};

const { rows: digits, features } = golden.models.find(({ model }) => model === 'cnn-digits')!;

async function images(rows: readonly (readonly number[])[]): Promise<DataSource> {
  return await dataOf([features, ...rows].map(line => line.join(',')).join('\n'));
}

const asked: Omit<HeatmapJob, 'data'> = {
  kind: 'heatmap',
  model: modelSource('test/nets/cnn-digits.onnx'),
  meaning: noMeaning,
  rows: 10,
  output: null,
  space: null,
  seed: 1,
  method: 'occlusion',
  patch: 2,
  masks: 500,
  fill: 0,
};

describe('heat maps of images', () => {
  test('occlusion is captum’s', async () => {
    const { image, column, patch, fill, values } = golden.occlusion;
    // A patch of 3 moves by 1 here and by 2 there.
    expect(golden.occlusion.stride).toBe(2);
    const job = { ...asked, data: await images([image]), output: String(column), patch: patch + 1, fill };
    const { rows } = await heatmap(job, quiet);
    expect(rows[0]!.values).toHaveLength(values.length);
    const { occlusion } = await import('../../core/explain/images/occlusion.ts');
    const { runtime } = await import('../model/runtime.ts');
    const { InferenceSession, Tensor } = await runtime();
    const session = await InferenceSession.create(join(root, 'test/nets/cnn-digits.onnx'));
    const found = await occlusion(
      {
        shape: imageShapeOf('x', [1, 8, 8]),
        evaluate: async batch => {
          const n = batch.length / 64;
          const { y } = await session.run({
            x: new Tensor('float32', Float32Array.from(batch), [n, 1, 8, 8]),
          });
          return Float64Array.from({ length: n }, (_, i) => (y!.data as Float32Array)[i * 10 + column]!);
        },
      },
      Float64Array.from(image),
      { patch, stride: golden.occlusion.stride, fill, signal: neverAborted, progress: () => undefined },
    );
    values.forEach((value, pixel) => expect(Math.abs(found.values[pixel]! - value)).toBeLessThan(1e-6));
  });

  test.each(['occlusion', 'rise', 'integrated-gradients'] as const)(
    '%s: hiding what matters most moves the answer more than hiding as much at random',
    async method => {
      const result = await heatmap({ ...asked, data: await images(digits), method }, quiet);
      expect(result.rows).toHaveLength(digits.length);
      for (const { prediction, check, class: own } of result.rows) {
        expect(prediction).toBeGreaterThan(0.5);
        expect(own).not.toBeNull();
        expect(prediction - check.prediction).toBeGreaterThan(prediction - check.random);
      }
      expect(result.rows[0]!.errors === null).toBe(method !== 'rise');
      expect(result.additivityError === null).toBe(method !== 'integrated-gradients');
    },
  );

  test('the same job gives the same document', async () => {
    const job = { ...asked, data: await images(digits), method: 'rise' as const };
    expect(await heatmap(job, quiet)).toEqual(await heatmap(job, quiet));
  });

  test('masks lie in 0 to 1, keep half, and their errors cover an image that does not matter', async () => {
    const shape = imageShapeOf('x', [3, 16, 12]);
    const mask = new Float64Array(16 * 12);
    const random = seeded(4);
    let sum = 0;
    for (let i = 0; i < 200; i++) {
      drawMask(mask, shape, 4, random);
      expect(mask.every(value => value >= 0 && value <= 1)).toBe(true);
      sum += mask.reduce((all, value) => all + value, 0) / mask.length;
    }
    expect(sum / 200).toBeCloseTo(0.5, 1);
    const noise = seeded(9);
    const found = await rise(
      {
        shape,
        evaluate: async batch =>
          await Promise.resolve(new Float64Array(batch.length / (3 * 16 * 12)).map(noise)),
      },
      new Float64Array(3 * 16 * 12),
      { masks: 400, grid: 4, fill: 0, seed: 1, signal: neverAborted, progress: () => undefined },
    );
    const outside = found.values.filter(
      (value, pixel) => Math.abs(value) > 1.96 * found.errors![pixel]!,
    ).length;
    expect(outside / found.values.length).toBeLessThan(0.2);
  });

  test('no image, a patch too large and missing pixels are said', async () => {
    const diabetes = golden.models.find(({ model }) => model === 'mlp-regression')!;
    const table = await dataOf([diabetes.features, ...diabetes.rows].map(line => line.join(',')).join('\n'));
    const columns = { ...asked, model: modelSource('test/nets/mlp-regression.onnx'), data: table };
    await expect(heatmap(columns, quiet)).rejects.toThrow(/takes rows of \[10\], which is no image/);
    const data = await images(digits);
    await expect(heatmap({ ...asked, data, patch: 9 }, quiet)).rejects.toThrow(
      /9 pixels does not fit an image of 8 x 8/,
    );
    await expect(heatmap({ ...asked, data, rows: [99] }, quiet)).rejects.toThrow(/has no row 99/);
    const holes = await dataOf([features, digits[0]!.with(3, NaN)].map(line => line.join(',')).join('\n'));
    await expect(heatmap({ ...asked, data: holes }, quiet)).rejects.toThrow(
      /missing pixels|is no number|NaN/,
    );
  });
});

describe('tokens of texts', () => {
  const { texts } = golden;
  const length = texts.ids[0]!.length;
  async function table(): Promise<DataSource> {
    const header = [
      ...Array.from({ length }, (_, i) => `input_ids_${i}`),
      ...Array.from({ length }, (_, i) => `attention_mask_${i}`),
      'words',
      'about',
    ];
    const lines = texts.ids.map((ids, row) => [
      ...ids,
      ...ids.map(id => (id === texts.padding ? 0 : 1)),
      texts.words[row]!,
      texts.labels[row]!,
    ]);
    return await dataOf([header, ...lines].map(line => line.join(',')).join('\n'));
  }
  const job = async (part: Partial<TokensJob> = {}): Promise<TokensJob> => ({
    kind: 'tokens',
    model: modelSource('test/nets/words.onnx'),
    meaning: { ...noMeaning, task: 'multiclass', label: 'about' },
    data: await table(),
    rows: texts.rows,
    output: null,
    space: null,
    seed: 1,
    maskToken: texts.mask,
    padToken: texts.padding,
    words: 'words',
    budget: 256,
    ...part,
  });

  test('Shapley values by their definition, padding no player, the mask of attention left alone', async () => {
    const result = await tokens(await job(), quiet);
    texts.rows.forEach((row, i) => {
      const { values, hidden } = texts.found[i]!;
      const found = result.rows[i]!;
      expect(found.hidden).toBeCloseTo(hidden, 5);
      expect(found.tokens.map(({ word }) => word)).toEqual(texts.words[row]!.split(' '));
      expect(found.tokens.every(({ error, interval }) => error === null && interval === null)).toBe(true);
      found.tokens.forEach(({ value }, j) => expect(Math.abs(value - values[j]!)).toBeLessThan(1e-5));
      expect(found.additivityError).toBeLessThan(1e-6);
    });
  });

  test('sampled values carry the interval of their error', async () => {
    const found = (await tokens(await job({ padToken: -1, budget: 40 }), quiet)).rows.flatMap(
      row => row.tokens,
    );
    const sampled = found.filter(({ error }) => error !== null);
    expect(sampled.length).toBeGreaterThan(0);
    for (const { value, error, interval } of sampled) {
      expect(interval).toMatchObject({ level: 0.95 });
      expect((interval!.high - interval!.low) / 2).toBeCloseTo(1.959963984540054 * error!, 9);
      expect((interval!.high + interval!.low) / 2).toBeCloseTo(value, 9);
    }
  });

  test('a model without tokens, a column of words that is not there', async () => {
    const data = await images(digits);
    const cnn = {
      model: modelSource('test/nets/cnn-digits.onnx'),
      meaning: noMeaning,
      data,
      words: null,
      rows: 1,
    };
    await expect(tokens(await job(cnn), quiet)).rejects.toThrow(
      /no row of whole numbers, so there are no tokens/,
    );
    await expect(tokens(await job({ words: 'text' }), quiet)).rejects.toThrow(/has no column `text`/);
  });
});
