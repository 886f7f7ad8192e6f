import { InferenceSession, Tensor } from 'onnxruntime-node';
import { expect, it } from 'vitest';
import { exposeTensors } from './expose.ts';
import { floats, linearGraph, modelBytes, node, numbers, value } from './testing.ts';

const graph = {
  ...linearGraph,
  node: [node('MatMul', ['x', 'w'], ['inside']), node('Neg', ['inside'], ['y'])],
  initializer: [floats('w', [4, 1], [1, 2, 3, 4])],
};

async function run(bytes: Uint8Array, outputs: readonly string[]): Promise<number[][]> {
  const session = await InferenceSession.create(bytes, { logSeverityLevel: 3 });
  const x = new Tensor('float32', Float32Array.of(1, 1, 1, 1), [1, 4]);
  const found = await session.run({ x }, [...outputs]);
  return outputs.map(name => Array.from(found[name]!.data as Float32Array));
}

it('brings values from inside, inputs and outputs out', async () => {
  const { bytes, outputs } = exposeTensors(modelBytes(graph), ['inside', 'x', 'y', 'x']);
  expect(outputs).toEqual(['inside', 'x_exposed', 'y', 'x_exposed']);
  expect(await run(bytes, outputs)).toEqual([[10], [1, 1, 1, 1], [-10], [1, 1, 1, 1]]);
});

it('leaves the bytes alone when all are outputs already', () => {
  const bytes = modelBytes(graph);
  expect(exposeTensors(bytes, ['y']).bytes).toBe(bytes);
});

it('imports the default domain for models that have none', async () => {
  const coefficients = [numbers('coefficients', [1, 2, 3, 4]), numbers('intercepts', [1])];
  const ml = {
    ...linearGraph,
    initializer: [],
    node: [node('ai.onnx.ml.LinearRegressor', ['x'], ['y'], coefficients)],
    output: [value('y', ['n', 1])],
  };
  const model = modelBytes(ml, { opset_import: [{ domain: 'ai.onnx.ml', version: 1 }] });
  const { bytes, outputs } = exposeTensors(model, ['x', 'y']);
  expect(await run(bytes, outputs)).toEqual([[1, 1, 1, 1], [11]]);
});

it('says which value there is not', () => {
  expect(() => exposeTensors(modelBytes(graph), ['nowhere'])).toThrow(
    'The model computes no value named "nowhere".',
  );
});
