import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { floats, modelBytes, node, value } from '../../core/onnx/testing.ts';
import { gradientModel } from '../../core/onnx/gradient/gradient.ts';
import { pathIntegral, type DifferentiableModel } from '../../core/explain/gradients/integrated.ts';
import { runtime } from '../model/runtime.ts';
import { explain } from '../tasks/explain.ts';
import { neverAborted } from '../tasks/signal.ts';
import { dataOf, modelSource, noMeaning, quiet, root, scratch } from '../testing.ts';

/** Nets by PyTorch and scikit-learn against torch's gradients and captum's integrated gradients, in float64. */
interface GoldenNet {
  readonly model: string;
  readonly features: readonly string[];
  readonly column: number;
  readonly shape: readonly number[];
  readonly rows: readonly (readonly number[])[];
  readonly background?: readonly (readonly number[])[];
  readonly answers: readonly number[];
  readonly gradients: readonly (readonly number[])[];
  readonly integrated?: readonly (readonly number[])[];
}

const golden = JSON.parse(readFileSync(join(root, 'test/golden/gradients.json'), 'utf8')) as {
  readonly steps: number;
  readonly models: readonly GoldenNet[];
};

/** Of the largest value: the models are of float32. */
const tolerance = 1e-5;

async function opened(net: GoldenNet): Promise<DifferentiableModel> {
  const { InferenceSession, Tensor } = await runtime();
  const file = readFileSync(join(root, `test/nets/${net.model}.onnx`));
  const plain = await InferenceSession.create(file, { intraOpNumThreads: 1 });
  const input = plain.inputNames[0]!;
  const output = plain.outputNames.at(-1)!;
  const { bytes, gradients } = gradientModel(file, output, [input], net.column);
  const session = await InferenceSession.create(bytes, { intraOpNumThreads: 1, logSeverityLevel: 3 });
  return {
    players: net.features,
    evaluate: async points => {
      const n = points.length / net.features.length;
      const answers = await session.run({
        [input]: new Tensor('float32', Float32Array.from(points), [n, ...net.shape]),
      });
      const scores = answers[output]!.data as Float32Array;
      const width = scores.length / n;
      return {
        values: Float64Array.from({ length: n }, (_, i) => scores[i * width + net.column]!),
        gradients: Float64Array.from(answers[gradients[0]!]!.data as Float32Array),
      };
    },
  };
}

function largest(values: readonly (readonly number[])[]): number {
  return Math.max(...values.flat().map(Math.abs));
}

describe.each(golden.models)('$model', net => {
  test('the answers and their gradients are the reference implementation’s', async () => {
    const model = await opened(net);
    const { values, gradients } = await model.evaluate(Float64Array.from(net.rows.flat()), neverAborted);
    net.answers.forEach((answer, i) => expect(values[i]).toBeCloseTo(answer, 5));
    const expected = net.gradients.flat();
    const scale = largest(net.gradients);
    expected.forEach((value, i) => expect(Math.abs(gradients[i]! - value) / scale).toBeLessThan(tolerance));
  });

  const { integrated, background } = net;
  if (integrated === undefined || background === undefined) return;
  test('integrated gradients over the background are captum’s', async () => {
    const model = await opened(net);
    const origins = Float64Array.from(background.flat());
    for (const [i, row] of net.rows.entries()) {
      const phi = await pathIntegral(model, Float64Array.from(row), origins, golden.steps, neverAborted);
      integrated[i]!.forEach((value, j) =>
        expect(Math.abs(phi[j]! - value) / largest(integrated)).toBeLessThan(tolerance),
      );
    }
  });
});

