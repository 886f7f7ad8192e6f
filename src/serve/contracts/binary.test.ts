import { gzipSync } from 'node:zlib';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readBinary, writeBinary } from './binary.ts';
import { linear, odd, serve } from '../testServed.ts';

function floats(...values: number[]): Buffer {
  return Buffer.from(Float32Array.from(values).buffer);
}

describe('bytes to values', () => {
  test('every type comes back as it went, from any offset', () => {
    const cases: readonly [string, Parameters<typeof writeBinary>[0]][] = [
      ['bool', Uint8Array.of(0, 1, 1)],
      ['uint8', Uint8Array.of(0, 255)],
      ['int8', Int8Array.of(-128, 127)],
      ['uint16', Uint16Array.of(0, 65_535)],
      ['int16', Int16Array.of(-32_768, 32_767)],
      ['uint32', Uint32Array.of(0, 4_294_967_295)],
      ['int32', Int32Array.of(-(2 ** 31), 2 ** 31 - 1)],
      ['uint64', BigUint64Array.of(0n, 2n ** 64n - 1n)],
      ['int64', BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n)],
      ['float16', Uint16Array.of(0x3c00, 0x7c00, 0x7e00)],
      ['float32', Float32Array.of(1.5, -Infinity, NaN)],
      ['float64', Float64Array.of(1e300, NaN)],
      ['string', ['', 'é', '\ufeff€', 'a\0b']],
    ];
    for (const [type, data] of cases) {
      const bytes = writeBinary(data);
      const shifted = new Uint8Array(bytes.length + 3).subarray(3);
      shifted.set(bytes);
      expect({ type, data: readBinary('x', type, shifted, data.length) }).toEqual({ type, data });
    }
    expect(readBinary('x', 'bool', Uint8Array.of(2), 1)).toEqual(Uint8Array.of(1));
  });

  test('are little-endian, words after their length', () => {
    expect([...writeBinary(Int32Array.of(1))]).toEqual([1, 0, 0, 0]);
    expect([...writeBinary(['hi', ''])]).toEqual([2, 0, 0, 0, 104, 105, 0, 0, 0, 0]);
  });

  test('that are too few, too many or not UTF-8 are refused', () => {
    const read = (type: string, bytes: number[], length: number) => () =>
      readBinary('x', type, Uint8Array.from(bytes), length);
    expect(read('float32', [0, 0, 0], 1)).toThrow('`binary_data_size` is 3, 1 values of FP32 take 4 bytes.');
    expect(read('string', [1, 0, 0], 1)).toThrow('element 0 of BYTES ends beyond its data.');
    expect(read('string', [255, 255, 255, 255, 65], 1)).toThrow('element 0 of BYTES ends beyond its data.');
    expect(read('string', [1, 0, 0, 0, 255], 1)).toThrow('element 0 of BYTES is not UTF-8.');
    expect(read('string', [0, 0, 0, 0], 2)).toThrow('its data has 1 values, its `shape` asks for 2.');
    expect(read('float64', [], 2 ** 52)).toThrow(/take \d+ bytes/);
  });
});

