import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BadInput } from '../failure.ts';
import { decodeModel } from './decode.ts';
import { onnx } from './onnx.generated.js';
import { modelBytes, modelOf } from './testing.ts';
import { field } from './wire.ts';

const odd = (name: string): Uint8Array => readFileSync(`test/models/${name}`);
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

const nested = (number: number, content: Uint8Array): Uint8Array<ArrayBuffer> =>
  new Uint8Array(field(number, content).bytes);

function refusal(bytes: Uint8Array): BadInput {
  try {
    decodeModel(bytes);
  } catch (error) {
    if (error instanceof BadInput) return error;
    throw error;
  }
  throw new Error('the bytes were taken for a model');
}

describe('decodeModel', () => {
  it('reads a model', () => {
    const model = decodeModel(odd('linear.onnx'));
    expect(model.graph?.input.map(({ name }) => name)).toEqual(['x']);
    expect(model.opset_import[0]?.version).toBe(17);
  });

  it('gives absent fields their defaults and int64 as numbers', () => {
    const attribute = { name: 'a', type: 7, ints: [-1, 2 ** 40, -(2 ** 40), Number.MAX_SAFE_INTEGER] };
    const model = modelOf({ node: [{ op_type: 'X', attribute: [attribute, { name: 'b', type: 2 }] }] });
    const [a, b] = model.graph!.node[0]!.attribute;
    expect(a?.ints).toEqual(attribute.ints);
    expect(b?.i).toBe(0);
    expect(model.doc_string).toBe('');
    expect(model.graph?.initializer).toEqual([]);
  });

  it('keeps raw data as a view into the file', () => {
    const raw_data = new Uint8Array([0, 0, 128, 63]);
    const bytes = modelBytes({ initializer: [{ name: 'w', data_type: 1, dims: [1], raw_data }] });
    const [tensor] = decodeModel(bytes).graph!.initializer;
    expect([...tensor!.raw_data]).toEqual([...raw_data]);
    expect(tensor?.raw_data.buffer).toBe(bytes.buffer);
  });

  it.each([
    ['empty.onnx', 'empty-model', 'empty'],
    ['truncated.onnx', 'damaged-model', 'cut short'],
    ['random.onnx', 'not-onnx', 'no ONNX model'],
    ['text.onnx', 'not-onnx', 'no ONNX model'],
    ['lfs-pointer.onnx', 'git-lfs-pointer', 'git lfs pull'],
    ['pointer.onnx.dvc', 'dvc-file', 'dvc pull'],
    ['no-graph.onnx', 'not-onnx', 'no graph'],
  ])('refuses %s', (file, code, words) => {
    const error = refusal(odd(file));
    expect(error.code).toBe(code);
    expect(error.message).toContain(words);
  });

  it.each([
    ['a web page', bytesOf('\n <!DOCTYPE html><html>'), 'web page'],
    ['JSON', bytesOf('{"a": 1}'), 'JSON'],
    ['a zip archive', bytesOf('PK\u0003\u0004rest'), 'zip archive'],
    ['a pickle', new Uint8Array([0x80, 4, 0x95, 1, 2]), 'pickle'],
    ['gzip', new Uint8Array([0x1f, 0x8b, 8]), 'gzip'],
    ['HDF5', new Uint8Array([0x89, 0x48, 0x44, 0x46, 13]), 'HDF5'],
    ['TensorFlow Lite', bytesOf('\u001c\u0000\u0000\u0000TFL3'), 'TensorFlow Lite'],
    ['GGUF', bytesOf('GGUF\u0003'), 'GGUF'],
    ['safetensors', bytesOf('@\u0000\u0000\u0000\u0000\u0000\u0000\u0000{"w":{}}'), 'safetensors'],
    ['Parquet', bytesOf('PAR1xxxx'), 'Parquet'],
  ])('names %s', (_, bytes, words) => {
    expect(refusal(bytes).message).toContain(words);
  });

  it('refuses graphs nested beyond what the format allows', () => {
    // Graph (7 in a model, 6 in an attribute) > node (1) > attribute (5) > graph ..., beyond what can be encoded.
    let graph = new Uint8Array();
    for (let i = 0; i < 200; i++) graph = nested(1, nested(5, nested(6, graph)));
    expect(refusal(nested(7, graph)).code).toBe('model-too-deep');
  });

  it('writes what it reads', () => {
    const bytes = new Uint8Array(odd('iris.onnx'));
    const again = new Uint8Array(onnx.ModelProto.encode(decodeModel(bytes)).finish());
    expect(decodeModel(again)).toEqual(decodeModel(bytes));
  });
});
