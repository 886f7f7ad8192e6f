import { describe, expect, it } from 'vitest';
import { BadInput } from '../failure.ts';
import { type ExternalData, externalDataOf } from './externalData.ts';
import { onnx, type Init } from './onnx.generated.js';
import { modelWith } from './testing.ts';

const { DataType, DataLocation } = onnx.TensorProto;

function external(
  entries: Record<string, string>,
  tensor: Init<onnx.TensorProto> = {},
): readonly ExternalData[] {
  const external_data = Object.entries(entries).map(([key, value]) => ({ key, value }));
  const outside = { data_location: DataLocation.EXTERNAL, external_data };
  const initializer = [{ name: 'w', dims: [4, 1], data_type: DataType.FLOAT, ...outside, ...tensor }];
  return externalDataOf(modelWith({ initializer }));
}

describe('externalDataOf', () => {
  it('says where the bytes lie', () => {
    expect(external({ location: 'a/model.data', offset: '4096', length: '16' })).toEqual([
      { tensor: 'w', location: 'a/model.data', offset: 4096, length: 16, bytes: 16 },
    ]);
    expect(external({ location: 'model.data' })).toEqual([
      { tensor: 'w', location: 'model.data', offset: 0, length: null, bytes: 16 },
    ]);
  });

  it('is empty for a model in one file', () => {
    expect(externalDataOf(modelWith({}))).toEqual([]);
  });

  it.each([
    '',
    '/etc/passwd',
    '\\\\server\\share',
    'C:\\weights',
    'c:weights',
    '..',
    '../w',
    'a/../w',
    'a/../../w',
    'a\\..\\w',
    'a//w',
    './w',
    'a/./w',
    'a/',
    '.',
    'w\u0000.bin',
    'w\n',
    'w.bin:stream',
    'NUL',
    'con.txt',
    'a/COM1.weights',
    'lpt9',
    'w.',
    'w ',
    '... ',
    'w?',
    '*/_ORT_MEM_ADDR_/*',
    '_ORT_MEM_ADDR_',
  ])('refuses the location %j', location => {
    expect(() => external({ location })).toThrow(BadInput);
  });

  it.each([
    'weights',
    'model.onnx.data',
    'a/b/c.bin',
    'größe.bin',
    'concert.bin',
    '..data',
    'a b.bin',
    'com10.bin',
  ])('takes the location %j', location => {
    expect(external({ location })[0]?.location).toBe(location);
  });

  it.each([
    ['an offset that is no number', { location: 'w', offset: '-1' }],
    ['an offset beyond 2^53', { location: 'w', offset: '9999999999999999' }],
    ['a length that is no number', { location: 'w', length: '0x10' }],
    ['a length of another size than the tensor', { location: 'w', length: '15' }],
    ['no location', { offset: '0' }],
  ])('refuses %s', (_, entries: Record<string, string>) => {
    expect(() => external(entries)).toThrow(BadInput);
  });

  it('refuses shapes and types that have no bytes', () => {
    expect(() => external({ location: 'w' }, { dims: [2 ** 40, 2 ** 40] })).toThrow(/not possible/);
    expect(() => external({ location: 'w' }, { data_type: DataType.STRING })).toThrow(/not possible/);
  });
});
