import { describe, expect, test } from 'vitest';
import type { TensorSpec } from '../../../core/onnx/facts.ts';
import { configText, requireExtra, servedVersions, signatureOf } from './config.ts';

const batching = { rows: 64, delay: 0 };

function spec(name: string, type: TensorSpec['type'], shape: TensorSpec['shape']): TensorSpec {
  return { name, kind: 'tensor', type, shape };
}

describe('signature', () => {
  test('an open first dimension is the batch, also of an output that has no other', () => {
    const inputs = [spec('age', 'float32', ['?', 1]), spec('purpose', 'string', ['?', 1])];
    const outputs = [spec('label', 'int64', ['?']), spec('probabilities', 'float32', ['?', 2])];
    expect(signatureOf({ inputs, outputs }, { rows: 64, delay: 1.5 })).toBe(
      `max_batch_size: 64
dynamic_batching { max_queue_delay_microseconds: 1500 }
input { name: "age" data_type: TYPE_FP32 dims: [ 1 ] }
input { name: "purpose" data_type: TYPE_STRING dims: [ 1 ] }
output { name: "label" data_type: TYPE_INT64 dims: [ 1 ] reshape { shape: [ ] } }
output { name: "probabilities" data_type: TYPE_FP32 dims: [ 2 ] }`,
    );
  });

  test.each([
    ['a fixed first dimension', [1, 3, 224, 224], ['?', 2]],
    ['an input of one dimension', ['?'], ['?', 2]],
    ['dimensions of other names', ['batch', 3], ['boxes', 4]],
    ['an output without dimensions', ['?', 3], []],
  ])('%s is no batch: all dimensions are written', (_, input, output) => {
    const text = signatureOf(
      { inputs: [spec('x', 'float16', input)], outputs: [spec('y', 'bool', output)] },
      batching,
    );
    expect(text).toContain('max_batch_size: 0\ninput');
    expect(text).toContain(
      `dims: [ ${input.map(axis => (typeof axis === 'string' ? -1 : axis)).join(', ')} ] }`,
    );
  });

  test('what Triton has no word for is refused by name', () => {
    const inputs = [spec('x', 'float32', ['?', 2])];
    const outputs: TensorSpec[] = [{ name: 'p', kind: 'sequence', type: 'float32', shape: [] }];
    expect(() => signatureOf({ inputs, outputs }, batching)).toThrow(/cannot carry `p` \(sequence\)/);
  });
});

describe('config', () => {
  const parts = {
    name: 'a "b"',
    signature: 'max_batch_size: 8\ndynamic_batching { }\ninput { }',
    version: 3,
    digest: 'd'.repeat(64),
  };

  test('names the one version that is served, and its digest', () => {
    const text = configText({ ...parts, extra: '' });
    expect(text).toContain('name: "a \\"b\\""');
    expect(text).toContain(`value { string_value: "${'d'.repeat(64)}" }`);
    expect(servedVersions(text, [1, 2, 3])).toEqual([3]);
  });

  test("the user's fields come last; those that we write are refused", () => {
    const extra =
      '# two copies\ninstance_group [ { count: 2 name: "copies" } ]\ndynamic_batching { preferred_batch_size: [ 8 ] }';
    const text = configText({ ...parts, extra });
    expect(text.match(/dynamic_batching/g)).toHaveLength(1);
    expect(text.endsWith('preferred_batch_size: [ 8 ] }\n')).toBe(true);
    expect(() => requireExtra(extra, 'triton.pbtxt')).not.toThrow();
    expect(() => requireExtra('max_batch_size: 4', 'triton.pbtxt')).toThrow(/sets max_batch_size/);
  });

  test.each([
    ['', [3]],
    ['version_policy: { latest { num_versions: 2 } }', [3, 2]],
    ['version_policy { latest: { num_versions: 1 } }', [3]],
    ['version_policy: { all { } }', [3, 2, 1]],
    ['version_policy: { specific: { versions: 1 versions: 3 } }', [3, 1]],
    ['version_policy: { specific { versions: [ 2, 9 ] } }', [2]],
    ['# version_policy: { all { } }\nversion_policy { specific { versions: [1] } }', [1]],
  ])('policy %j', (text, served) => {
    expect(servedVersions(text, [1, 3, 2])).toEqual(served);
  });
});
