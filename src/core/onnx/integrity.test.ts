import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodeModel } from './decode.ts';
import { type IntegrityFacts, integrityOf } from './integrity.ts';
import { onnx } from './onnx.generated.js';
import { floats, linearGraph, modelOf, modelWith, node, numbers, value } from './testing.ts';

const odd = (name: string): IntegrityFacts =>
  integrityOf(decodeModel(readFileSync(`test/models/${name}.onnx`)));

describe('integrityOf', () => {
  it('finds values that are not finite', () => {
    expect(odd('nan-weight').notFinite).toEqual([{ name: 'w', nan: 1, infinite: 0, values: 4 }]);
    expect(odd('infinite-weight').notFinite).toEqual([{ name: 'w', nan: 0, infinite: 1, values: 4 }]);
    expect(odd('linear').notFinite).toEqual([]);
  });

  it('finds them in attributes of ai.onnx.ml operators', () => {
    const coefficients = numbers('coefficients', [1, NaN, Infinity, -Infinity]);
    const facts = integrityOf(
      modelOf({
        node: [{ ...node('ai.onnx.ml.LinearRegressor', ['x'], ['y'], [coefficients]), name: 'lr' }],
      }),
    );
    expect(facts.notFinite).toEqual([{ name: 'lr.coefficients', nan: 1, infinite: 2, values: 4 }]);
    expect(facts).toMatchObject({ parameters: 4, parameterBytes: 16 });
  });

  it('counts, and lists what nothing reads', () => {
    const facts = integrityOf(
      modelWith({
        input: [value('x', ['n', 4]), value('unread', [1])],
        initializer: [floats('w', [4, 1], [1, 2, 3, 4]), floats('spare', [2], [1, 2])],
        output: [value('y', null)],
      }),
    );
    expect(facts).toMatchObject({
      parameters: 6,
      parameterBytes: 24,
      unusedInputs: ['unread'],
      unusedInitializers: ['spare'],
      withoutShape: ['y'],
      dynamicAxes: [{ input: 'x', axis: 0, symbol: 'n' }],
      operatorsByDomain: [{ domain: 'ai.onnx', operators: ['MatMul'] }],
      unknownDomains: [],
      functions: 0,
      trainingInfo: false,
    });
  });

  it('names domains that neither the runtime nor the model has', () => {
    const opset_import = ['', 'com.microsoft', 'own', 'foreign'].map(domain => ({ domain, version: 1 }));
    const functions = [{ name: 'F', domain: 'own' }];
    expect(integrityOf(modelOf(linearGraph, { opset_import, functions })).unknownDomains).toEqual([
      'foreign',
    ]);
  });

  it('names external files once, and does not look into them', () => {
    const outside = {
      dims: [1],
      data_type: onnx.TensorProto.DataType.FLOAT,
      data_location: onnx.TensorProto.DataLocation.EXTERNAL,
      external_data: [{ key: 'location', value: 'w.bin' }],
    };
    const facts = integrityOf(modelWith({ initializer: ['w', 'v'].map(name => ({ ...outside, name })) }));
    expect(facts.externalData).toEqual(['w.bin']);
    expect(facts.notFinite).toEqual([]);
  });
});
