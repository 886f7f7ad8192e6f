import { describe, expect, it } from 'vitest';
import { onnx, type Init } from './onnx.generated.js';
import { elementCount, elementTypeOf, tensorNumbers, tensorStrings } from './tensor.ts';
import { modelWith } from './testing.ts';

const { DataType, DataLocation } = onnx.TensorProto;

function tensor(init: Init<onnx.TensorProto>): onnx.TensorProto {
  return modelWith({ initializer: [init] }).graph!.initializer[0]!;
}

const raw = (bytes: readonly number[]): Uint8Array => Uint8Array.from(bytes);

describe('elementCount', () => {
  it.each<[readonly number[], number | null]>([
    [[], 1],
    [[3, 4], 12],
    [[0, 2 ** 52, 2 ** 52], 0],
    [[2 ** 26, 2 ** 26], 2 ** 52],
    [[2 ** 27, 2 ** 27], null],
    [[-1], null],
    [[2 ** 62, 8], null],
  ])('of %j is %s', (dims, count) => {
    expect(elementCount(dims)).toBe(count);
  });
});

describe('tensor values', () => {
  it.each<[string, Init<onnx.TensorProto>, readonly number[]]>([
    ['float32', { data_type: DataType.FLOAT, raw_data: raw([0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0]) }, [1, -2]],
    ['float64', { data_type: DataType.DOUBLE, raw_data: raw([0, 0, 0, 0, 0, 0, 0xf8, 0x3f]) }, [1.5]],
    ['float16', { data_type: DataType.FLOAT16, raw_data: raw([0, 0x3c, 0, 0xc0]) }, [1, -2]],
    ['bfloat16', { data_type: DataType.BFLOAT16, raw_data: raw([0x80, 0x3f]) }, [1]],
    ['int64', { data_type: DataType.INT64, raw_data: raw(Array<number>(8).fill(255)) }, [-1]],
    ['uint8', { data_type: DataType.UINT8, raw_data: raw([255, 1]) }, [255, 1]],
    ['int8', { data_type: DataType.INT8, raw_data: raw([255, 1]) }, [-1, 1]],
    ['float16 in int32', { data_type: DataType.FLOAT16, int32_data: [0x3c00] }, [1]],
    ['bfloat16 in int32', { data_type: DataType.BFLOAT16, int32_data: [0xc000] }, [-2]],
    ['bool', { data_type: DataType.BOOL, int32_data: [1, 0] }, [1, 0]],
    ['int64 entries', { data_type: DataType.INT64, int64_data: [-5] }, [-5]],
    ['uint32 entries', { data_type: DataType.UINT32, uint64_data: [4e9] }, [4e9]],
    ['float64 entries', { data_type: DataType.DOUBLE, double_data: [0.1] }, [0.1]],
  ])('of %s', (_, init, values) => {
    expect(Array.from(tensorNumbers(tensor(init))!)).toEqual(values);
  });

  it('are not at hand for strings and external data', () => {
    expect(tensorNumbers(tensor({ data_type: DataType.STRING, string_data: [raw([97])] }))).toBeNull();
    expect(
      tensorNumbers(tensor({ data_type: DataType.FLOAT, data_location: DataLocation.EXTERNAL })),
    ).toBeNull();
  });

  it('are texts for strings', () => {
    const init = { data_type: DataType.STRING, string_data: [raw([0xc3, 0xa9]), raw([])] };
    expect(tensorStrings(tensor(init))).toEqual(['é', '']);
    expect(tensorStrings(tensor({ data_type: DataType.FLOAT, float_data: [1] }))).toBeNull();
  });

  it('have types by name', () => {
    expect([1, 8, 10, 7, 14].map(elementTypeOf)).toEqual(['float32', 'string', 'float16', 'int64', 'other']);
  });
});
