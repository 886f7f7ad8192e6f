import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodeModel } from './decode.ts';
import { onnx } from './onnx.generated.js';
import { structureDiff, type StructureChange } from './structureDiff.ts';
import { floats, type GraphInit, linearGraph, modelOf, modelWith, node, value } from './testing.ts';

const { DataType } = onnx.TensorProto;

function diff(part: GraphInit, from: GraphInit = {}): StructureChange[] {
  return structureDiff(modelWith(from), modelWith(part));
}

describe('structureDiff', () => {
  it('finds nothing between a model and itself', () => {
    const model = decodeModel(readFileSync('examples/credit-risk/models/credit-risk-2.0.0.onnx'));
    expect(structureDiff(model, model)).toEqual([]);
  });

  const input = (...shape: (number | string)[]): GraphInit => ({ input: [value('x', shape)] });
  const output = (...shape: (number | string)[]): GraphInit => ({ output: [value('y', shape)] });

  it.each<[string, GraphInit, GraphInit, boolean]>([
    ['an input of another type', input('n', 4), { input: [value('x', ['n', 4], DataType.DOUBLE)] }, true],
    ['an input of another width', input('n', 4), input('n', 5), true],
    ['an input of another rank', input('n', 4), input('n', 4, 1), true],
    ['an input with a batch fixed', input('n', 4), input(1, 4), true],
    ['an input with a batch freed', input(1, 4), input('n', 4), false],
    ['an output with a batch fixed', output('n', 1), output(1, 1), false],
    ['an output with a width freed', output('n', 1), output('n', 'm'), true],
  ])('tells whether %s breaks a caller', (_, from, to, breaking) => {
    const changes = diff(to, from).filter(({ kind }) => kind === 'input' || kind === 'output');
    expect(changes.map(change => change.breaking)).toEqual([breaking]);
  });

  it('does not mind another name of a symbolic axis', () => {
    expect(diff(input('rows', 4))).toEqual([]);
  });

  it('tells inputs and outputs that come and go, breaking ones first', () => {
    const changes = diff({
      input: [value('x', ['n', 4]), value('extra', [1])],
      output: [value('y', ['n', 1]), value('x', ['n', 4])],
    });
    expect(changes.map(({ kind, name, a, breaking }) => ({ kind, name, a, breaking }))).toEqual([
      { kind: 'input', name: 'extra', a: null, breaking: true },
      { kind: 'output', name: 'x', a: null, breaking: false },
    ]);
    expect(changes[0]?.sentence).toBe('Input extra: new, float32 [1]');
    expect(diff({ output: [] }).map(({ sentence }) => sentence)).toContain(
      'Output y: gone, was float32 [?, 1]',
    );
  });

  it('compares the values of weights of one name', () => {
    const [change] = diff({ initializer: [floats('w', [4, 1], [1, 2.5, 3, 3])] });
    expect(change).toEqual({
      kind: 'weights',
      name: 'w',
      a: '[4, 1]',
      b: '[4, 1]',
      sentence: 'Weights w: 2 of 4 values changed, by up to 1',
      breaking: false,
    });
    const [infinite] = diff({ initializer: [floats('w', [4, 1], [1, 2, 3, NaN])] });
    expect(infinite?.sentence).toContain('infinite or NaN');
  });

  it('counts weights beyond those it lists', () => {
    const many = (scale: number): GraphInit => ({
      initializer: [
        ...linearGraph.initializer!,
        ...Array.from({ length: 60 }, (_, i) => floats(`v${i}`, [1], [i * scale])),
      ],
    });
    const changes = diff(many(2), many(1));
    expect(changes).toHaveLength(51);
    expect(changes[0]?.name).toBe('v59');
    expect(changes[50]?.sentence).toBe('9 more weights differ');
  });

  it('compares operators, opsets, metadata and classes', () => {
    const from = modelOf(linearGraph, { producer_name: 'a' });
    const graph = {
      ...linearGraph,
      node: [node('MatMul', ['x', 'w'], ['z']), node('Sigmoid', ['z'], ['y'])],
    };
    const to = modelOf(graph, {
      producer_name: 'b',
      opset_import: [{ domain: '', version: 18 }],
      metadata_props: [{ key: 'run', value: '7' }],
    });
    expect(structureDiff(from, to).map(({ sentence }) => sentence)).toEqual([
      'Classes: new, 0, 1',
      'Opset of ai.onnx: 17 → 18',
      'Opset of ai.onnx.ml: gone, was 3',
      'Operator Sigmoid: new, 1',
      'Metadata producer: a → b',
      'Metadata run: new, 7',
    ]);
  });

  it('compares trees and parameters', () => {
    const file = (version: string): onnx.ModelProto =>
      decodeModel(readFileSync(`examples/bike-demand/models/bike-demand-${version}.onnx`));
    const changes = structureDiff(file('1.0.0'), file('1.1.0'));
    expect(changes.find(({ name }) => name === 'Trees')?.sentence).toMatch(
      /^Trees: new, 120, up to \d+ deep$/,
    );
    expect(changes.some(({ name }) => name === 'Parameters')).toBe(true);
  });
});
