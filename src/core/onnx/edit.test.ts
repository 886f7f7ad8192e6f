import { readFileSync } from 'node:fs';
import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { BadInput } from '../failure.ts';
import { answerOf } from './answer.ts';
import { decodeModel } from './decode.ts';
import { tensorOutputs } from './edit.ts';
import { onnx } from './onnx.generated.js';
import { outputSpecs } from './specs.ts';
import { floats, linearGraph, modelBytes, node, text, texts, value } from './testing.ts';
import { verifyModel } from './verify.ts';

const odd = (name: string): Uint8Array => new Uint8Array(readFileSync(`test/models/${name}.onnx`));

async function scores(bytes: Uint8Array, output: string): Promise<number[]> {
  const session = await ort.InferenceSession.create(bytes, { logSeverityLevel: 3 });
  const x = new ort.Tensor('float32', Float32Array.from([6, 3, 5, 1.8, 5.5, 2.4, 3.8, 1.1]), [2, 4]);
  const answers = await session.run({ [session.inputNames[0]!]: x });
  const { dims, data } = answers[output]!;
  expect(dims).toEqual([2, 2]);
  return Array.from(data as Float32Array);
}

describe('tensorOutputs', () => {
  it('gives a model of tensors back as it is', () => {
    const bytes = odd('iris');
    expect(tensorOutputs(bytes)).toEqual({ bytes, changed: false });
    expect(tensorOutputs(bytes).bytes).toBe(bytes);
  });

  it.each(['zipmap-strings', 'zipmap-integers'])('replaces ZipMap in %s', async name => {
    const bytes = odd(name);
    const edited = tensorOutputs(bytes);
    expect(edited.changed).toBe(true);
    const model = decodeModel(edited.bytes);
    verifyModel(model);
    expect(outputSpecs(model.graph!)[1]).toEqual({
      name: 'output_probability',
      kind: 'tensor',
      type: 'float32',
      shape: ['?', 2],
    });
    expect(model.graph?.node.some(({ op_type: operator }) => operator === 'ZipMap')).toBe(false);
    // The same numbers as the same model exported without ZipMap.
    const twin = name.replace('zipmap', 'tensor');
    expect(await scores(edited.bytes, 'output_probability')).toEqual(
      await scores(odd(twin), 'probabilities'),
    );
  });

  it('leaves every other byte as it is', () => {
    const bytes = odd('zipmap-strings');
    const [before, after] = [bytes, tensorOutputs(bytes).bytes].map(decodeModel);
    for (const part of ['opset_import', 'metadata_props', 'producer_name', 'ir_version'] as const) {
      expect(after![part]).toEqual(before![part]);
    }
    const others = (model: onnx.ModelProto): unknown[] =>
      model.graph!.node.filter(({ output }) => !output.includes('output_probability'));
    expect(others(after!)).toEqual(others(before!));
    expect(after!.graph!.initializer).toEqual(before!.graph!.initializer);
  });

  const zipMap = node('ai.onnx.ml.ZipMap', ['s'], ['maps'], [texts('classlabels_strings', ['no', 'yes'])]);
  const maps = { name: 'maps', type: { sequence_type: { elem_type: { map_type: { key_type: 8 } } } } };

  it('imports the default domain for a model that has only ai.onnx.ml', async () => {
    const norm = node('ai.onnx.ml.Normalizer', ['x'], ['s'], [text('norm', 'L1')]);
    const graph = { name: 'g', node: [norm, zipMap], input: [value('x', ['n', 2])], output: [maps] };
    const bytes = modelBytes(graph, { opset_import: [{ domain: 'ai.onnx.ml', version: 1 }] });
    expect(answerOf(decodeModel(bytes)).classes).toEqual(['no', 'yes']);
    const edited = tensorOutputs(bytes).bytes;
    verifyModel(decodeModel(edited));
    const session = await ort.InferenceSession.create(edited, { logSeverityLevel: 3 });
    expect(session.outputNames).toEqual(['maps']);
  });

  it('drops other outputs that are no tensors', () => {
    const sequence = {
      name: 'all',
      type: { sequence_type: { elem_type: { tensor_type: { elem_type: 1 } } } },
    };
    const bytes = modelBytes({
      ...linearGraph,
      node: [...linearGraph.node!, node('SequenceConstruct', ['y'], ['all'])],
      output: [...linearGraph.output!, sequence],
    });
    const model = decodeModel(tensorOutputs(bytes).bytes);
    expect(model.graph?.output.map(({ name }) => name)).toEqual(['y']);
    expect(model.graph?.node).toHaveLength(2);
  });

  it('refuses a model that answers no tensor', () => {
    expect(() => tensorOutputs(odd('sequence-output'))).toThrow(BadInput);
    expect(() => tensorOutputs(odd('sequence-output'))).toThrow(/gives no tensor/);
  });

  it('keeps int64 values beyond 2^53', () => {
    const largest = new Uint8Array([255, 255, 255, 255, 255, 255, 255, 127]);
    const end = { name: 'end', dims: [1], data_type: onnx.TensorProto.DataType.INT64, raw_data: largest };
    const bytes = modelBytes({
      ...linearGraph,
      node: [node('MatMul', ['x', 'w'], ['s']), zipMap],
      initializer: [floats('w', [4, 2], [1, 2, 3, 4, 5, 6, 7, 8]), end],
      output: [maps],
    });
    const tensor = decodeModel(tensorOutputs(bytes).bytes).graph!.initializer[1]!;
    expect([...tensor.raw_data]).toEqual([...largest]);
  });
});