describe('the method `gradients` of an explanation', () => {
  const table = ({ features, rows }: Pick<GoldenNet, 'features'> & { rows: GoldenNet['rows'] }): string =>
    [features.map(name => JSON.stringify(name)), ...rows].map(line => line.join(',')).join('\n');
  const job = async (name: string, part: object = {}): Promise<Parameters<typeof explain>[0]> => {
    const net = golden.models.find(({ model }) => model === name)!;
    return {
      kind: 'explain',
      model: modelSource(`test/nets/${name}.onnx`),
      meaning: noMeaning,
      data: await dataOf(table(net)),
      background: net.background === undefined ? null : await dataOf(table({ ...net, rows: net.background })),
      backgroundRows: 50,
      where: null,
      rows: 10,
      method: 'gradients',
      output: null,
      space: null,
      budget: 64,
      seed: 1,
      ...part,
    };
  };

  test.each([
    'mlp-binary',
    'mlp-regression',
    'attention-regression',
    'cnn-digits',
    'scikit-binary',
    'scikit-multiclass',
  ])('%s: the values add up to the prediction, in a thousandth of the span', async name => {
    const result = await explain(await job(name), quiet);
    const span = Math.max(...result.rows.map(({ prediction }) => Math.abs(prediction - result.baseValue)));
    expect(result.proof.maxAdditivityError).toBeLessThanOrEqual(1e-3 * span);
    expect(result.baseValue).toBeCloseTo(result.proof.meanBackgroundPrediction!, 6);
    expect(result).toMatchObject({ exact: false, method: 'expected-gradients' });
    expect(result.definition).toMatch(/^Gradients along the straight way/);
  });

  test('values of a row that lie one below the other are refused', async () => {
    const file = join(await scratch(), 'stacked.onnx');
    const bytes = modelBytes({
      name: 'g',
      node: [node('MatMul', ['x', 'w'], ['wide']), node('Reshape', ['wide', 'shape'], ['y'])],
      input: [value('x', ['n', 2])],
      output: [value('y', ['m', 1])],
      initializer: [
        floats('w', [2, 2], [1, 2, 3, 4]),
        { name: 'shape', dims: [2], data_type: 7, int64_data: [-1, 1] },
      ],
    });
    await writeFile(file, bytes);
    const model = { file, ref: { digest: '', name: null, version: null, path: 'stacked.onnx', size: 0 } };
    const data = await dataOf('a,b\n1,2\n3,5\n');
    const meaning = { ...noMeaning, task: 'regression' } as const;
    const asked = await job('mlp-regression', { model, data, background: null, meaning, output: 1 });
    await expect(explain(asked, quiet)).rejects.toThrow(/one below the other in `y`.*`shapley`\.$/);
    const { rows } = await explain({ ...asked, method: 'shapley' }, quiet);
    expect(rows.map(({ prediction }) => prediction)).toEqual([10, 26]);
  });

  test('log-odds, the other class and one row to compare with', async () => {
    const asked = { output: '0', space: 'raw', backgroundRows: 1 };
    const result = await explain(await job('scikit-binary', asked), quiet);
    expect(result).toMatchObject({ method: 'integrated-gradients', space: 'raw' });
    const { prediction, values } = result.rows[0]!;
    const sum = values.reduce((all, value) => all + value, result.baseValue);
    expect(sum).toBeCloseTo(prediction, 2);
  });

  test('trees have none, and words have none: the node or the input is named', async () => {
    const trees = { model: modelSource('test/trees/sklearn-tree-binary.onnx') };
    const data = await dataOf(
      readFileSync(join(root, 'examples/credit-risk/data/holdout.csv')),
      'holdout.csv',
    );
    const words = {
      model: modelSource('examples/credit-risk/models/credit-risk-1.0.0.onnx'),
      data,
      background: null,
    };
    await expect(explain(await job('mlp-binary', words), quiet)).rejects.toThrow(
      /takes words, which have no gradient/,
    );
    await expect(explain(await job('scikit-binary', trees), quiet)).rejects.toThrow(/./);
  });

  test('a missing value is named', async () => {
    const net = golden.models.find(({ model }) => model === 'mlp-regression')!;
    const text = table({ ...net, rows: net.rows.map((row, i) => (i === 1 ? row.with(2, NaN) : row)) });
    const data = await dataOf(text.replaceAll('NaN', ''));
    await expect(explain(await job('mlp-regression', { data }), quiet)).rejects.toThrow(
      /missing value in `bmi`, and a gradient needs a number/,
    );
  });
});