test('binary requests and answers; each malformed one gets a sentence', async () => {
  const server = await serve([{ file: linear }]);
  const ask = async (
    json: object,
    data: Uint8Array,
    headers: Record<string, string> = {},
  ): Promise<{ readonly response: Response; readonly bytes: Buffer }> => {
    const head = Buffer.from(JSON.stringify(json));
    const response = await fetch(`${server.url}/v2/models/m/infer`, {
      method: 'POST',
      headers: {
        'content-type': 'application/octet-stream',
        'inference-header-content-length': String(head.length),
        ...headers,
      },
      body: Buffer.concat([head, data]),
    });
    return { response, bytes: Buffer.from(await response.arrayBuffer()) };
  };
  const x = (size: number, more: object = {}): object => ({
    ...{ name: 'x', shape: [2, 4], datatype: 'FP32', parameters: { binary_data_size: size }, ...more },
  });
  const rows = floats(1, 2, 3, 4, 5, 6, 7, 8);
  const wanted = (
    (
      await server.infer({
        inputs: [{ name: 'x', shape: [2, 4], datatype: 'FP32', data: [1, 2, 3, 4, 5, 6, 7, 8] }],
      })
    ).body['outputs'] as { data: number[] }[]
  )[0]!.data;

  const plain = await ask({ inputs: [x(32)] }, rows);
  expect(plain.response.headers.get('content-type')).toBe('application/json');
  expect(JSON.parse(plain.bytes.toString())).toMatchObject({ outputs: [{ data: wanted }] });

  for (const json of [
    { inputs: [x(32)], parameters: { binary_data_output: true } },
    { inputs: [x(32)], outputs: [{ name: 'y', parameters: { binary_data: true } }] },
  ]) {
    const { response, bytes } = await ask(json, rows);
    expect(response.headers.get('content-type')).toBe('application/octet-stream');
    const length = Number(response.headers.get('inference-header-content-length'));
    const [output] = (JSON.parse(bytes.toString('utf8', 0, length)) as { outputs: object[] }).outputs;
    expect(output).toMatchObject({ name: 'y', datatype: 'FP32', parameters: { binary_data_size: 8 } });
    expect(output).not.toHaveProperty('data');
    expect(bytes.subarray(length)).toEqual(floats(...wanted));
  }
  const over = { inputs: [x(32)], parameters: { binary_data_output: true } };
  const one = await ask({ ...over, outputs: [{ name: 'y', parameters: { binary_data: false } }] }, rows);
  expect(JSON.parse(one.bytes.toString())).toMatchObject({ outputs: [{ data: wanted }] });

  const cases: readonly [object, Uint8Array, Record<string, string>, RegExp][] = [
    [{ inputs: [x(32)] }, rows, { 'inference-header-content-length': '0' }, /must be the bytes of/],
    [{ inputs: [x(32)] }, rows, { 'inference-header-content-length': '9999' }, /from 1 to \d+; it is 9999/],
    [{ inputs: [x(32)] }, rows, { 'inference-header-content-length': '-1' }, /must be the bytes of/],
    [{ inputs: [x(32)] }, rows.subarray(4), {}, /is 32, and 28 bytes of binary data are left/],
    [{ inputs: [x(28)] }, rows, {}, /is 28, 8 values of FP32 take 32 bytes/],
    [{ inputs: [x(32)] }, Buffer.concat([rows, rows]), {}, /32 bytes of binary data belong to no input/],
    [{ inputs: [x(-1)] }, rows, {}, /must be a whole number of bytes/],
    [{ inputs: [x(32, { data: [1] })] }, rows, {}, /has both `data` and `binary_data_size`/],
    [{ inputs: [x(32, { parameters: { shared_memory_region: 'a' } })] }, rows, {}, /shared memory/],
    [{ ...over, parameters: { binary_data_output: 1 } }, rows, {}, /must be true or false/],
    [{ ...over, outputs: [{ name: 'y', parameters: { classification: 3 } }] }, rows, {}, /classification/],
    [{ ...over, outputs: [{ name: 'y', parameters: { binary_data: 1 } }] }, rows, {}, /must be true or/],
  ];
  for (const [json, data, headers, sentence] of cases) {
    const { response, bytes } = await ask(json, data, headers);
    const { error } = JSON.parse(bytes.toString()) as { error: string };
    expect({ status: response.status, error }).toEqual({
      status: 400,
      error: expect.stringMatching(sentence) as string,
    });
  }
});

test('halves go and come as their bits', async () => {
  const server = await serve([{ file: join(odd, 'float16.onnx') }]);
  const { body } = await server.get('/v2/models/m');
  const [input] = body['inputs'] as { name: string }[];
  const head = Buffer.from(
    JSON.stringify({
      inputs: [{ ...input, shape: [1, 4], datatype: 'FP16', parameters: { binary_data_size: 8 } }],
      parameters: { binary_data_output: true },
    }),
  );
  const response = await fetch(`${server.url}/v2/models/m/infer`, {
    method: 'POST',
    headers: { 'inference-header-content-length': String(head.length) },
    body: Buffer.concat([head, Buffer.from(Uint16Array.of(0x451a, 0x4300, 0x3d9a, 0x3266).buffer)]),
  });
  expect(response.status).toBe(200);
  const length = Number(response.headers.get('inference-header-content-length'));
  const bytes = Buffer.from(await response.arrayBuffer());
  const { outputs } = JSON.parse(bytes.toString('utf8', 0, length)) as { outputs: object[] };
  const sizes = outputs.map(output => (output as { parameters: { binary_data_size: number } }).parameters);
  expect(bytes.length - length).toBe(sizes.reduce((sum, { binary_data_size }) => sum + binary_data_size, 0));
});

test('packed requests are unpacked, within the limit', async () => {
  const server = await serve([{ file: linear }], '--body-limit', '2000');
  const send = (text: string, encoding: string): Promise<Response> =>
    fetch(`${server.url}/v2/models/m/infer`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-encoding': encoding },
      body: encoding === 'gzip' ? gzipSync(text) : text,
    });
  const row = JSON.stringify({
    inputs: [{ name: 'x', shape: [1, 4], datatype: 'FP32', data: [1, 2, 3, 4] }],
  });
  expect((await send(row, 'gzip')).status).toBe(200);
  expect((await send(row + ' '.repeat(100_000), 'gzip')).status).toBe(413);
  expect((await send(row, 'deflate')).status).toBe(400);
  expect((await send(row, 'br')).status).toBe(415);
});
